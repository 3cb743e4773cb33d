#include "sim/rules/coverage.hpp"

namespace lapse {

namespace {

// Reasons that several rules share.
constexpr std::string_view no_storage_trouble =
    "storage trouble is not simulated: what a server stores, it stores";
constexpr std::string_view no_registration_failure =
    "storage trouble is not simulated: a registration cannot fail";
constexpr std::string_view no_identity =
    "entities exist as far as logins make them; nothing edits them";
constexpr std::string_view atomic_steps =
    "a request's own steps are atomic here; races between requests are explored by `together`";
constexpr std::string_view no_work_time =
    "work takes no time but where the scenario says so (`backend_slow`)";
constexpr std::string_view no_root_generation = "the root of `init` or `dev` stands for every root";
constexpr std::string_view one_device = "one audit device that always accepts";
constexpr std::string_view for_log_readers = "advice to readers of logs; lapse only writes them";
constexpr std::string_view other_command_line =
    "the server's own command line; lapse speaks the API";
constexpr std::string_view history = "about older versions; lapse models today's";

constexpr coverage_note not_modelled[] = {
    {"R-104", "long signed ids (`hvs.`)", "off on a server as shipped; users meet the short form"},
    {"R-121", "a token that lost its lease", "token and lease are one actor: neither goes alone"},
    {"R-126", "disabled and vanished entities", no_identity},
    {"R-208", "failing registration of a token's lease", no_registration_failure},
    {"R-311", "standby nodes", "one node; a failover is a seal and an unseal"},
    {"R-415", "groups refreshed at a renewal", no_identity},
    {"R-512", "cycles in a tree", "a child names its parent once and for all: no cycle arises"},
    {"R-515", "failures half way through a revocation", no_storage_trouble},
    {"R-516", "revocation markers that stay behind", no_storage_trouble},
    {"R-523", "failing revocation at a token's expiry", no_storage_trouble},
    {"R-606", "failing registration of a secret's lease", no_registration_failure},
    {"R-607", "inline authentication", "an extension that makes no token"},
    {"R-633", "time limit of a revocation attempt", no_work_time},
    {"R-646", "irrevocable leases of tokens", no_storage_trouble},
    {"R-655", "moving a mount (remount)", "the path is not among those modelled"},
    {"R-711", "failing registration of a login", no_registration_failure},
    {"R-803", "generating a root token from key shares", no_root_generation},
    {"R-805", "declarative initialisation", no_root_generation},
    {"R-1114", "audit devices with plain accessors", "one device, raw or hashed; no other options"},
    {"R-1121", "audit devices that must accept an entry", one_device},
    {"R-1122", "a request entry no device takes", one_device},
    {"R-1123", "a response entry no device takes", one_device},
    {"R-1124", "audit devices that block", one_device},
    {"R-1131", "nodes of a tree, rebuilt from a log", for_log_readers},
    {"R-1132", "orphans, inferred from a log", for_log_readers},
    {"R-1133", "lives of tokens, read from a log", for_log_readers},
    {"R-1134", "leases, read from a log", for_log_readers},
    {"R-1135", "deaths, computed beside a log", for_log_readers},
    {"R-1136", "wrapped creations in a log", for_log_readers},
    {"R-1137", "use counts in a log", for_log_readers},
    {"R-1138", "failures in a log", for_log_readers},
    {"R-1139", "mount keys that a log may lack", for_log_readers},
    {"R-1211", "flags of `token create`", other_command_line},
    {"R-1212", "forms of the token commands", other_command_line},
    {"R-1213", "what `token revoke` prints", other_command_line},
    {"R-1214", "forms of the lease commands", other_command_line},
    {"R-1215", "tables the commands print", other_command_line},
    {"R-1216", "exit codes of the commands", other_command_line},
    {"R-1217", "environment of the commands", other_command_line},
    {"R-1310", "quotas", "rate limits need real time; lease counts can be a property"},
    {"R-1311", "time limit of a request", no_work_time},
    {"R-1501", "old words on leases of tokens", history},
    {"R-1503", "old names of commands", history},
    {"E-31", "policies that an entity grants", no_identity},
    {"E-42", "a child that cannot be revoked with its parent", no_storage_trouble},
    {"E-43", "a child that cannot be revoked at its parent's expiry", no_storage_trouble},
    {"E-45", "a backend that answers `invalid request`",
     "a backend that fails is down here, which is worth a retry"},
    {"E-62", "the only audit device is full", one_device},
    {"E-67", "`bao token revoke` without arguments", other_command_line},
};

constexpr coverage_note in_part[] = {
    {"R-114", "identity_policies", no_identity},
    {"R-203", "#4 (namespaces) and #8 (entity aliases)", "one namespace; nothing edits entities"},
    {"R-221", "(b), creation across namespaces", "one estate is one namespace"},
    {"R-310", "the 500 of a use that lost the race",
     "a token meets its requests one by one, so the late one gets the 403"},
    {"R-513", "the failure that stops a walk", no_storage_trouble},
    {"R-526", "rows that dangle for other reasons than a chosen id", no_storage_trouble},
    {"R-528", "a child that slips through a revocation of its parent", atomic_steps},
    {"R-535", "what else tidy repairs", no_storage_trouble},
    {"R-619", "the cap of 10000 and child namespaces", "neither concerns a lifecycle"},
    {"R-631", "workers shared among mounts",
     "each mount has a queue with nine tenths of the workers to itself"},
    {"R-710", "groups and edited entities", no_identity},
    {"R-1201", "the header `X-Vault-Namespace`", "one estate is one namespace"},
    {"R-1302", "standby nodes", "one node; a failover is a seal and an unseal"},
    {"R-1309", "jitter of client libraries", "clients renew when the scenario says"},
};

} // namespace

std::span<const coverage_note> unmodelled_rules() { return not_modelled; }

std::span<const coverage_note> partly_modelled_rules() { return in_part; }

} // namespace lapse
