#include "actors/token/entity_alias.hpp"

#include "actors/policy/policy_set.hpp"
#include "actors/protocol/ascii.hpp"

#include <utility>

namespace lapse::token {

tl::expected<shared_text, alias_refusal>
entity_of_alias(server_data& shared, const token_role* role, const std::string& alias) {
  const auto refuse = [](int status, std::string text) {
    return tl::unexpected{alias_refusal{status, std::move(text)}};
  };
  if (role == nullptr)
    return refuse(400, "'entity_alias' is only allowed in combination with token role");
  if (!role->allowed_entity_aliases ||
      !policy::any_glob_match(*role->allowed_entity_aliases, lower_case(alias)))
    return refuse(400, "invalid 'entity_alias' value");
  auto& env = shared.env;
  const identity::alias_terms terms{env.mounts.find("auth/token/")->accessor, alias, {}};
  bool made = false;
  const auto& entity = shared.identities->find_or_make(terms, env.unix_now(), made);
  if (entity.disabled)
    return refuse(403, "entity from given entity alias is disabled");
  return entity.id;
}

} // namespace lapse::token
