#pragma once

#include "actors/runtime/world_actor.hpp"

#include <deque>
#include <map>
#include <string>

namespace lapse::lease {

/// The revocation queue of one mount: leases and expired tokens wait here for a
/// worker; failed revocations are tried again with a growing pause, six times in all.
class revocation_queue final : public runtime::world_actor {
public:
  revocation_queue(caf::actor_config& cfg, runtime::environment& env, runtime::slot_ref self);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "revocation queue"; }

  /// Attempts before a lease is given up.
  static constexpr std::int64_t attempts_max = 6;

  /// The pause after the `attempt`-th failed attempt, without jitter: 2^attempt * 10 s.
  [[nodiscard]] static constexpr duration pause(std::int64_t attempt) noexcept {
    return std::chrono::seconds{10} * (std::int64_t{1} << attempt);
  }

private:
  enum class phase : std::uint8_t { delayed, pending, running, retrying, irrevocable };

  struct job {
    runtime::slot_ref whom;
    bool token = false;
    std::uint64_t id = 0;
    std::int64_t attempts = 0;
    phase at = phase::pending;
    runtime::timer_id timer = 0;
    bool plain = false; ///< the daily attempt on an irrevocable lease (R-643)
  };

  void on_submit(runtime::slot_ref whom, bool again);
  void on_deadline(std::uint64_t tag);
  void make_ready(job& j);
  [[nodiscard]] bool renewed_meanwhile(const job& j);
  void start_ready();
  void start(job& j);
  void on_revoked(const runtime::credential_revoked& msg);
  void on_token_done(std::uint64_t key);
  void failed(job& j, const runtime::credential_revoked& msg);
  void give_up(job& j, std::string error);
  void sweep();
  void arm_sweep();
  /// Seal and unseal forget the attempts made so far.
  void forget();
  void note_commuting(runtime::slot_ref job, std::size_t fresh);

  [[nodiscard]] int workers() const;

  /// Jobs by the key of their slot; ordered, so that a sweep goes in a fixed order.
  std::map<std::uint64_t, job> jobs_;
  std::deque<std::uint64_t> ready_;
  /// Jobs at the beginning of this instant, and those that came in it.
  std::size_t counted_ = 0;
  instant counted_at_ = never;
  int running_ = 0;
  std::size_t irrevocable_ = 0;
  bool sweep_armed_ = false;
};

} // namespace lapse::lease
