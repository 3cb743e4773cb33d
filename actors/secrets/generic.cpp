#include "actors/secrets/generic.hpp"

#include "actors/protocol/quote.hpp"
#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/placeholder.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse {

std::optional<bool> generic_engine::exists(std::string_view path) const {
  if (take_prefix(path, "roles/"))
    return roles_.find(path) != nullptr;
  return std::nullopt;
}

bool generic_engine::external(operation op, std::string_view path) const {
  return op == operation::read && take_prefix(path, "creds/");
}

engine_reply generic_engine::handle(const engine_call& call) {
  auto name = call.path;
  const auto first = take_segment(name);
  if (name.find('/') != std::string_view::npos)
    return {unsupported_path(), {}, {}};
  if (first == "roles")
    return {roles(call, name), {}, {}};
  if (first == "creds" && !name.empty())
    return issue(call, name);
  return {unsupported_path(), {}, {}};
}

answer generic_engine::roles(const engine_call& call, std::string_view name) {
  if (name.empty())
    return roles_.list(call.op);
  switch (call.op) {
    case operation::read:
      if (const auto* role = roles_.find(name))
        return data_answer({{"default_ttl", whole_seconds(role->default_ttl)},
                            {"max_ttl", whole_seconds(role->max_ttl)},
                            {"renewable", role->renewable},
                            {"lease", role->lease}});
      return nothing_found();
    case operation::create:
    case operation::update:
      return roles_.write(name, call.what.body, {});
    case operation::delete_:
      return roles_.remove(name);
    default:
      return unsupported_operation();
  }
}

engine_reply generic_engine::issue(const engine_call& call, std::string_view name) const {
  if (call.op != operation::read)
    return {unsupported_operation(), {}, {}};
  const auto* role = roles_.find(name);
  if (!role)
    return {error_answer(400, "unknown role: " + std::string{name}), {}, {}};
  auto username = std::string{name} + '-';
  username += random_base62(call.draw, 8);
  const auto password = random_base62(call.draw, 20);
  return {data_answer({{"username", username}, {"password", password}}),
          credential_roles::terms(name, *role),
          {}};
}

std::variant<secret_terms, std::string, std::monostate>
generic_engine::renew(std::string_view role) const {
  if (const auto* found = roles_.find(role))
    return credential_roles::terms(role, *found);
  return "error during renew: could not find role with name " + quote(role);
}

} // namespace lapse
