#pragma once

#include "actors/protocol/door.hpp"
#include "tests/model/model_durations.hpp"
#include "tests/model/model_fields.hpp"
#include "tests/model/model_flaw.hpp"
#include "tests/model/model_policy.hpp"
#include "tests/model/model_records.hpp"

#include <deque>

namespace lapse::sequential {

/// Whether 127.0.0.1, where every request comes from, is in one of them, or there are none.
[[nodiscard]] bool cidrs_hold_caller(const names& cidrs);

/// The server as one sequential program: maps and loops, one request after the other. Written from
/// the numbered rules alone, to hold the world of actors against. Workers never wait for each
/// other here, and a backend is never slow.
class model : public door {
public:
  explicit model(const server_config& config, std::set<flaw> flaws = {});

  [[nodiscard]] token_name root() const override;
  void advance(instant at) override;
  void ask(const credential& by, request_ptr what, answer_taker take) override;
  void inject(const fault& what) override;

private:
  /// What a handler is given: the caller may be null where no token is needed.
  struct call {
    const request& what;
    std::string path;
    /// Path after that of the mount.
    std::string rest;
    /// The credential as text; empty: none.
    std::string caller_id;
    token_record* caller = nullptr;
    sequential::mount* at = nullptr;
    bool sudo = false;
    std::optional<duration> wrap_ttl;
    bool wrapped = false;
  };

  [[nodiscard]] bool flawed(flaw f) const { return flaws_.contains(f); }

  // -- the way of a request (model.cpp) ----------------------------------------

  [[nodiscard]] answer admit(const credential& by, const request& what);
  [[nodiscard]] std::optional<answer> refused_early(const call& c);
  [[nodiscard]] answer authorised(call& c);
  [[nodiscard]] answer finish(call& c, answer reply, bool last_use);
  [[nodiscard]] answer route(call& c);
  [[nodiscard]] bool open_to_all(const call& c) const;
  [[nodiscard]] operation asked_operation(const call& c) const;
  [[nodiscard]] acl acl_of(const token_record& t) const;
  [[nodiscard]] std::string credential_text(const credential& by) const;
  [[nodiscard]] sequential::mount* mount_at(const std::string& path);

  // -- time and ends (model_ends.cpp) --------------------------------------------

  void arm(std::optional<due_key>& timer, instant at, const std::string& lease);
  void disarm(std::optional<due_key>& timer);
  void fire(const std::string& lease);
  void enqueue(const std::string& lease);
  void run_jobs();
  void work_on(const std::string& lease);
  [[nodiscard]] std::string backend_error(const secret_lease& l) const;
  void forget_lease(const std::string& lease);
  void end_lease_now(secret_lease& l);
  void revoke_tree(const std::string& id);
  void revoke_one(const std::string& id, bool keep_children);
  [[nodiscard]] answer revoke_prefix(const std::string& prefix, bool force, bool sync);

  // -- tokens (model_tokens.cpp, model_create.cpp) -------------------------------------

  [[nodiscard]] token_record* find(const std::string& id);
  [[nodiscard]] const token_record* find(const std::string& id) const;
  [[nodiscard]] bool valid(const token_record& t) const;
  [[nodiscard]] token_record* usable(const std::string& id);
  [[nodiscard]] answer tokens(call& c);
  [[nodiscard]] answer create_token(call& c, const std::string& role_name, bool orphan);
  [[nodiscard]] std::string resolve_policies(call& c, fields& f, const token_role* role,
                                             names& out) const;
  [[nodiscard]] std::string role_policies(const token_record& parent, const names& wanted,
                                          bool no_default, const token_role& role,
                                          names& out) const;
  [[nodiscard]] std::string choose_ttls(call& c, fields& f, const token_role* role, token_record& t,
                                        names& warnings, int& status);
  token_record& store(token_record t, bool renewable);
  void register_lease(token_record& t, bool renewable);
  [[nodiscard]] answer lookup_token(const token_record* t, bool hide);
  [[nodiscard]] answer renew_token(const std::string& id, fields& f, bool hide);
  [[nodiscard]] std::optional<answer> renewal_limits(const token_record& t, ttl_inputs& in);
  [[nodiscard]] answer revoke_token(const std::string& id);
  [[nodiscard]] answer revoke_orphan(call& c, const std::string& id);
  [[nodiscard]] answer by_accessor(call& c, const std::string& what);
  [[nodiscard]] answer tidy_tokens();
  [[nodiscard]] shared_facts facts_of(const token_record& t) const;
  [[nodiscard]] auth_block block_of(const token_record& t) const;

  // -- token roles (model_roles.cpp) ----------------------------------------------------

  [[nodiscard]] answer token_roles(call& c);
  [[nodiscard]] answer write_token_role(call& c, const std::string& name);
  [[nodiscard]] answer read_token_role(const std::string& name) const;

  // -- leases (model_leases.cpp) ----------------------------------------------------

