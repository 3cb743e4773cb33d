#pragma once

#include "actors/token/token.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse {

/// The vault: supervises orphans, logins and the backends and queues of the mounts, makes login
/// and wrapping tokens, and performs what lies under `sys/` and `identity/`.
class vault final : public lease_owner {
public:
  vault(caf::actor_config& cfg, server_data& shared, slot_ref self);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "vault"; }

  /// What lies at `sys/`.
  [[nodiscard]] static const actor_paths<vault>& paths();

  /// What lies at `identity/`.
  [[nodiscard]] static const actor_paths<vault>& identity_paths();

  /// The status paths at `sys/` that answer before anybody asks who calls, also while the server is
  /// sealed (R-307, R-1301).
  [[nodiscard]] static const actor_paths<vault>& status_paths();

private:
  /// Answers what `Say` says of the request's fields; 501 if it says nothing.
  template <auto Say>
  void say(const exchange_ptr& x, const field_data& in);
  /// Paths of a server at `sys/` of which lapse knows what a fresh server answers, and no more.
  [[nodiscard]] static std::vector<actor_paths<vault>::row> fresh_rows();
  /// Paths of a server at `sys/` that answer 501, and those.
  [[nodiscard]] static std::vector<actor_paths<vault>::row> left_out_rows();

  // -- supervision (vault.cpp) --------------------------------------------------------------

  /// The mounts and the root token of a fresh server.
  void set_up();
  void on_serve(const exchange_ptr& x);
  void serve_status(const exchange_ptr& x);
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
  void look_up_lease(const exchange_ptr& x, const field_data& in);
  void renew_lease(const exchange_ptr& x, const field_data& in);
  void lease_lookup_or_renew(const exchange_ptr& x, const std::string& id, bool renew,
                             duration increment);
  void revoke_lease_by_id(const exchange_ptr& x, const field_data& in);
  void revoke_prefix(const exchange_ptr& x, const field_data& in);
  void revoke_force(const exchange_ptr& x, const field_data& in);
  void revoke_all_under(const exchange_ptr& x, std::string_view prefix, revoke_lease::how mode);
  void list_leases(const exchange_ptr& x, const field_data& in);
  void list_irrevocable_leases(const exchange_ptr& x, const field_data& in);
  void count_irrevocable_leases(const exchange_ptr& x, const field_data& in);
  void list_irrevocable(const exchange_ptr& x, const field_data& in, bool count_only);
  void tidy_leases(const exchange_ptr& x, const field_data& in);
  [[nodiscard]] slot* find_lease(std::string_view text);
  [[nodiscard]] std::vector<std::pair<std::string, slot_ref>> leases_under(std::string_view prefix);
  [[nodiscard]] std::string lease_text(const slot& s) const;
  void start_job(revocation_job job);
  void continue_job(std::uint64_t ticket, const std::string& error);
  void finish_job(std::uint64_t ticket);

  // -- sys/mounts, sys/auth (sys_mounts.cpp) -----------------------------------------------------

  // One function for secrets engines and auth methods each.
  template <bool Auth>
  void list_mounts(const exchange_ptr& x, const field_data& in);
  template <bool Auth>
  void read_mount(const exchange_ptr& x, const field_data& in);
  template <bool Auth>
  void enable(const exchange_ptr& x, const field_data& in);
  template <bool Auth>
  void disable(const exchange_ptr& x, const field_data& in);
  template <bool Auth>
  void read_tune(const exchange_ptr& x, const field_data& in);
  template <bool Auth>
  void write_tune(const exchange_ptr& x, const field_data& in);
  /// R-1224: what clients ask before they do anything with a mount. Both ask the caller's token
  /// what it may see, if there is one, and are called again then.
  void list_visible_mounts(const exchange_ptr& x, const field_data& in);
  void read_visible_mount(const exchange_ptr& x, const field_data& in);
  /// As the listings of mounts show it.
  [[nodiscard]] static nlohmann::json description(const mount& m);
  /// False: the token has been asked, or the request refused.
  [[nodiscard]] bool knows_visible_mounts(const exchange_ptr& x, bool needs_token);
  [[nodiscard]] static std::vector<actor_paths<vault>::row> mount_rows();
  mount& add_mount(mount entry);
  void take_away(const std::string& path);

  // -- policies and capabilities (sys_policies.cpp) -----------------------------------------------

  void list_policies(const exchange_ptr& x, const field_data& in);
  void list_policies_old(const exchange_ptr& x, const field_data& in);
  void read_policy(const exchange_ptr& x, const field_data& in);
  void read_policy_old(const exchange_ptr& x, const field_data& in);
  [[nodiscard]] std::optional<nlohmann::json> policy_data(const std::string& name,
                                                          const char* text_key);
  void write_policy(const exchange_ptr& x, const field_data& in);
  void delete_policy(const exchange_ptr& x, const field_data& in);
  void capabilities(const exchange_ptr& x, const field_data& in);
  void capabilities_of_accessor(const exchange_ptr& x, const field_data& in);
  void capabilities_of_self(const exchange_ptr& x, const field_data& in);
  void read_rights(const exchange_ptr& x, const field_data& in);
  void ask_capabilities(const exchange_ptr& x, const field_data& in, slot* whose,
                        std::string_view refusal);

  // -- wrapping, seal and status, identity (sys_status.cpp) ---------------------------------------

  void wrap(const exchange_ptr& x, const field_data& in);
  void unwrap(const exchange_ptr& x, const field_data& in);
  void look_up_wrapping(const exchange_ptr& x, const field_data& in);
  void seal(const exchange_ptr& x, const field_data& in);
  void unseal(const exchange_ptr& x, const field_data& in);
  void health(const exchange_ptr& x, const field_data& in);
  void seal_status(const exchange_ptr& x, const field_data& in);
  void initialised(const exchange_ptr& x, const field_data& in);
  void initialise(const exchange_ptr& x, const field_data& in);
  void leader(const exchange_ptr& x, const field_data& in);
  void list_audit_devices(const exchange_ptr& x, const field_data& in);
  /// By id or by name.
  void list_entities(const exchange_ptr& x, const field_data& in);
  void read_entity(const exchange_ptr& x, const field_data& in);

  server_data& shared_;
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
[[nodiscard]] slot_ref receive(server_data& shared, const exchange_ptr& x);

/// A path that a real server knows and that answers 501 here.
struct unmodelled_path {
  /// With its mount; those of engines stand under their type: `pki/crl`. Names stand in braces,
  /// what may be left out in brackets.
  std::string path;
  std::string reason;
  /// Which operations; empty: all that the server performs.
  std::vector<operation> operations;
};
[[nodiscard]] std::vector<unmodelled_path> unmodelled_paths();

} // namespace lapse
