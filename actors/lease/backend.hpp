#pragma once

#include "actors/runtime/world_actor.hpp"

#include <set>
#include <string>

namespace lapse::lease {

/// The backend behind one mount: runs its engine, and stands for the external system that a fault
/// can take down, slow down, or make refuse.
class backend final : public runtime::world_actor {
public:
  backend(caf::actor_config& cfg, runtime::environment& env, runtime::slot_ref self,
          std::string mount_path, bool counts_credentials);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "backend"; }

  void undeliverable(caf::mailbox_element& what) override;

private:
  void on_perform(const runtime::exchange_ptr& x);
  void on_revoke(const runtime::revoke_credential& msg);
  void on_renew(const runtime::renew_credential& msg);
  void answer_renewal(const runtime::renew_credential& msg, runtime::renewal_terms terms);
  void on_unmount();
  void on_fault(const fault& what);

  /// A revocation that takes its time (`backend_slow`).
  struct slow_call {
    std::uint64_t tag = 0;
    runtime::slot_ref reply_to;
    runtime::credential_revoked result;
    lease_id id;
  };
  /// Tells the outcome of a revocation; a credential that was revoked is gone from now on.
  void carry_out(runtime::slot_ref reply_to, runtime::credential_revoked result, lease_id id);

  /// Of a request that its external system would have to carry out.
  [[nodiscard]] refusal_ptr down_refusal() const;
  /// Why the engine itself can't revoke the credential of `lease`; empty if it can.
  [[nodiscard]] std::string engine_refusal(runtime::slot_ref lease);
  /// Names what the engine's renewals and revocations read, for exploration.
  [[nodiscard]] std::uint64_t configuration_key() const noexcept;

  std::string mount_path_;
  bool counts_credentials_;
  bool down_ = false;
  instant down_since_{0};
  bool down_for_revocation_ = false;
  duration takes_{0};
  std::set<lease_id> refused_;
  std::vector<slow_call> slow_;
  std::uint64_t calls_ = 0;
  std::uint64_t stream_;
};

} // namespace lapse::lease
