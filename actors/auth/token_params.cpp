#include "actors/auth/token_params.hpp"

#include "actors/policy/policy_set.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/address.hpp"

#include <utility>

namespace lapse::auth {

namespace {

using json = nlohmann::json;

/// Takes the given fields. An error text, or empty.
std::string take_fields(const api::field_data& in, token_params& params) {
  in.take("token_explicit_max_ttl", params.explicit_max_ttl);
  in.take("token_max_ttl", params.max_ttl);
  in.take("token_no_default_policy", params.no_default_policy);
  in.take("token_num_uses", params.num_uses);
  in.take("token_period", params.period);
  params.has_policies |= in.take("token_policies", params.policies);
  in.take("token_strictly_bind_ip", params.strictly_bind_ip);
  in.take("token_ttl", params.ttl);
  if (in.take("token_type", params.type) && params.type.empty())
    params.type = "default";
  if (!in.given("token_bound_cidrs"))
    return {};
  auto parsed = runtime::parse_addresses(in.list("token_bound_cidrs"));
  if (!parsed)
    return std::move(parsed.error());
  params.bound_cidrs = std::move(*parsed);
  return {};
}

bool known_type(std::string_view type) {
  for (auto known : {"default", "service", "batch"})
    if (type == known)
      return true;
  return false;
}

/// What must hold between the fields, after the write as a whole.
std::string check(const token_params& params) {
  if (!known_type(params.type))
    return "invalid 'token_type' value " + quote(params.type);
  if (params.num_uses < 0)
    return "'token_num_uses' cannot be negative";
  if (params.type == "batch") {
    const std::string refusal =
        "'token_type' cannot be 'batch' or 'default_batch' when set to generate ";
    if (params.period.count() != 0)
      return refusal + "periodic tokens";
    if (params.num_uses != 0)
      return refusal + "tokens with limited use count";
  }
  if (params.ttl.count() > 0 && params.max_ttl.count() > 0 && params.ttl > params.max_ttl)
    return "'token_ttl' cannot be greater than 'token_max_ttl'";
  if (params.strictly_bind_ip && !params.bound_cidrs.empty())
    return "'token_strictly_bind_ip' conflicts with 'token_bound_cidrs'; set only one";
  return {};
}

/// Takes the field of a token parameter under its old name. An error text, or empty.
std::string take_old(const api::field_data& in, std::string_view name, token_params& params) {
  if (name == "policies") {
    params.policies = policy::sanitize_policies(in.list(name), false);
    params.has_policies = true;
  } else if (name == "ttl") {
    params.ttl = in.seconds(name);
  } else if (name == "max_ttl") {
    params.max_ttl = in.seconds(name);
  } else if (name == "period") {
    params.period = in.seconds(name);
  } else if (name == "bound_cidrs") {
    auto parsed = runtime::parse_addresses(in.list(name));
    if (!parsed)
      return std::move(parsed.error());
    params.bound_cidrs = std::move(*parsed);
  }
  return {};
}

} // namespace

tl::expected<token_params, std::string>
parse(const api::field_data& in, token_params existing,
      const std::function<void(std::string&)>& adjust_type) {
  if (auto error = take_fields(in, existing); !error.empty())
    return tl::unexpected{std::move(error)};
  if (adjust_type && in.given("token_type"))
    adjust_type(existing.type);
  if (auto error = check(existing); !error.empty())
    return tl::unexpected{std::move(error)};
  return existing;
}

std::string take_old_names(const api::field_data& in, std::initializer_list<std::string_view> names,
                           token_params& params) {
  for (const auto name : names) {
    const bool given = in.given(name);
    if (in.given("token_" + std::string{name})) {
      if (given)
        params.old_names.emplace(name);
      else if (auto i = params.old_names.find(name); i != params.old_names.end())
        params.old_names.erase(i);
    } else if (given) {
      if (auto error = take_old(in, name, params); !error.empty())
        return error;
      params.old_names.emplace(name);
    }
  }
  return {};
}

json to_json(const token_params& params) {
  json result = {{"token_bound_cidrs", params.bound_cidrs},
                 {"token_explicit_max_ttl", whole_seconds(params.explicit_max_ttl)},
                 {"token_max_ttl", whole_seconds(params.max_ttl)},
                 {"token_no_default_policy", params.no_default_policy},
                 {"token_num_uses", params.num_uses},
                 {"token_period", whole_seconds(params.period)},
                 {"token_policies", params.policies},
                 {"token_strictly_bind_ip", params.strictly_bind_ip},
                 {"token_ttl", whole_seconds(params.ttl)},
                 {"token_type", params.type}};
  for (const auto& name : params.old_names) {
    auto value = result["token_" + name];
    const bool is_set = value.is_array() ? !value.empty() : value != 0;
    if (is_set)
      result[name] = std::move(value);
  }
  return result;
}

runtime::login_terms terms_of(const token_params& params) {
  runtime::login_terms result;
  result.policies = params.policies;
  result.no_default_policy = params.no_default_policy;
  result.ttl = params.ttl;
  result.max_ttl = params.max_ttl;
  result.explicit_max_ttl = params.explicit_max_ttl;
  result.period = params.period;
  result.num_uses = params.num_uses;
  result.type = params.type;
  result.bound_cidrs = params.bound_cidrs;
  if (params.strictly_bind_ip)
    result.bound_cidrs = {std::string{runtime::client_address}};
  return result;
}

runtime::login_renewal renewal_of(const token_params& params) {
  runtime::login_renewal result;
  result.ttl = params.ttl;
  result.max_ttl = params.max_ttl;
  result.period = params.period;
  return result;
}

bool equivalent_policies(const token_params& params, const std::vector<std::string>& held) {
  if (!params.has_policies)
    return held == std::vector<std::string>{"default"};
  auto without_default = [](const std::vector<std::string>& names) {
    std::set<std::string> result{names.begin(), names.end()};
    result.erase("default");
    return result;
  };
  return without_default(params.policies) == without_default(held);
}

std::vector<api::field_row> with_token_fields(std::vector<api::field_row> own,
                                              std::initializer_list<std::string_view> old_names) {
  static const std::vector<api::field_row> rows = {
      {"token_bound_cidrs", api::field_kind::comma_list},
      {"token_explicit_max_ttl", api::field_kind::seconds},
      {"token_max_ttl", api::field_kind::seconds},
      {"token_no_default_policy", api::field_kind::boolean},
      {"token_num_uses", api::field_kind::integer},
      {"token_period", api::field_kind::seconds},
      {"token_policies", api::field_kind::comma_list},
      {"token_strictly_bind_ip", api::field_kind::boolean},
      {"token_ttl", api::field_kind::seconds},
      {"token_type"}};
  own.insert(own.end(), rows.begin(), rows.end());
  for (const auto name : old_names)
    own.push_back({name, name == "policies" || name == "bound_cidrs" ? api::field_kind::comma_list
                                                                     : api::field_kind::seconds});
  return own;
}

} // namespace lapse::auth
