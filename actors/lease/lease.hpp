#pragma once

#include "actors/runtime/world_actor.hpp"

namespace lapse::lease {

/// What is known of a secret lease.
struct lease_record {
  lease_name name;
  token_id owner; ///< whose death revokes it; 0: nobody (an orphan batch token made it)
  token_id maker;
  instant issue{0};
  instant expire = never;
  std::optional<instant> last_renewal;
  runtime::secret_terms terms;
  std::string mount_path;
  /// Made by a batch token: `batch_end` cuts every grant.
  bool batch_owned = false;
  instant batch_end = never;
};

/// One secret lease (R-1603): its timer, its renewals, its way to the revocation queue.
class lease final : public runtime::world_actor {
public:
  lease(caf::actor_config& cfg, runtime::environment& env, runtime::slot_ref self,
        lease_record record);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "lease"; }

  void undeliverable(caf::mailbox_element& what) override;

private:
  // -- life ----------------------------------------------------------------------

  void arm();
  void expire_at(instant at);

  /// The lease stops standing; only the first cause counts, and on a tie its own deadline.
  void stop_standing(end_cause cause, token_id because, token_id owner);

  void on_deadline(const runtime::deadline& msg);
  void on_end(const runtime::end_lease& msg);
  void hand_over();
  void on_discard(const runtime::discard& msg);
  void vanish();
  void give_up(std::string error);

  // -- revocation by request -------------------------------------------------------

  void on_revoke(const runtime::revoke_lease& msg);
  void on_revoked(const runtime::credential_revoked& msg);

  // -- requests ----------------------------------------------------------------------

  void on_request(const runtime::lease_request& msg);
  [[nodiscard]] answer look_up() const;
  [[nodiscard]] refusal_ptr never_renewable() const;
  /// Why the lease can't be renewed, or null.
  [[nodiscard]] const char* refuse_renewal() const;
  [[nodiscard]] bool batch_token_valid() const;
  void on_terms(const runtime::credential_renewed& msg);

  [[nodiscard]] bool renewable_now() const;
  [[nodiscard]] runtime::slot_ref queue();
  [[nodiscard]] runtime::slot_ref backend();

  lease_record record_;
  runtime::timer_id timer_ = 0;
  std::uint64_t armed_ = 0;
  bool ended_ = false;
  bool irrevocable_ = false;
  bool handed_over_ = false;
  std::string revoke_error_;
  /// A sync or forced revocation under way at the backend.
  std::vector<runtime::revoke_lease> waiting_;
};

} // namespace lapse::lease
