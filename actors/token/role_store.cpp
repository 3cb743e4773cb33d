#include "actors/token/role_store.hpp"

#include "actors/policy/policy_set.hpp"
#include "actors/runtime/address.hpp"
#include "actors/runtime/field.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse {

namespace {

using json = nlohmann::json;

bool word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Whether the text holds a match of `\w[\w-.]+\w` and no `..`: a run of word characters,
// dashes and dots, at least three long between two word characters.
bool good_suffix(std::string_view text) {
  if (text.find("..") != std::string_view::npos)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!word(text[i]))
      continue;
    auto j = i + 1;
    auto last = std::string_view::npos;
    for (; j < text.size() && (word(text[j]) || text[j] == '-' || text[j] == '.'); ++j)
      if (word(text[j]) && j >= i + 2)
        last = j;
    if (last != std::string_view::npos)
      return true;
    i = j - 1;
  }
  return false;
}

// Lower-cased, sorted, without repeats.
std::vector<std::string> lower_and_sort(std::vector<std::string> names) {
  for (auto& name : names)
    for (auto& c : name)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c - 'A' + 'a');
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// Reads a duration under its name and its deprecated name (R-239, R-1712).
bool read_period(const field_reader& in, const std::string& name, duration& value,
                 duration& old_value, std::vector<std::string>& warnings, std::string& error) {
  auto old_field = in.seconds(name);
  auto new_field = in.seconds("token_" + name);
  if (!old_field.ok() || !new_field.ok()) {
    error = new_field.ok() ? old_field.error : new_field.error;
    return false;
  }
  if (new_field.given()) {
    value = *new_field.value;
    old_value = {};
    if (old_field.given())
      warnings.push_back("Both 'token_" + name + "' and deprecated '" + name +
                         "' value supplied, ignoring the deprecated value");
  } else if (old_field.given()) {
    value = old_value = *old_field.value;
  }
  return true;
}

//
std::string batch_refusal(const token_role& role) {
  std::string_view what;
  if (role.type != "batch")
    return {};
  if (!role.orphan)
    what = "non-orphan tokens";
  else if (role.period > duration::zero())
    what = "periodic tokens";
  else if (role.renewable)
    what = "renewable tokens";
  else if (role.explicit_max_ttl > duration::zero())
    return "'token_type' cannot be 'batch' when role is set to generate tokens with an explicit "
           "max TTL";
  else
    return {};
  return "'token_type' cannot be 'batch' when role is set to generate " + std::string{what};
}

} // namespace

answer role_store::read(std::string_view name) const {
  const auto* role = find(name);
  if (role == nullptr)
    return nothing_found();
  json data = {{"name", name},
               {"allowed_policies", role->allowed_policies},
               {"allowed_policies_glob", role->allowed_policies_glob},
               {"disallowed_policies", role->disallowed_policies},
               {"disallowed_policies_glob", role->disallowed_policies_glob},
               {"allowed_entity_aliases", nullptr},
               {"orphan", role->orphan},
               {"renewable", role->renewable},
               {"path_suffix", role->path_suffix},
               {"explicit_max_ttl", whole_seconds(role->old_explicit_max_ttl)},
               {"period", whole_seconds(role->old_period)},
               {"token_explicit_max_ttl", whole_seconds(role->explicit_max_ttl)},
               {"token_period", whole_seconds(role->period)},
               {"token_no_default_policy", role->no_default_policy},
               {"token_type", role->type}};
  if (role->allowed_entity_aliases)
    data["allowed_entity_aliases"] = *role->allowed_entity_aliases;
  if (!role->bound_cidrs.empty())
    data["token_bound_cidrs"] = role->bound_cidrs;
  if (role->num_uses > 0)
    data["token_num_uses"] = role->num_uses;
  return data_answer(std::move(data));
}

answer role_store::list() const {
  if (roles_.empty())
    return nothing_found();
  std::vector<std::string> names;
  for (const auto& [name, role] : roles_)
    names.push_back(name);
  return data_answer({{"keys", std::move(names)}});
}

