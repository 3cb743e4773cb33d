#pragma once

#include "actors/runtime/world_actor.hpp"

#include <set>
#include <string>

namespace lapse {

/// The backend behind one mount: runs its engine, and stands for the external system that a fault
/// can take down, slow down, or make refuse.
class backend final : public world_actor {
public:
  backend(caf::actor_config& cfg, environment& env, slot_ref self, std::string mount_path,
          bool counts_credentials);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "backend"; }

  void undeliverable(caf::mailbox_element& what) override;

private:
  void on_perform(const exchange_ptr& x);
  void on_revoke(const revoke_credential& msg);
  void on_renew(const renew_credential& msg);
  void answer_renewal(const renew_credential& msg, renewal_terms terms);
  void on_unmount();
  void on_fault(const fault& what);

  /// A revocation that takes its time (`backend_slow`).
  struct slow_call {
    std::uint64_t tag = 0;
    slot_ref reply_to;
    credential_revoked result;
    lease_id id;
  };
  /// Tells the outcome of a revocation; a credential that was revoked is gone from now on.
  void carry_out(slot_ref reply_to, credential_revoked result, lease_id id);

  [[nodiscard]] std::string outage();

  std::string mount_path_;
  bool counts_credentials_;
  bool down_ = false;
  bool down_for_revocation_ = false;
  duration takes_{0};
  std::set<lease_id> refused_;
  std::vector<slow_call> slow_;
  std::uint64_t calls_ = 0;
  std::uint64_t stream_;
};

} // namespace lapse
