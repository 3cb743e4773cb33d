#pragma once

#include "actors/token/token.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapse::vault {

struct mount_config;

/// The vault: supervises orphans, logins and the backends and queues of the mounts, makes login
/// and wrapping tokens, and performs what lies under `sys/` and `identity/`.
class vault final : public lease::lease_owner {
public:
  vault(caf::actor_config& cfg, token::server_data& shared, runtime::slot_ref self);

  caf::behavior make_behavior() override;

  [[nodiscard]] const char* name() const override { return "vault"; }

  /// What lies at `sys/`.
  [[nodiscard]] static const runtime::actor_paths<vault>& paths();

  /// The status paths at `sys/` that answer before anybody asks who calls, also while the server is
  /// sealed (R-307, R-1301).
  [[nodiscard]] static const runtime::actor_paths<vault>& status_paths();

private:
  /// Answers what `Say` says of the request's fields; 501 if it says nothing.
  template <auto Say>
  void say(const runtime::exchange_ptr& x, const api::field_data& in);
  /// Paths of a server at `sys/` of which lapse knows what a fresh server answers, and no more.
  [[nodiscard]] static std::vector<runtime::actor_paths<vault>::row> fresh_rows();
  /// Paths of a server at `sys/` that answer 501, and those.
  [[nodiscard]] static std::vector<runtime::actor_paths<vault>::row> left_out_rows();

  // -- supervision (vault.cpp) --------------------------------------------------------------

  /// The mounts and the root token of a fresh server.
  void set_up();
  void on_serve(const runtime::exchange_ptr& x);
  void serve_status(const runtime::exchange_ptr& x);
  void on_perform(const runtime::exchange_ptr& x);
  void on_log_in(const runtime::log_in& msg);
  void on_wrap(const runtime::exchange_ptr& x);
  void on_issue(const runtime::issue_lease& msg);
  void serve_identity(const runtime::exchange_ptr& x, std::string_view below);
  /// The entity that a login names, made if there is none; null: it names none. An alias belongs to
  /// the mount's accessor, so a mount made anew makes new entities.
  const identity::identity_entity* entity_of(const runtime::mount& at,
                                             const runtime::login_terms& terms, bool& made);
  void on_down(const caf::down_msg& msg);

  // -- sys/leases (sys_leases.cpp) ------------------------------------------------------------

