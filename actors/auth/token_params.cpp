#include "actors/auth/token_params.hpp"

#include "actors/protocol/quote.hpp"
#include "actors/runtime/address.hpp"
#include "actors/runtime/field.hpp"
#include "actors/ttl/duration.hpp"

#include <array>
#include <utility>

namespace lapse {

namespace {

using json = nlohmann::json;

/// Converts the given fields; the error text of the first that cannot be.
std::string read_fields(const json& body, token_params& params) {
  const field_reader fields{body};
  std::string error;
  auto cidrs = fields.comma_list("token_bound_cidrs");
  auto type = fields.text("token_type");
  const bool converted =
      cidrs.ok() &&
      assign(fields.seconds("token_explicit_max_ttl"), params.explicit_max_ttl, error) &&
      assign(fields.seconds("token_max_ttl"), params.max_ttl, error) &&
      assign(fields.boolean("token_no_default_policy"), params.no_default_policy, error) &&
      assign(fields.integer("token_num_uses"), params.num_uses, error) &&
      assign(fields.seconds("token_period"), params.period, error) &&
      assign(fields.comma_list("token_policies"), params.policies, error) &&
      assign(fields.boolean("token_strictly_bind_ip"), params.strictly_bind_ip, error) &&
      assign(fields.seconds("token_ttl"), params.ttl, error) && type.ok();
  if (!converted)
    return !cidrs.ok() ? cidrs.error : !error.empty() ? error : type.error;
  if (type.given())
    params.type = type.value->empty() ? "default" : *type.value;
  if (cidrs.given()) {
    auto parsed = parse_addresses(*cidrs.value);
    if (auto* text = std::get_if<std::string>(&parsed))
      return std::move(*text);
    params.bound_cidrs = std::get<0>(std::move(parsed));
  }
  return {};
}

bool known_type(std::string_view type) {
  for (auto known : {"default", "service", "batch", "default-service", "default-batch"})
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
  if (params.type == "batch" || params.type == "default-batch") {
    const std::string refusal =
        "'token_type' cannot be 'batch' or 'default_batch' when set to generate ";
    if (params.period.count() != 0)
      return refusal + "periodic tokens";
    if (params.num_uses != 0)
      return refusal + "tokens with limited use count";
  }
  if (params.ttl.count() > 0 && params.max_ttl.count() > 0 && params.ttl > params.max_ttl)
    return "'token_ttl' cannot be greater than 'token_max_ttl'";
  return {};
}

/// Reads the field of a token parameter under its old name.
std::string read_old(const field_reader& fields, std::string_view name, token_params& params) {
  std::string error;
  bool read = true;
  if (name == "policies") {
    read = assign(fields.comma_list(name), params.policies, error);
  } else if (name == "ttl") {
    read = assign(fields.seconds(name), params.ttl, error);
  } else if (name == "max_ttl") {
    read = assign(fields.seconds(name), params.max_ttl, error);
  } else if (name == "period") {
    read = assign(fields.seconds(name), params.period, error);
  } else if (name == "bound_cidrs") {
    auto cidrs = fields.comma_list(name);
    if (!cidrs.ok())
      return cidrs.error;
    auto parsed = parse_addresses(cidrs.value.value_or(std::vector<std::string>{}));
    if (auto* text = std::get_if<std::string>(&parsed))
      return std::move(*text);
    params.bound_cidrs = std::get<0>(std::move(parsed));
  }
  return read ? std::string{} : error;
}

} // namespace

std::variant<token_params, std::string> parse(const json& body, token_params existing) {
  if (auto error = read_fields(body, existing); !error.empty())
    return error;
  if (auto error = check(existing); !error.empty())
    return error;
  return existing;
}

std::string parse_old_names(const json& body, std::initializer_list<std::string_view> names,
                            token_params& params) {
  const field_reader fields{body};
  for (const auto name : names) {
    const bool given = fields.has(name);
    if (fields.has("token_" + std::string{name})) {
      if (given)
        params.old_names.emplace(name);
      else if (auto i = params.old_names.find(name); i != params.old_names.end())
        params.old_names.erase(i);
    } else if (given) {
      if (auto error = read_old(fields, name, params); !error.empty())
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

login_terms terms_of(const token_params& params) {
  login_terms result;
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
    result.bound_cidrs = {std::string{client_address}};
  return result;
}

login_renewal renewal_of(const token_params& params) {
  login_renewal result;
  result.ttl = params.ttl;
  result.max_ttl = params.max_ttl;
  result.period = params.period;
  return result;
}

bool equivalent_policies(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  // Normalised as in R-113, without `default`.
  auto normalised = [](const std::vector<std::string>& names) {
    std::set<std::string> result;
    for (const auto& name : names) {
      const auto first = name.find_first_not_of(" \t\n\v\f\r");
      if (first == std::string::npos)
        continue;
      auto text = name.substr(first, name.find_last_not_of(" \t\n\v\f\r") - first + 1);
      for (auto& c : text)
        if (c >= 'A' && c <= 'Z')
          c = static_cast<char>(c - 'A' + 'a');
      if (text != "default")
        result.insert(std::move(text));
    }
    return result;
  };
  return normalised(a) == normalised(b);
}

const std::vector<std::string_view>& token_param_names() {
  static const std::vector<std::string_view> names = {
      "token_bound_cidrs", "token_explicit_max_ttl",
      "token_max_ttl",     "token_no_default_policy",
      "token_num_uses",    "token_period",
      "token_policies",    "token_strictly_bind_ip",
      "token_ttl",         "token_type"};
  return names;
}

} // namespace lapse
