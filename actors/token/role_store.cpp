#include "actors/token/role_store.hpp"

#include "actors/policy/policy_set.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/runtime/address.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

namespace lapse::token {

namespace {

using json = nlohmann::json;

bool word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// Whether the text holds a match of `\w[\w-.]+\w`: a run of word characters, dashes and
// dots, at least three long between two word characters.
bool good_suffix(std::string_view text) {
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

// `what` under its name and its deprecated name: the new one wins (R-239, R-1712).
bool superseded(const api::field_data& in, const std::string& name,
                std::vector<std::string>& warnings) {
  if (!in.given("token_" + name))
    return false;
  if (in.given(name))
    warnings.push_back("Both 'token_" + name + "' and deprecated '" + name +
                       "' value supplied, ignoring the deprecated value");
  return true;
}

// What a parameter says under its deprecated name.
void read_old_period(const api::field_data& in, const std::string& name, duration& value,
                     duration& old_value, std::vector<std::string>& warnings) {
  if (superseded(in, name, warnings))
    old_value = {};
  else if (in.take(name, old_value))
    value = old_value;
}

// Addresses under the name `field`. The error text, or empty.
std::string read_addresses(const api::field_data& in, const std::string& field,
                           std::string_view failed, std::vector<std::string>& into) {
  if (!in.given(field))
    return {};
  auto parsed = runtime::parse_addresses(in.list(field));
  if (!parsed)
    return std::string{failed} + parsed.error();
  into = std::move(*parsed);
  return {};
}

// The parameters that all makers of tokens have, under their own names. The type that the role had
// binds a write that gives none. The error text, or empty.
std::string read_token_fields(const api::field_data& in, token_role& role) {
  const std::string failed = "error parsing role fields: ";
  if (auto why = read_addresses(in, "token_bound_cidrs", failed, role.bound_cidrs); !why.empty())
    return why;
  in.take("token_explicit_max_ttl", role.explicit_max_ttl);
  in.take("token_no_default_policy", role.no_default_policy);
  in.take("token_period", role.period);
  in.take("token_num_uses", role.num_uses);
  if (role.num_uses < 0)
    return failed + "'token_num_uses' cannot be negative";
  if (in.given("token_type") || (role.type != "batch" && role.type != "default-batch"))
    return {};
  const auto conflict =
      failed + "'token_type' cannot be 'batch' or 'default_batch' when set to generate ";
  if (role.period != duration::zero())
    return conflict + "periodic tokens";
  return role.num_uses != 0 ? conflict + "tokens with limited use count" : std::string{};
}

std::string read_type(const api::field_data& in, token_role& role) {
  if (in.take("token_type", role.type) && role.type != "service" && role.type != "batch" &&
      role.type != "default-service" && role.type != "default-batch")
    return "invalid 'token_type' value \"" + role.type + "\"";
  return {};
}

// The error text, or empty.
std::string read_suffix(const api::field_data& in, token_role& role) {
  in.take("path_suffix", role.path_suffix);
  if (!role.path_suffix.empty() && !good_suffix(role.path_suffix))
    return "given role path suffix contains invalid characters; must match \\w[\\w-.]+\\w";
  if (role.path_suffix.find("..") != std::string::npos)
    return "error registering path suffix: path cannot contain parent references";
  return {};
}

// The error text, or empty.
std::string read_old_fields(const api::field_data& in, token_role& role,
                            std::vector<std::string>& warnings) {
  read_old_period(in, "period", role.period, role.old_period, warnings);
  if (superseded(in, "bound_cidrs", warnings)) {
    role.old_bound_cidrs.clear();
  } else if (in.given("bound_cidrs")) {
    if (auto why =
            read_addresses(in, "bound_cidrs", "error parsing bound_cidrs: ", role.bound_cidrs);
        !why.empty())
      return why;
    role.old_bound_cidrs = role.bound_cidrs;
  }
  read_old_period(in, "explicit_max_ttl", role.explicit_max_ttl, role.old_explicit_max_ttl,
                  warnings);
  return {};
}

void read_names(const api::field_data& in, token_role& role) {
  // Only the lists of what is allowed collapse when they name root (R-113, R-1711).
  auto allowed = [&](std::string_view field, std::vector<std::string>& into) {
    if (in.take(field, into))
      into = policy::sanitize_policies(std::move(into), false);
  };
  auto disallowed = [&](std::string_view field, std::vector<std::string>& into) {
    if (in.take(field, into))
      into = policy::distinct_names(std::move(into));
  };
  allowed("allowed_policies", role.allowed_policies);
  disallowed("disallowed_policies", role.disallowed_policies);
  allowed("allowed_policies_glob", role.allowed_policies_glob);
  disallowed("disallowed_policies_glob", role.disallowed_policies_glob);
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
  if (!role->old_bound_cidrs.empty())
    data["bound_cidrs"] = role->old_bound_cidrs;
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
    roles_.erase(i), ++version_;
  return no_content();
}

answer role_store::write(const api::field_data& in, duration max_ttl) {
  const std::string name{in.captured("role_name")};
  const auto* known = find(name);
  auto role = known != nullptr ? *known : token_role{};
  std::vector<std::string> warnings;
  in.take("orphan", role.orphan);
  in.take("renewable", role.renewable);
  if (auto why = read_suffix(in, role); !why.empty())
    return error_answer(400, std::move(why));
  read_names(in, role);
  if (in.given("token_type") && in.body()["token_type"].is_null())
    return error_answer(400, "Invalid 'token_type' value: null");
  auto why = read_token_fields(in, role);
  if (why.empty())
    why = read_type(in, role);
  if (why.empty())
    why = read_old_fields(in, role, warnings);
  if (!why.empty())
    return error_answer(400, std::move(why));
  if (in.given("allowed_entity_aliases"))
    role.allowed_entity_aliases = policy::distinct_names(in.list("allowed_entity_aliases"));
  // the save warns and predicts an error, but creation caps.
  auto tested =
      in.given("token_explicit_max_ttl") ? role.explicit_max_ttl : role.old_explicit_max_ttl;
  if (tested > max_ttl)
    warnings.push_back(fmt::format("Given explicit max TTL of {} is greater than system/mount "
                                   "allowed value of {} seconds; until this is fixed attempting to "
                                   "create tokens against this role will result in an error",
                                   whole_seconds(tested), whole_seconds(max_ttl)));
  if (auto refusal = batch_refusal(role); !refusal.empty())
    return error_answer(400, std::move(refusal));
  roles_[name] = std::move(role);
  ++version_;
  return no_content(std::move(warnings));
}

std::vector<api::field_row> token_role_fields() {
  return {{"role_name"},
          {"allowed_policies", api::field_kind::comma_list},
          {"disallowed_policies", api::field_kind::comma_list},
          {"allowed_policies_glob", api::field_kind::comma_list},
          {"disallowed_policies_glob", api::field_kind::comma_list},
          {"orphan", api::field_kind::boolean},
          {"period", api::field_kind::seconds},
          {"path_suffix"},
          {"explicit_max_ttl", api::field_kind::seconds},
          {"renewable", api::field_kind::boolean, "true"},
          {"bound_cidrs", api::field_kind::comma_list},
          {"allowed_entity_aliases", api::field_kind::comma_list},
          {"token_bound_cidrs", api::field_kind::comma_list},
          {"token_explicit_max_ttl", api::field_kind::seconds},
          {"token_period", api::field_kind::seconds},
          {"token_type"},
          {"token_no_default_policy", api::field_kind::boolean},
          {"token_num_uses", api::field_kind::integer}};
}

} // namespace lapse::token
