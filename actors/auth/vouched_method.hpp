#pragma once

#include "actors/auth/login_setup.hpp"
#include "actors/auth/token_params.hpp"
#include "actors/runtime/mount.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace lapse::auth {

/// A kind of method whose logins an outside system vouches for: a cluster, a cloud, a directory, a
/// provider of identities. Its login has the server's path and body, and its proof is not checked
///
struct vouched_kind {
  std::string_view type;
  login_setup (*setup)();
  /// The patterns of the roles or users, and of the one or two lists of them.
  std::string_view item_pattern;
  std::vector<std::string_view> list_patterns = {};
  /// Fields of a login: the role, and what proves it. The role is empty where the path names a
  /// user, the proof where a request may prove itself in several ways.
  std::string_view role_field = {};
  std::string_view proof_field = {};
  std::string_view missing_proof = {};
  /// The proof is looked for before the role is.
  bool proof_first = false;
  /// How an unknown role is refused.
  std::string (*unknown_role)(const std::string& role) = nullptr;
  /// The proof says which role is meant: of one that is named nowhere, the only one there is.
  bool role_in_proof = false;
  /// Who logs in, as far as the role and the claims of the proof say.
  void (*identify)(const std::string& role, const nlohmann::json& kept,
                   const nlohmann::json& claims, runtime::login_terms& into);
  /// What of the server's paths is left out.
  std::vector<api::left_out_path> left_out = {};
};

/// The text at a key of what was sent; `fallback` where there is none, or an empty one.
[[nodiscard]] std::string text_at(const nlohmann::json& object, std::string_view key,
                                  std::string fallback);

inline constexpr std::size_t vouched_kinds = 8;

/// @param at less than `vouched_kinds`; the order is that of the types.
[[nodiscard]] const vouched_kind& vouched(std::size_t at);

/// One mount of such a method. Beside the server's login, `login/NAME` lets everybody in, as for
/// methods of the type `generic`.
class vouched_method : public runtime::engine {
public:
  explicit vouched_method(const vouched_kind& kind) : kind_(kind) {}

  [[nodiscard]] runtime::login_renewal
  renew_login(std::string_view principal, const std::vector<std::string>& policies) const override;

protected:
  [[nodiscard]] static runtime::engine_paths make_paths(const vouched_kind& kind);

private:
  struct role {
    token_params params;
    /// What else was written, as it was sent.
    nlohmann::json kept = nlohmann::json::object();
  };
  using roles = std::map<std::string, role, std::less<>>;

  [[nodiscard]] runtime::engine_reply login(const runtime::engine_call& call) const;
  [[nodiscard]] runtime::engine_reply login_user(const runtime::engine_call& call) const;
  [[nodiscard]] runtime::engine_reply login_by_name(const runtime::engine_call& call) const;

  [[nodiscard]] bool has_role(const api::field_data& in) const;
  [[nodiscard]] answer list_roles(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_role(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_role(const runtime::engine_call& call);
  [[nodiscard]] answer delete_role(const runtime::engine_call& call);

  [[nodiscard]] answer list_groups(const runtime::engine_call& call) const;
  [[nodiscard]] answer read_group(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_group(const runtime::engine_call& call);
  [[nodiscard]] answer delete_group(const runtime::engine_call& call);

  [[nodiscard]] answer read_config(const runtime::engine_call& call) const;
  [[nodiscard]] answer write_config(const runtime::engine_call& call);
  [[nodiscard]] answer delete_config(const runtime::engine_call& call);

  /// Changes a role by a request, or says why not.
  [[nodiscard]] static tl::expected<role, answer> changed(const runtime::engine_call& call,
                                                          role before);
  [[nodiscard]] const role* find(std::string_view name) const;
  /// Of a directory: the token parameters of a user, with the policies of his groups.
  [[nodiscard]] token_params params_of_user(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> groups_of_user(const std::string& name) const;

  const vouched_kind& kind_;
  roles roles_;
  std::map<std::string, std::vector<std::string>, std::less<>> groups_; ///< their policies
  /// By the path below `config`; that of a directory holds token parameters too.
  roles config_;
};

/// The class of one kind, with the members that a table of kinds asks for.
template <std::size_t At>
class vouched_of final : public vouched_method {
public:
  vouched_of() : vouched_method(vouched(At)) {}

  [[nodiscard]] static const runtime::engine_paths& table() {
    static const auto paths = make_paths(vouched(At));
    return paths;
  }
  [[nodiscard]] static const login_setup& setup() {
    static const auto setup = vouched(At).setup();
    return setup;
  }

  [[nodiscard]] const runtime::engine_paths& paths() const override { return table(); }
};

} // namespace lapse::auth
