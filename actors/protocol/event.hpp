#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/client.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/protocol/request.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace lapse {

// Everything that happens is an event. Rules, reports and the audit log read this
// stream and nothing else; they never look into an actor.

/// Why a token or lease ended. A deadline of its own is `deadline`; the rest are what the scenario
/// language calls `because` words, or the token whose end took it along.
enum class end_cause : std::uint8_t {
  deadline, ///< its own deadline passed: it is `expired`
  revoke,   ///< a request named it
  ancestor, ///< a token above it ended, or the token that owns the lease
  last_use, ///< its use counter ran out (R-303)
  prefix,   ///< revoke-prefix or revoke-force reached it
  mount,    ///< its mount was disabled
  tidy      ///< sys/leases/tidy found it without an owner (R-620)
};
[[nodiscard]] std::string_view to_string(end_cause cause) noexcept;

/// First event of every run.
struct run_started {
  std::string name;
  std::string about;
  std::int64_t start_unix_s = 0;
  std::uint64_t seed = 0;
  /// The file this run came from, as the user gave it.
  std::string source;
};

/// A family of clients that the scenario has (`clients:`). One event each, right after
/// `run_started`, in the order of their numbers.
struct client_family {
  std::string name;
  std::int64_t count = 1;
  std::string renew;              ///< how its members renew, in the file's words
  std::string login;              ///< how they get a token, in the file's words
  std::vector<std::string> holds; ///< names of the secrets that each of them keeps
};

/// A client has the answer to an attempt of its own, or nobody answered it.
struct client_asked {
  client_name who;
  client_request what = client_request::login;
  int status = 0;      ///< 0: nobody answered
  bool reached = true; ///< the server heard of it: it has a `request_answered` as well
};

/// A client began anew, or will never ask again.
struct client_changed {
  enum class kind : std::uint8_t {
    restarted, ///< all it had is gone from its memory: it needs a new set
    finished,  ///< its run is over: it needs nothing until the next
    stopped,   ///< as the scenario wants it (`stop`)
    gave_up    ///< it has lost something and does nothing about it
  };
  client_name who;
  kind what = kind::stopped;
  std::string why = {}; ///< as a clause; empty: nothing to say
};
[[nodiscard]] std::string_view to_string(client_changed::kind what) noexcept;

/// A scenario or transcript gave a name to a token or a lease (exactly one of them is set), or to
/// a value (none is set).
struct handle_bound {
  std::string handle;
  token_id token;
  lease_id lease;
  /// The client who got it.
  client_name client = {};
  /// What it is to that client: 0 its token, else one of the things it holds, from 1.
  std::uint32_t part = 0;
  /// It had another name before: the client has got its next one.
  bool renamed = false;
};

/// A token as the audit log shows it in an `auth` block (R-1102): who asked, or whom an answer made
/// or renewed.
struct caller_view {
  shared_facts facts;
  std::int64_t remaining_uses = 0; ///< before this request's decrement (R-313); 0: unlimited
  bool allowed = false;            ///< the policies let the request in
  /// Names of the policies that did, in the token's order; `root` for a root token. Empty if none.
  std::vector<std::string> granting_policies;
  /// The pattern of the rule by which they did, as they have it; null: none, or a root token.
  shared_text granting_rule = {};
  bool entity_created = false;    ///< this login made the entity
  shared_names identity_policies; ///< what its entity and groups grant; null: nothing
};

// What a request's two events must hold, so that the audit log comes out as a server's:
//
// - `caller`: whose token the request came with, if that token was found usable; null without a
//   token, with an unknown, expired or used-up one, and on login paths, which ask for none. Build
//   one per request and share it between both events.
// - `mount`: set whenever the path lies under a mount, let in or not; null for a path without one.
// - `op`: `create` where the path has an existence check that found nothing, which a
//   request itself cannot say; otherwise it may be left out.
// - `request_received::error`: why the request got no further than the door, as its answer says it
//   (`permission denied`, or its wrapped form for a policy denial); empty if it was let in.
// - `made`: the token an answer's auth block is about (create, login, renewal, also when the answer
//   got wrapped): without it the audit log misses the auth block of a login. Not needed for an
//   unwrapping.
// - `request_answered::refused`: why the request failed, at the door or later, where more is known
//   than its error says; null if nothing is. All requests have this event, refused before
//   `request_received` or not.
// - `request_answered::error`: the top-level `error` of the response entry where it differs from
//   what status and text of the answer imply (`audit_error` in reports/audit says what they do).
//
// Both events may leave `caller` and `made` out when nobody reads an audit log.

/// A request was let in or refused; before its effects.
struct request_received {
  std::uint64_t number = 0; ///< counts from 1 per run; pairs with `request_answered`
  request_ptr what;
  credential by;
  std::shared_ptr<const caller_view> caller;
  shared_mount mount; ///< the mount the path lies under
  std::optional<operation> op;
  std::string error;
};

struct request_answered {
  std::uint64_t number = 0;
  request_ptr what;
  credential by;
  std::shared_ptr<const caller_view> caller;
  /// Valid only during the event.
  const answer* reply = nullptr;
  /// Display name, TTL and such of the token in `reply`'s auth block, for the audit log.
  std::shared_ptr<const caller_view> made;
  shared_mount mount; ///< the mount the request was routed to
  std::optional<operation> op;
  std::string error;
  refusal_ptr refused = nullptr;
};

