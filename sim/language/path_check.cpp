#include "sim/language/path_check.hpp"

#include "actors/auth/make_auth_method.hpp"
#include "actors/secrets/make_engine.hpp"
#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::language {

namespace {

template <class Names>
std::vector<std::string_view> some_of(const Names& names) {
  constexpr std::size_t names_max = 500;
  std::vector<std::string_view> result;
  for (const auto& name : names) {
    if (result.size() == names_max)
      break;
    if constexpr (requires { name.first; })
      result.push_back(name.first);
    else
      result.push_back(name);
  }
  return result;
}

template <class Names>
std::string choice(std::string_view word, const Names& names, std::string_view otherwise) {
  auto hint = document::did_you_mean(word, some_of(names));
  return hint.empty() ? "; " + std::string{otherwise} : hint;
}

// The path in the first round of the enclosing repeats: a typo shows there too.
std::string in_first_round(const load_context& context, std::string_view text) {
  return first_round(context.counted(text));
}

bool any_counted(const std::vector<plan::counted_text>& mounts, std::string_view path) {
  for (auto end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('/', end - 1))
    for (const auto& mount : mounts)
      if (matches_counted(mount, path.substr(0, end)))
        return true;
  return false;
}

constexpr std::string_view add_auth = "add it under `auth:` or `enable` it";
constexpr std::string_view add_secrets = "add it under `secrets:` or `enable` it";

void check_auth_path(load_context& context, const document::document_node& node,
                     std::string_view path) {
  std::string_view mount;
  if (path.substr(0, 6) == "token/" || path == "token" || context.names.find_auth(path, mount) ||
      any_counted(context.names.counted_auth, path))
    return;
  auto name = std::string{path.substr(0, path.find('/'))};
  context.faults.report(node.at,
                        fmt::format("no auth mount for path {}{}", document::in_quotes(node.text),
                                    choice(name, context.names.auth, add_auth)));
}

// `creds/ROLE` and `issue/ROLE` of an engine whose roles this file names.
void check_credential_role(load_context& context, const document::document_node& node,
                           const known_mount& mount, std::string_view rest) {
  const auto* kind = secrets::find_secrets_setup(mount.type);
  for (const auto& other : secrets::secrets_engine_kinds()) {
    auto part = other.setup == nullptr ? std::string_view{} : other.setup().gives_out;
    if (part.empty() || !rest.starts_with(part) || mount.type.empty() ||
        (kind != nullptr && kind->role_keys.empty()))
      continue;
    auto role = rest.substr(part.size());
    if (!role.empty() && role.find('/') == std::string_view::npos && !mount.knows(role))
      context.faults.report(
          node.at, fmt::format("unknown role {} in path {}{}", document::in_quotes(role),
                               document::in_quotes(node.text),
                               choice(role, mount.names, "add it to the mount's `roles:`")));
  }
}

} // namespace

void check_token_role(load_context& context, const document::document_node& role) {
  auto name = in_first_round(context, role.text);
  if (!context.names.token_roles.knows(name))
    context.faults.report(
        role.at,
        fmt::format("unknown token role {}{}", document::in_quotes(role.text),
                    choice(name, context.names.token_roles.names, "add it under `token_roles:`")));
}

const known_mount* check_login(load_context& context, const document::document_node& with,
                               const std::string& mount_path, const std::string& name) {
  auto path = in_first_round(context, mount_path);
  auto found = context.names.auth.find(path);
  if (found == context.names.auth.end()) {
    if (!any_counted(context.names.counted_auth, path))
      context.faults.report(with.at,
                            fmt::format("unknown auth mount {}{}", document::in_quotes(mount_path),
                                        choice(path, context.names.auth, add_auth)));
    return nullptr;
  }
  const auto& mount = found->second;
  auto user = in_first_round(context, name);
  const auto* kind = auth::find_login_setup(mount.type);
  if ((kind != nullptr && kind->admits_anybody) || mount.type.empty() || mount.knows(user))
    return &mount;
  auto principal = kind == nullptr ? std::string_view{"user"} : kind->principal;
  context.faults.report(
      with.at, fmt::format("unknown {} {} at auth mount {}{}", principal, document::in_quotes(name),
                           document::in_quotes(mount_path),
                           choice(user, mount.names,
                                  fmt::format("add it to the mount's `{}s:`", principal))));
  return &mount;
}

