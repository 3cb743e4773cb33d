#pragma once

#include "actors/token/token.hpp"

#include <map>
#include <string>
#include <vector>

namespace lapse {

/// The vault: supervises orphans, logins and the backends and queues of the mounts, makes login
/// and wrapping tokens, and performs what lies under `sys/` and `identity/`.
class vault final : public lease_owner {
public:
  vault(caf::actor_config& cfg, estate& shared, slot_ref self);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "vault"; }

private:
  // -- supervision (vault.cpp) --------------------------------------------------------------

  /// The mounts and the root token of a fresh server.
  void set_up();
  void on_serve(const exchange_ptr& x);
  void on_perform(const exchange_ptr& x);
  void on_log_in(const log_in& msg);
  void on_wrap(const exchange_ptr& x);
  void on_issue(const issue_lease& msg);
  /// an alias belongs to the mount's accessor, so a mount made anew makes new entities.
  shared_text entity_of(const std::string& accessor, const std::string& alias);
  void on_down(const caf::down_msg& msg);

  // -- sys/leases (sys_leases.cpp) ------------------------------------------------------------

  /// A revocation by request that may take several leases, one after the other.
  struct revocation_job {
    exchange_ptr x;
    std::vector<std::pair<std::string, slot_ref>> targets; ///< by lease id, in order
    std::size_t next = 0;
    revoke_lease::how mode = revoke_lease::how::sync;
    end_cause cause = end_cause::revoke;
    bool by_prefix = false;
    /// Disabling a mount: what to take away at the end.
    std::string unmount;
  };
  void sys_leases(const exchange_ptr& x, std::string_view path);
  void lease_lookup_or_renew(const exchange_ptr& x, std::string_view id_in_path, bool renew);
  void revoke_one(const exchange_ptr& x, std::string_view id_in_path);
  void revoke_prefix(const exchange_ptr& x, std::string_view prefix, bool force);
  void list_leases(const exchange_ptr& x, std::string_view prefix);
  void list_irrevocable(const exchange_ptr& x, bool count_only);
  void tidy_leases(const exchange_ptr& x);
  [[nodiscard]] slot* find_lease(std::string_view text);
  [[nodiscard]] std::vector<std::pair<std::string, slot_ref>> leases_under(std::string_view prefix);
  [[nodiscard]] std::string lease_text(const slot& s) const;
  void start_job(revocation_job job);
  void continue_job(std::uint64_t ticket, const std::string& error);
  void finish_job(std::uint64_t ticket);

  // -- sys/mounts, sys/auth (sys_mounts.cpp) -----------------------------------------------------

  void sys_mounts(const exchange_ptr& x, std::string_view path, bool auth);
  void list_mounts(const exchange_ptr& x, bool auth);
  void enable(const exchange_ptr& x, std::string path, bool auth);
  void disable(const exchange_ptr& x, std::string path);
  void read_tune(const exchange_ptr& x, const std::string& path, bool auth);
  void write_tune(const exchange_ptr& x, const std::string& path);
  mount& add_mount(mount entry);
  void take_away(const std::string& path);

  // -- policies and capabilities (sys_policies.cpp) -----------------------------------------------

  void sys_policies(const exchange_ptr& x, std::string_view path);
  void capabilities(const exchange_ptr& x, std::string_view how);

  // -- the rest of sys/ and identity/ (sys_status.cpp)
  // ----------------------------------------------

  void wrapping(const exchange_ptr& x, std::string_view path);
  void look_up_wrapping(const exchange_ptr& x);
  void seal(const exchange_ptr& x);
  void unseal(const exchange_ptr& x);
  void health(const exchange_ptr& x);
  void identity(const exchange_ptr& x, std::string_view path);

  estate& shared_;
  std::map<std::uint64_t, revocation_job> jobs_;
  std::uint64_t tickets_ = 0;
  /// Ordinals of what one maker made here, so that ids derive from (maker, ordinal).
  std::map<std::uint64_t, std::uint64_t> ordinals_;
  std::uint64_t mounted_ = 0;
};

/// The root token of a fresh server.
[[nodiscard]] shared_facts root_facts(const server_config& config);

/// What stands in front of every token: whether the server is sealed, what the request is worth by
/// itself, and which actor serves it (R-307, R-1011). The exchange may come back answered: then
/// the slot is empty.
[[nodiscard]] slot_ref receive(estate& shared, const exchange_ptr& x);

/// The paths a real server knows and this one does not model; each answers 501.
[[nodiscard]] const std::vector<std::pair<std::string, std::string>>& unmodelled_paths();
[[nodiscard]] bool is_unmodelled(std::string_view path);

} // namespace lapse