struct token_created {
  shared_facts facts; ///< never null
};

struct token_renewed {
  token_id token;
  duration ttl{0};
  instant expire = never;
  ttl_bound bound = ttl_bound::own;
};

/// One use of a limited token was spent; `left` is -1 when that was the last.
struct token_used {
  token_id token;
  std::int64_t left = 0;
};

/// The parent went away without taking this child along (revoke-orphan, tidy).
struct token_orphaned {
  token_id token;
};

/// The token no longer works. Exactly one per token that dies.
struct token_ended {
  token_id token;
  end_cause cause = end_cause::deadline;
  /// For `ancestor`: the topmost token whose end took it along.
  token_id because;
};

/// Record, accessor, cubbyhole and own lease are deleted (a batch token: it has ended).
struct token_gone {
  token_id token;
};

struct cubbyhole_changed {
  token_id token;
  std::int64_t entries = 0;
};

struct lease_created {
  lease_name lease;
  token_id owner; ///< whose death revokes it (R-604); 0: nobody
  token_id maker; ///< the token that asked
  std::string mount;
  duration ttl{0};
  instant expire = never;
  bool renewable = false;
  ttl_bound bound = ttl_bound::own;
};

struct lease_renewed {
  lease_id lease;
  duration ttl{0};
  instant expire = never;
  ttl_bound bound = ttl_bound::own;
};

/// The lease no longer stands, whether or not its backend has been told.
struct lease_ended {
  lease_id lease;
  end_cause cause = end_cause::deadline;
  token_id because; ///< for `ancestor`: the topmost token whose end took it along
  token_id owner;   ///< for `ancestor`: the token that held it
};

/// A worker asked the backend to revoke. `attempt` counts from 1.
struct revocation_attempted {
  lease_id lease;
  std::int64_t attempt = 1;
  bool ok = false;
  std::string error;
  /// When the next attempt comes; `never` after the last.
  instant next = never;
};

/// The lease record is deleted.
struct lease_gone {
  lease_id lease;
};

/// Given up. Of secret leases only: a token's own lease asks no backend.
struct lease_irrevocable {
  lease_id lease;
  std::string error;
};

/// A credential appeared at or vanished from an external backend. Roles with `lease: false` make
/// credentials no lease stands for.
struct credential_changed {
  std::string mount;
  std::int64_t by = 1;
  lease_id lease; ///< 0: unleased
};

struct seal_changed {
  bool sealed = false;
};

struct fault_injected {
  fault what;
};

/// A verdict of the runner: an `expect` that did not hold, with the step's place in the file.
struct expectation_failed {
  std::string source; ///< file
  int line = 0;
  int column = 0;
  std::string subject; ///< e.g. `job` or `lease_duration`
  std::string expected;
  std::string seen;
  std::string why = {}; ///< what brought about what was seen, as a clause; empty: not known
  /// Another handle or member that the same `expect` speaks of failed it just before.
  bool again = false;
  /// What it all comes from, the same text for whatever else comes from that; empty: not known.
  std::string cause = {};
};

/// A request that failed, as reports list it.
struct told_refusal {
  int line = 0;
  std::string what; ///< the step in words
  int status = 0;
  std::string error;
  std::string why = {}; ///< why it was refused, as a clause; empty: the error says it
  /// Place among those that the server refused, from 1; 0: it never reached the server.
  std::uint64_t number = 0;
};

/// A request failed and no `expect` spoke of it: no failure, but shown.
struct unexpected_refusal : told_refusal {};

/// A request failed as an `expect` said; also the first one of a family of clients. Worked out when
/// somebody asks, and valid only during the event.
struct expected_refusal {
  std::function<told_refusal()> told;
};

/// A built-in rule (L01…) or a property of the file does not hold.
struct rule_broken {
  std::string id; ///< `L07`, or `always`, `never`, `eventually`, `sometimes`
  std::string sentence;
  std::string evidence;
  int line = 0;           ///< 0 for built-in rules
  std::string cause = {}; ///< as of `expectation_failed`
};

struct warning_raised {
  std::string text;
};

/// Last event of every run.
struct run_ended {
  std::uint64_t requests = 0;
  std::uint64_t expectations = 0;
  std::uint64_t failed = 0; ///< of the `expectations`
  std::uint64_t rules_broken = 0;
  std::uint64_t properties = 0; ///< that the file has
  /// Requests that were refused and that no `expect` spoke of.
  std::uint64_t unspoken = 0;
  /// Of the `requests`, those that never reached the server: an outage answered, or nobody.
  std::uint64_t unreached = 0;

  [[nodiscard]] bool expected_nothing() const noexcept {
    return expectations == 0 && properties == 0;
  }
};

using event_body =
    std::variant<run_started, client_family, client_asked, client_changed, handle_bound,
                 request_received, request_answered, token_created, token_renewed, token_used,
                 token_orphaned, token_ended, token_gone, cubbyhole_changed, lease_created,
                 lease_renewed, lease_ended, revocation_attempted, lease_gone, lease_irrevocable,
                 credential_changed, seal_changed, fault_injected, expectation_failed,
                 unexpected_refusal, expected_refusal, rule_broken, warning_raised, run_ended>;

struct event {
  instant at{0};
  event_body body;
};

} // namespace lapse
