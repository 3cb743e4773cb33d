#include "actors/secrets/credential_role.hpp"

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"

#include <utility>

namespace lapse {

const credential_role* credential_roles::find(std::string_view name) const {
  const auto i = roles_.find(name);
  return i == roles_.end() ? nullptr : &i->second;
}

answer credential_roles::list(operation op) const {
  return op == operation::list ? key_list(roles_) : unsupported_operation();
}

answer credential_roles::write(std::string_view name, const nlohmann::json& body,
                               const std::vector<std::string_view>& more) {
  const auto* existing = find(name);
  auto role = existing ? *existing : credential_role{};
  const field_reader fields{body};
  std::string error;
  if (!assign(fields.seconds("default_ttl"), role.default_ttl, error) ||
      !assign(fields.seconds("max_ttl"), role.max_ttl, error) ||
      !assign(fields.boolean("renewable"), role.renewable, error) ||
      !assign(fields.boolean("lease"), role.lease, error))
    return error_answer(400, std::move(error));
  for (const auto key : more)
    if (fields.has(key))
      role.more[std::string{key}] = body.at(std::string{key});
  roles_.insert_or_assign(std::string{name}, std::move(role));
  return no_content();
}

answer credential_roles::remove(std::string_view name) {
  if (const auto i = roles_.find(name); i != roles_.end())
    roles_.erase(i);
  return no_content();
}

secret_terms credential_roles::terms(std::string_view name, const credential_role& role) {
  secret_terms result;
  result.ttl = role.default_ttl;
  result.max_ttl = role.max_ttl;
  result.renewable = role.renewable;
  result.leased = role.lease;
  result.role = name;
  return result;
}

} // namespace lapse