  /// A revocation by request that may take several leases, one after the other.
  struct revocation_job {
    runtime::exchange_ptr x;
    std::vector<std::pair<std::string, runtime::slot_ref>> targets; ///< by lease id, in order
    std::size_t next = 0;
    runtime::revoke_lease::how mode = runtime::revoke_lease::how::sync;
    end_cause cause = end_cause::revoke;
    bool by_prefix = false;
    /// Disabling a mount: what to take away at the end.
    std::string unmount;
  };
  void look_up_lease(const runtime::exchange_ptr& x, const api::field_data& in);
  void renew_lease(const runtime::exchange_ptr& x, const api::field_data& in);
  void lease_lookup_or_renew(const runtime::exchange_ptr& x, const std::string& id, bool renew,
                             duration increment);
  void revoke_lease_by_id(const runtime::exchange_ptr& x, const api::field_data& in);
  void revoke_prefix(const runtime::exchange_ptr& x, const api::field_data& in);
  void revoke_force(const runtime::exchange_ptr& x, const api::field_data& in);
  void revoke_all_under(const runtime::exchange_ptr& x, std::string_view prefix,
                        runtime::revoke_lease::how mode);
  void list_leases(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_irrevocable_leases(const runtime::exchange_ptr& x, const api::field_data& in);
  void count_irrevocable_leases(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_irrevocable(const runtime::exchange_ptr& x, const api::field_data& in, bool count_only);
  void tidy_leases(const runtime::exchange_ptr& x, const api::field_data& in);
  [[nodiscard]] runtime::slot* find_lease(std::string_view text);
  [[nodiscard]] std::vector<std::pair<std::string, runtime::slot_ref>>
  leases_under(std::string_view prefix);
  [[nodiscard]] std::string lease_text(const runtime::slot& s) const;
  void start_job(revocation_job job);
  void continue_job(std::uint64_t ticket, const std::string& error);
  void finish_job(std::uint64_t ticket);

  // -- sys/mounts, sys/auth (sys_mounts.cpp, sys_tune.cpp)
  // -----------------------------------------------------

  // One function for secrets engines and auth methods each.
  template <bool Auth>
  void list_mounts(const runtime::exchange_ptr& x, const api::field_data& in);
  template <bool Auth>
  void read_mount(const runtime::exchange_ptr& x, const api::field_data& in);
  template <bool Auth>
  void enable(const runtime::exchange_ptr& x, const api::field_data& in);
  template <bool Auth>
  void disable(const runtime::exchange_ptr& x, const api::field_data& in);
  template <bool Auth>
  void read_tune(const runtime::exchange_ptr& x, const api::field_data& in);
  template <bool Auth>
  void write_tune(const runtime::exchange_ptr& x, const api::field_data& in);
  /// R-1224: what clients ask before they do anything with a mount. Both ask the caller's token
  /// what it may see, if there is one, and are called again then.
  void list_visible_mounts(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_visible_mount(const runtime::exchange_ptr& x, const api::field_data& in);
  /// As the listings of mounts show it.
  [[nodiscard]] static nlohmann::json description(const runtime::mount& m);
  /// False: the token has been asked, or the request refused.
  [[nodiscard]] bool knows_visible_mounts(const runtime::exchange_ptr& x, bool needs_token);
  [[nodiscard]] static std::vector<runtime::actor_paths<vault>::row> mount_rows();
  /// Gives a new mount what its `config` says; why it can't be so, or empty.
  [[nodiscard]] std::string configure(runtime::mount& m, const mount_config& config,
                                      std::string plugin_name) const;
  /// Why there can be no such mount beside those there are; empty: there can.
  [[nodiscard]] std::string conflict(const runtime::mount& m) const;
  runtime::mount& add_mount(runtime::mount entry);
  void take_away(const std::string& path);

  // -- policies and capabilities (sys_policies.cpp) -----------------------------------------------

  void list_policies(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_policies_old(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_policy(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_policy_old(const runtime::exchange_ptr& x, const api::field_data& in);
  [[nodiscard]] std::optional<nlohmann::json> policy_data(const std::string& name,
                                                          const char* text_key);
  void write_policy(const runtime::exchange_ptr& x, const api::field_data& in);
  void patch_policy(const runtime::exchange_ptr& x, const api::field_data& in);
  /// The answer's warnings; none: the request has been refused.
  /// @param what what holds where the request says nothing.
  std::optional<std::vector<std::string>>
  put_policy(const runtime::exchange_ptr& x, const api::field_data& in, policy::policy_write what);
  void delete_policy(const runtime::exchange_ptr& x, const api::field_data& in);
  void capabilities(const runtime::exchange_ptr& x, const api::field_data& in);
  void capabilities_of_accessor(const runtime::exchange_ptr& x, const api::field_data& in);
  void capabilities_of_self(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_rights(const runtime::exchange_ptr& x, const api::field_data& in);
  void ask_capabilities(const runtime::exchange_ptr& x, const api::field_data& in,
                        runtime::slot* whose, std::string_view refusal);

  // -- wrapping, seal and status (sys_status.cpp) ---------------------------------------

  void wrap(const runtime::exchange_ptr& x, const api::field_data& in);
  void unwrap(const runtime::exchange_ptr& x, const api::field_data& in);
  void look_up_wrapping(const runtime::exchange_ptr& x, const api::field_data& in);
  void seal(const runtime::exchange_ptr& x, const api::field_data& in);
  void unseal(const runtime::exchange_ptr& x, const api::field_data& in);
  void health(const runtime::exchange_ptr& x, const api::field_data& in);
  void seal_status(const runtime::exchange_ptr& x, const api::field_data& in);
  void initialised(const runtime::exchange_ptr& x, const api::field_data& in);
  void initialise(const runtime::exchange_ptr& x, const api::field_data& in);
  void leader(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_audit_devices(const runtime::exchange_ptr& x, const api::field_data& in);

  token::server_data& shared_;
  std::map<std::uint64_t, revocation_job> jobs_;
  std::uint64_t tickets_ = 0;
  /// Ordinals of what one maker made here, so that ids derive from (maker, ordinal).
  std::map<std::uint64_t, std::uint64_t> ordinals_;
  /// What the last login of a principal made: the next one shares what is the same.
  std::map<std::uint64_t, shared_facts> last_logins_;
  std::uint64_t mounted_ = 0;
};

/// The root token of a fresh server.
[[nodiscard]] shared_facts root_facts(const server_config& config);

/// What stands in front of every token: whether the server is sealed, what the request is worth by
/// itself, and which actor serves it (R-307, R-1011). The exchange may come back answered: then
/// the slot is empty.
[[nodiscard]] runtime::slot_ref receive(token::server_data& shared, const runtime::exchange_ptr& x);

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

} // namespace lapse::vault