answer role_store::remove(std::string_view name) {
  if (auto i = roles_.find(name); i != roles_.end())
    roles_.erase(i);
  return no_content();
}

answer role_store::write(const std::string& name, const json& body, duration max_ttl) {
  const auto* known = find(name);
  auto role = known != nullptr ? *known : token_role{};
  field_reader in{body};
  std::string error;
  std::vector<std::string> warnings;
  std::optional<std::vector<std::string>> cidrs;
  auto names = [&](std::string_view field, std::vector<std::string>& into, bool allowed) {
    auto read = in.comma_list(field);
    if (!read.ok()) {
      error = read.error;
      return false;
    }
    // Only the lists of what is allowed collapse when they name root (R-113, R-1711).
    if (read.given())
      into = allowed ? sanitize_policies(std::move(*read.value), false)
                     : lower_and_sort(std::move(*read.value));
    return true;
  };
  auto addresses = in.comma_list(in.has("token_bound_cidrs") ? "token_bound_cidrs" : "bound_cidrs");
  auto aliases = in.comma_list("allowed_entity_aliases");
  auto good = assign(in.boolean("orphan"), role.orphan, error) &&
              assign(in.boolean("renewable"), role.renewable, error) &&
              assign(in.text("path_suffix"), role.path_suffix, error);
  if (!good)
    return error_answer(400, error);
  if (!role.path_suffix.empty() && !good_suffix(role.path_suffix))
    return error_answer(400, "given role path suffix contains invalid characters; must match "
                             "\\w[\\w-.]+\\w");
  good = names("allowed_policies", role.allowed_policies, true) &&
         names("disallowed_policies", role.disallowed_policies, false) &&
         names("allowed_policies_glob", role.allowed_policies_glob, true) &&
         names("disallowed_policies_glob", role.disallowed_policies_glob, false) &&
         read_period(in, "period", role.period, role.old_period, warnings, error) &&
         read_period(in, "explicit_max_ttl", role.explicit_max_ttl, role.old_explicit_max_ttl,
                     warnings, error) &&
         assign(in.boolean("token_no_default_policy"), role.no_default_policy, error) &&
         assign(in.integer("token_num_uses"), role.num_uses, error) &&
         assign(in.text("token_type"), role.type, error);
  if (!good)
    return error_answer(400, error);
  if (!addresses.ok() || !aliases.ok())
    return error_answer(400, addresses.ok() ? aliases.error : addresses.error);
  if (addresses.given()) {
    auto parsed = parse_addresses(*addresses.value);
    if (auto* text = std::get_if<std::string>(&parsed))
      return error_answer(400, "error parsing role fields: " + *text);
    role.bound_cidrs = std::get<0>(std::move(parsed));
  }
  if (aliases.given())
    role.allowed_entity_aliases = std::move(aliases.value);
  if (role.type != "service" && role.type != "batch" && role.type != "default-service" &&
      role.type != "default-batch")
    return error_answer(400, "invalid 'token_type' value \"" + role.type + "\"");
  if (role.num_uses < 0)
    return error_answer(400, "error parsing role fields: 'token_num_uses' cannot be negative");
  // the save warns and predicts an error, but creation caps.
  auto tested =
      in.has("token_explicit_max_ttl") ? role.explicit_max_ttl : role.old_explicit_max_ttl;
  if (tested > max_ttl)
    warnings.push_back(fmt::format("Given explicit max TTL of {} is greater than system/mount "
                                   "allowed value of {} seconds; until this is fixed attempting to "
                                   "create tokens against this role will result in an error",
                                   whole_seconds(tested), whole_seconds(max_ttl)));
  if (auto refusal = batch_refusal(role); !refusal.empty())
    return error_answer(400, std::move(refusal));
  roles_[name] = std::move(role);
  auto reply = no_content();
  if (!warnings.empty()) {
    reply.status = 200;
    reply.shape = envelope::normal;
    reply.warnings = std::move(warnings);
  }
  return reply;
}

} // namespace lapse
