#include "sim/rules/catalogue.hpp"

namespace lapse {

namespace {

// In the order of the domain rules. What stands here answers 501, is ignored, or cannot be asked
// for; it is never imitated half.
constexpr unmodelled_rule not_modelled[] = {
    {"R-103 (in part), R-104", "long signed token ids (`hvs.`)",
     "off on a server as shipped; the short form is the one users meet"},
    {"R-126, R-415, R-710 (in part)", "disabled entities, groups, identity endpoints",
     "entities exist as far as logins make them; nothing here edits them"},
    {"R-203 #4, R-221 (b), R-1107 (in part)", "namespaces other than root",
     "each is a tree of its own; one estate is one tree"},
    {"R-203 #8", "entity aliases of token roles", "needs the identity endpoints"},
    {"R-208, R-606, R-711", "failing registration of a lease",
     "storage trouble is not simulated; a registration cannot fail"},
    {"R-310, R-528, R-529, R-1312", "races inside one request",
     "a request's own steps are atomic here; races between requests are explored by `together`"},
    {"R-311, R-1302 (in part)", "standby nodes and failover",
     "one active node; a failover is a seal followed by an unseal"},
    {"R-512, R-515, R-516, R-526", "damaged indexes after storage errors",
     "storage trouble is not simulated"},
    {"R-535, R-536 (in part)", "what token tidy repairs",
     "it cleans up after storage errors, which do not occur; the request itself is answered"},
    {"R-607", "inline authentication", "an extension that creates no token"},
    {"R-633, R-1311", "time limits of requests and revocation attempts",
     "work takes no time but where the scenario says so"},
    {"R-655", "moving a mount (remount)", "the path is not among those modelled"},
    {"R-709 (in part)", "lockout after failed logins", "about guessing, not about lifecycles"},
    {"R-803, R-805", "generate-root and declarative initialisation",
     "the root token of `init` or `dev` stands for every root"},
    {"R-1114, R-1115 (in part), R-1121 to R-1124", "audit device options and failures",
     "one device that always accepts, raw or hashed"},
    {"R-1131 to R-1139", "rebuilding a tree from an audit log",
     "for readers of logs; lapse only writes them"},
    {"R-1211 to R-1217", "the server's own command line", "lapse speaks the API"},
    {"R-1309 (in part)", "jitter of client libraries",
     "clients renew when the scenario says; ranges draw other times"},
    {"R-1310", "quotas", "rate limits need real time; lease counts can be a property"},
};

} // namespace

std::span<const unmodelled_rule> unmodelled_rules() { return not_modelled; }

} // namespace lapse