void check_path(load_context& context, const document::document_node& node, std::string_view text) {
  auto whole = in_first_round(context, text);
  std::string_view path = whole;
  path = path.substr(0, path.find('?'));
  for (std::string_view builtin : {"sys", "cubbyhole", "identity"})
    if (path == builtin ||
        (path.substr(0, builtin.size()) == builtin && path.substr(builtin.size(), 1) == "/"))
      return;
  if (path.substr(0, 5) == "auth/")
    return check_auth_path(context, node, path.substr(5));
  std::string_view mount;
  if (const auto* found = context.names.find_secrets(path, mount)) {
    auto rest = path.substr(mount.size());
    return check_credential_role(context, node, *found, trimmed_mount(rest));
  }
  if (any_counted(context.names.counted_secrets, path))
    return;
  auto name = std::string{path.substr(0, path.find('/'))};
  context.faults.report(node.at,
                        fmt::format("no mount for path {}{}", document::in_quotes(node.text),
                                    choice(name, context.names.secrets, add_secrets)));
}

// A role with `lease: false` gives out no handle that a token verb could use either.
bool gives_out_leases(const known_names& names, std::string_view path) {
  std::string_view mount;
  const auto* known = names.find_secrets(path, mount);
  const auto* kind = known == nullptr ? nullptr : secrets::find_secrets_setup(known->type);
  return kind != nullptr && kind->leased && path.size() > mount.size() &&
         path.substr(mount.size() + 1).starts_with(kind->gives_out);
}

bool gives_out_credentials(std::string_view path) {
  const auto& kinds = secrets::secrets_engine_kinds();
  return std::any_of(kinds.begin(), kinds.end(), [&](const secrets::secrets_engine_kind& kind) {
    auto part = kind.setup == nullptr ? std::string_view{} : kind.setup().gives_out;
    return !part.empty() && path.find("/" + std::string{part}) != std::string_view::npos;
  });
}

void check_mount(load_context& context, const document::document_node& node) {
  auto whole = in_first_round(context, trimmed_mount(node.text));
  std::string_view path = whole;
  auto is_auth = path.substr(0, 5) == "auth/";
  if (is_auth)
    path.remove_prefix(5);
  const auto& mounts = is_auth ? context.names.auth : context.names.secrets;
  const auto& counted = is_auth ? context.names.counted_auth : context.names.counted_secrets;
  // Mounts every server has; it refuses to tune or disable most of them.
  auto builtin =
      is_auth ? path == "token" : path == "sys" || path == "cubbyhole" || path == "identity";
  if (builtin || mounts.count(path) > 0 || any_counted(counted, path))
    return;
  if (!is_auth && context.names.auth.count(path) > 0) {
    context.faults.report(node.at, fmt::format("unknown mount {}, did you mean `auth/{}`?",
                                               document::in_quotes(node.text), path));
    return;
  }
  context.faults.report(node.at,
                        fmt::format("unknown mount {}{}", document::in_quotes(node.text),
                                    choice(path, mounts, is_auth ? add_auth : add_secrets)));
}

void check_backend(load_context& context, const document::document_node& node) {
  auto path = in_first_round(context, trimmed_mount(node.text));
  std::string_view method;
  if (path.starts_with("auth/") && context.names.secrets.count(path) == 0) {
    const auto* known = context.names.find_auth(std::string_view{path}.substr(5), method);
    context.faults.report(
        node.at, fmt::format("{} is {}, and only secrets engines have a backend; name one of "
                             "`secrets:`",
                             document::in_quotes(node.text),
                             known == nullptr ? "no mount" : "an auth method"));
  } else if (context.names.secrets.count(path) == 0 &&
             !any_counted(context.names.counted_secrets, path))
    context.faults.report(node.at, fmt::format("unknown mount {}{}", document::in_quotes(node.text),
                                               choice(path, context.names.secrets, add_secrets)));
}

} // namespace lapse::language