  [[nodiscard]] answer leases(call& c);
  [[nodiscard]] answer lookup_lease(const std::string& id) const;
  [[nodiscard]] answer list_leases(const std::string& prefix) const;
  [[nodiscard]] answer renew_lease(const std::string& id, duration increment);
  [[nodiscard]] answer revoke_lease(const std::string& id, bool sync);
  [[nodiscard]] answer irrevocable(call& c, bool count) const;
  [[nodiscard]] answer tidy_leases();
  [[nodiscard]] answer issue_lease(call& c, nlohmann::json data, duration ttl, duration max,
                                   bool renewable, const std::string& role);
  [[nodiscard]] std::vector<std::string> lease_ids() const;
  [[nodiscard]] token_record* token_of_lease(const std::string& id);
  [[nodiscard]] const token_record* token_of_lease(const std::string& id) const;

  // -- wrapping (model_wrapping.cpp) -----------------------------------------------------

  [[nodiscard]] answer wrapping(call& c);
  [[nodiscard]] answer wrap(call& c, answer reply, const std::string& path, duration ttl);
  [[nodiscard]] std::string wrapping_token_of(const call& c, std::string& error) const;
  [[nodiscard]] answer open_wrapping(call& c, bool again);
  [[nodiscard]] answer lookup_wrapping(call& c);

  // -- system (model_sys.cpp, model_mounts.cpp) --------------------------------------------

  [[nodiscard]] answer system(call& c);
  [[nodiscard]] answer policies(call& c);
  [[nodiscard]] answer capabilities(call& c, const std::string& kind);
  [[nodiscard]] answer seal();
  [[nodiscard]] answer unseal();
  [[nodiscard]] answer health() const;
  [[nodiscard]] const stored_policy* policy(const std::string& name) const;
  [[nodiscard]] answer mounts(call& c, bool auth);
  [[nodiscard]] answer enable(call& c, const std::string& path, bool auth);
  [[nodiscard]] answer disable(const std::string& path, bool auth);
  [[nodiscard]] answer tune(call& c, const std::string& path, bool auth);
  [[nodiscard]] answer list_mounts(bool auth) const;
  sequential::mount& add_mount(const std::string& path, const std::string& type,
                               const std::string& description);
  [[nodiscard]] duration default_ttl(const sequential::mount& m) const;
  [[nodiscard]] duration max_ttl(const sequential::mount& m) const;

  // -- logins (model_auth.cpp, model_login.cpp) --------------------------------------------

  [[nodiscard]] answer auth_method(call& c);
  [[nodiscard]] answer userpass_users(call& c);
  [[nodiscard]] answer approle_roles(call& c);
  [[nodiscard]] answer approle_secret_id(call& c, login_settings& role);
  [[nodiscard]] bool is_login(const call& c) const;
  [[nodiscard]] answer login(call& c);
  [[nodiscard]] answer userpass_login(call& c);
  [[nodiscard]] answer approle_login(call& c);
  [[nodiscard]] answer log_in(call& c, const login_settings& s, const std::string& display,
                              const std::string& alias, std::map<std::string, std::string> meta);
  [[nodiscard]] std::string entity_of(const sequential::mount& m, const std::string& alias);

  // -- secrets (model_secrets.cpp, model_kv.cpp) --------------------------------------------

  [[nodiscard]] answer secrets(call& c);
  [[nodiscard]] answer cubbyhole(call& c);
  [[nodiscard]] answer kv1(call& c);
  [[nodiscard]] answer kv2(call& c);
  [[nodiscard]] answer database(call& c);
  [[nodiscard]] answer pki(call& c);
  [[nodiscard]] answer identity(call& c);

  server_config config_;
  std::set<flaw> flaws_;
  instant now_{0};
  bool sealed_ = false;
  std::uint64_t made_ = 0;
  std::uint64_t timers_armed_ = 0;
  std::string root_id_;

  std::map<std::string, token_record> tokens_;
  std::map<token_id, std::string> token_ids_;
  std::map<std::string, std::string> accessors_;
  /// Parent id to child ids; rows may dangle.
  std::map<std::string, std::set<std::string>> children_;
  std::map<std::string, std::string> token_leases_;
  std::map<std::string, secret_lease> leases_;
  std::map<std::string, token_role> roles_;
  std::map<std::string, stored_policy> policies_;
  /// Secrets engines by path, auth methods by `auth/...`.
  std::map<std::string, sequential::mount> mounts_;
  std::map<std::string, std::string> entities_;
  std::map<std::string, lockout> lockouts_;
  std::map<due_key, std::string> timers_;
  std::deque<std::string> jobs_;
  /// Mounts whose backend refuses; true: revocations only.
  std::map<std::string, bool> down_;
  std::set<std::uint64_t> refused_leases_;
};

} // namespace lapse::sequential

namespace lapse {
using sequential::model;
} // namespace lapse
