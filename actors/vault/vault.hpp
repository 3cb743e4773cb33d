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
  void read_specification(const runtime::exchange_ptr& x, const api::field_data& in);
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
  void on_issue(const runtime::issue_lease& msg);
  void serve_identity(const runtime::exchange_ptr& x, std::string_view below);
  void on_down(const caf::down_msg& msg);

  // -- logins (logins.cpp) ------------------------------------------------------------------

  void on_log_in(const runtime::log_in& msg);
  /// The entity that a login names, made if there is none; null: it names none. An alias belongs to
  /// the mount's accessor, so a mount made anew makes new entities.
  const identity::identity_entity* entity_of(const runtime::mount& at,
                                             const runtime::login_terms& terms, bool& made);

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
    /// Moving a mount: the migration that goes on at the end; nobody waits for it.
    std::string migration;
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
  [[nodiscard]] const runtime::slot_identity* find_lease(std::string_view text);
  [[nodiscard]] std::vector<std::pair<std::string, runtime::slot_ref>>
  leases_under(std::string_view prefix);
  [[nodiscard]] std::string lease_text(const runtime::slot_identity& s) const;
  void start_job(revocation_job job);
  void continue_job(std::uint64_t ticket, const std::string& error);
  /// @param failure empty: all is revoked.
  void finish_job(std::uint64_t ticket, std::string failure);

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
  /// Gives a mount its actors and its place in the table; a new one its ordinal too.
  runtime::mount& place(runtime::mount entry);
  /// As `mount_table::remove`.
  void take_away(const std::string& path, std::string_view how, token_id by);

  // -- sys/remount (sys_remount.cpp) --------------------------------------------------------------

  struct migration {
    std::string source;
    std::string target;
    std::string status = "in-progress";
  };
  void remount(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_migration(const runtime::exchange_ptr& x, const api::field_data& in);
  /// @param revoked whether all that lay under the old path has ended.
  void end_migration(const std::string& id, bool revoked);

  // -- policies (sys_policies.cpp) ---------------------------------------------------------------

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

  // -- capabilities (sys_capabilities.cpp) -------------------------------------------------------

  void capabilities(const runtime::exchange_ptr& x, const api::field_data& in);
  void capabilities_of_accessor(const runtime::exchange_ptr& x, const api::field_data& in);
  void capabilities_of_self(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_rights(const runtime::exchange_ptr& x, const api::field_data& in);
  void ask_capabilities(const runtime::exchange_ptr& x, const api::field_data& in,
                        const runtime::slot* whose, std::string_view refusal);

  // -- wrapping (wrapping.cpp) --------------------------------------------------------------

  void on_wrap(const runtime::exchange_ptr& x);
  void wrap(const runtime::exchange_ptr& x, const api::field_data& in);
  void unwrap(const runtime::exchange_ptr& x, const api::field_data& in);
  void look_up_wrapping(const runtime::exchange_ptr& x, const api::field_data& in);

  // -- seal and status (sys_status.cpp) -----------------------------------------------------

  void seal(const runtime::exchange_ptr& x, const api::field_data& in);
  void unseal(const runtime::exchange_ptr& x, const api::field_data& in);
  void health(const runtime::exchange_ptr& x, const api::field_data& in);
  void seal_status(const runtime::exchange_ptr& x, const api::field_data& in);
  void initialised(const runtime::exchange_ptr& x, const api::field_data& in);
  void initialise(const runtime::exchange_ptr& x, const api::field_data& in);
  void leader(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_audit_devices(const runtime::exchange_ptr& x, const api::field_data& in);

  // -- tools and what is kept by path (sys_tools.cpp) ----------------------------------

  void digest(const runtime::exchange_ptr& x, const api::field_data& in);
  void random_bytes(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_raw(const runtime::exchange_ptr& x, const api::field_data& in);
  void list_raw(const runtime::exchange_ptr& x, const api::field_data& in);
  void write_raw(const runtime::exchange_ptr& x, const api::field_data& in);
  void delete_raw(const runtime::exchange_ptr& x, const api::field_data& in);
  [[nodiscard]] static std::vector<runtime::actor_paths<vault>::row> tool_rows();

  // -- the server itself (sys_server.cpp) ------------------------------------------------

  void list_locked_users(const runtime::exchange_ptr& x, const api::field_data& in);
  void unlock_user(const runtime::exchange_ptr& x, const api::field_data& in);
  void count_tokens(const runtime::exchange_ptr& x, const api::field_data& in);
  void count_entities(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_loggers(const runtime::exchange_ptr& x, const api::field_data& in);
  void write_loggers(const runtime::exchange_ptr& x, const api::field_data& in);
  void reset_loggers(const runtime::exchange_ptr& x, const api::field_data& in);
  /// @param name empty: of all.
  void set_log_level(const runtime::exchange_ptr& x, std::string_view name, std::string level);
  [[nodiscard]] std::vector<std::string> logger_names() const;
  void read_quotas(const runtime::exchange_ptr& x, const api::field_data& in);
  void write_quotas(const runtime::exchange_ptr& x, const api::field_data& in);
  void read_plugins(const runtime::exchange_ptr& x, const api::field_data& in);
  template <int Type>
  void list_plugins(const runtime::exchange_ptr& x, const api::field_data& in);
  [[nodiscard]] static std::vector<runtime::actor_paths<vault>::row> server_rows();

  token::server_data& shared_;
  std::map<std::string, std::string, std::less<>> raw_;
  std::map<std::string, std::string, std::less<>> log_levels_; ///< of loggers set by name
  std::string log_level_ = "info";                             ///< of all others
  struct quota_settings {
    bool audited = false;
    bool in_headers = false;
    std::vector<std::string> exempt_paths = {"sys/generate-recovery-token/attempt",
                                             "sys/generate-recovery-token/update",
                                             "sys/generate-root/attempt",
                                             "sys/generate-root/update",
                                             "sys/health",
                                             "sys/seal-status",
                                             "sys/unseal"};
  };
  quota_settings quotas_;
  std::map<std::uint64_t, revocation_job> jobs_;
  std::map<std::string, migration, std::less<>> migrations_; ///< by id
  std::uint64_t tickets_ = 0;
  /// Ordinals of what one maker made here, so that ids derive from (maker, ordinal).
  std::map<std::uint64_t, std::uint64_t> ordinals_;
  struct principal {
    std::uint64_t made = 0;
    /// Of its last login: the next one shares what is the same. Kept of the first principals only.
    shared_facts last;
  };
  std::map<std::uint64_t, principal> principals_;
  std::uint64_t mounted_ = 0;
};

/// The root token of a fresh server.
[[nodiscard]] shared_facts root_facts(const server_config& config);

/// Whether this is a wrapping token that can still be opened (R-1007). Null: no.
[[nodiscard]] bool is_live_wrapping(const runtime::slot* token, instant now);

/// What stands in front of every token: whether the server is sealed, what the request is worth by
/// itself, and which actor serves it (R-307, R-1011). The exchange may come back answered: then
/// the slot is empty.
[[nodiscard]] runtime::slot_ref receive(token::server_data& shared, const runtime::exchange_ptr& x);

/// Whether a real server can mount this; `type` is `auth`, `database` or `secret`.
[[nodiscard]] bool is_builtin_plugin(std::string_view type, std::string_view name);

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
