#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/rules/mount_limits.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lapse::rules {

/// What the rules must know of the server beside the stream.
struct rule_settings {
  duration max_lease_ttl = std::chrono::hours{768};
  duration revocation_delay{0};
  bool revocation_jitter = false;
  /// On top of `revocation_delay` for secret leases (R-1732).
  duration lease_revocation_delay{0};
};

/// What a request may bring about, as far as its path tells.
enum class request_class : std::uint8_t {
  any = 1,
  prefix = 2, ///< revoke-prefix and revoke-force
  mount = 4,  ///< sys/mounts, sys/auth and sys/remount
  tidy = 8
};

/// The token or lease a rule is broken for.
struct rule_subject {
  token_id token;
  lease_id lease;
};

/// A break as a rule tells it. In `text`, `{subject}` and `{other}` stand for names, which may be
/// known only later (handles are bound after the events of their request).
struct rule_break {
  const rule_info* what = nullptr;
  instant at{0};
  rule_subject subject;
  rule_subject other;
  std::string text;
};

/// What the queue has done so far to revoke a lease.
struct revocation_retry {
  std::int64_t failed = 0; ///< attempts of the queue that failed, not those of requests (R-614)
  instant next = never;    ///< when the next attempt is to come; `never`: none is announced
};

/// What all rules share: the ledger, the instant, and where breaks go.
class rule_context {
public:
  rule_context(const rule_settings& settings, const lives::ledger& lives)
    : settings_(settings), lives_(lives), limits_(settings.max_lease_ttl) {}

  [[nodiscard]] const lives::ledger& lives() const noexcept { return lives_; }
  [[nodiscard]] const rule_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const mount_limits_seen& limits() const noexcept { return limits_; }
  [[nodiscard]] instant now() const noexcept { return now_; }

  // -- circumstances ---------------------------------------------------------------

  /// Whether a request of such a class came at this instant or waits for its answer.
  [[nodiscard]] bool running(request_class what) const noexcept {
    return (classes_ & static_cast<std::uint8_t>(what)) != 0;
  }

  /// Whether a request itself may have asked the backend, which no retry follows; otherwise
  /// the queue did.
  [[nodiscard]] bool by_request(const revocation_attempted& e) const noexcept {
    return e.attempt == 1 && e.next == never &&
           (running(request_class::any) || tidying() || unmounting());
  }

  /// Whether a tidy, which is answered at once, may still be at a slow backend.
  [[nodiscard]] bool tidying() const noexcept {
    return running(request_class::tidy) || (tidied_ && slow_);
  }

  /// Whether a mount is disabled or moved; a move is answered at once, too.
  [[nodiscard]] bool unmounting() const noexcept {
    return running(request_class::mount) || (moved_ && slow_);
  }

  [[nodiscard]] revocation_retry retry_of(lives::ledger::slot lease) const {
    auto found = retries_.find(lease);
    return found == retries_.end() ? revocation_retry{} : found->second;
  }

  [[nodiscard]] bool request_open() const noexcept { return !open_.empty(); }

  /// Whether the run was ended from outside, and not by itself.
  [[nodiscard]] bool cut_short() const noexcept { return cut_short_; }

  /// A request that has no answer yet.
  struct open_request {
    std::uint64_t number;
    std::uint8_t classes;
    instant issued;
    request_ptr what;
  };

  /// In no order.
  [[nodiscard]] const std::vector<open_request>& open_requests() const noexcept { return open_; }

  /// Whether a seal held timers back at or after `since`.
  [[nodiscard]] bool held_back(instant since) const noexcept {
    return sealed_ || (unsealed_ != never && unsealed_ >= since);
  }

  /// Whether some backend was slow, so that workers may have been taken.
  [[nodiscard]] bool slow() const noexcept { return slow_; }

  /// Whether the runner's set-up or a request gave this policy `sudo` somewhere, or its text cannot
  /// be read here.
  [[nodiscard]] bool may_sudo(const std::string& policy) const {
    return sudo_policies_.count(policy) != 0;
  }

  // -- verdicts --------------------------------------------------------------------

  /// Once per rule and subject.
  void report(const rule_info& what, rule_subject subject, std::string text,
              rule_subject other = {});

  [[nodiscard]] bool has_breaks() const noexcept { return !breaks_.empty(); }
  [[nodiscard]] std::vector<rule_break>& breaks() noexcept { return breaks_; }

private:
  friend class rule_monitor;

  void note(const request_received& e);
  void note(const request_answered& e);
  void note(lives::ledger::slot lease, const revocation_attempted& e);
  void note(lives::ledger::slot lease, const lease_renewed& e);
  /// Of a request that was let in, or of set-up.
  void learn(const request& what, bool done);
  void settle(instant next);

  rule_settings settings_;
  const lives::ledger& lives_;
  mount_limits_seen limits_;
  instant now_{0};
  instant unsealed_ = never;
  bool sealed_ = false;
  bool slow_ = false;
  bool cut_short_ = false;
  bool tidied_ = false;
  bool moved_ = false;
  std::uint8_t classes_ = 0;
  std::vector<open_request> open_;
  std::unordered_set<std::string> sudo_policies_;
  std::vector<rule_break> breaks_;
  // Looked up only, never iterated.
  std::unordered_map<lives::ledger::slot, revocation_retry> retries_;
  std::unordered_set<std::uint64_t> reported_;
};

} // namespace lapse::rules
