#include "actors/policy/parameters.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/integer_text.hpp"

#include <algorithm>
#include <string_view>

namespace lapse::policy {

namespace {

void merge_into(parameter_rules& into, const parameter_rules& from) {
  for (const auto& [name, values] : from) {
    auto [i, fresh] = into.try_emplace(name, values);
    if (fresh)
      continue;
    // An empty list is any value, and wins.
    if (values.empty() || i->second.empty())
      i->second.clear();
    else
      i->second.insert(i->second.end(), values.begin(), values.end());
  }
}

void keep_least(duration& bound, duration other) {
  if (other > duration::zero() && (bound == duration::zero() || other < bound))
    bound = other;
}

// `*` is special at the ends only, unlike in the globs of role lists.
bool value_glob_match(std::string_view glob, std::string_view value) {
  if (glob.size() < 2)
    return glob == value;
  auto open_front = glob.front() == '*';
  auto open_back = glob.back() == '*';
  if (open_front)
    glob.remove_prefix(1);
  if (open_back)
    glob.remove_suffix(1);
  if (open_front && open_back)
    return value.find(glob) != std::string_view::npos;
  if (open_front)
    return value.ends_with(glob);
  return open_back ? value.starts_with(glob) : value == glob;
}

bool holds_number(const nlohmann::json& value) {
  return value.is_number() ||
         (value.is_structured() &&
          std::any_of(value.begin(), value.end(),
                      [](const nlohmann::json& inner) { return inner.is_number(); }));
}

bool value_listed(const nlohmann::json& value, const std::vector<nlohmann::json>& list) {
  return list.empty() || std::any_of(list.begin(), list.end(), [&](const nlohmann::json& one) {
           if (one.is_string() && value.is_string())
             return value_glob_match(one.get_ref<const std::string&>(),
                                     value.get_ref<const std::string&>());
           return !holds_number(value) && one == value;
         });
}

bool denies(const parameter_rules& rules, const nlohmann::json& body) {
  if (rules.contains("*"))
    return true;
  for (const auto& [name, value] : body.items())
    if (auto i = rules.find(lower_case(name)); i != rules.end() && value_listed(value, i->second))
      return true;
  return false;
}

bool allows(const parameter_rules& rules, const nlohmann::json& body) {
  auto others = rules.empty() || rules.contains("*");
  for (const auto& [name, value] : body.items()) {
    auto i = rules.find(lower_case(name));
    if (i == rules.end() ? !others : !value_listed(value, i->second))
      return false;
  }
  return true;
}

} // namespace

void request_limits::merge(const path_rule& rule) {
  merge_into(allowed_parameters, rule.allowed_parameters);
  merge_into(denied_parameters, rule.denied_parameters);
  required_parameters.insert(rule.required_parameters.begin(), rule.required_parameters.end());
  keep_least(min_wrapping_ttl, rule.min_wrapping_ttl);
  keep_least(max_wrapping_ttl, rule.max_wrapping_ttl);
  if (rule.pagination_limit > 0 &&
      (pagination_limit == 0 || rule.pagination_limit < pagination_limit))
    pagination_limit = rule.pagination_limit;
}

bool request_limits::empty() const noexcept {
  return allowed_parameters.empty() && denied_parameters.empty() && required_parameters.empty() &&
         min_wrapping_ttl == duration::zero() && max_wrapping_ttl == duration::zero() &&
         pagination_limit == 0;
}

tl::expected<std::optional<std::string>, denied_page>
request_limits::page_limit(const nlohmann::json* body) const {
  using text = std::optional<std::string>;
  const auto* sent =
      body && body->is_object() && body->contains("limit") ? &(*body)["limit"] : nullptr;
  const auto asks_for_all = sent && sent->is_string() && *sent == "max";
  if (pagination_limit <= 0)
    return asks_for_all ? text{"0"} : text{};
  const auto most = std::to_string(pagination_limit);
  if (!sent) {
    if (required_parameters.contains("limit"))
      return tl::unexpected{denied_page{}};
    return text{most};
  }
  if (asks_for_all)
    return text{most};
  const auto digits = sent->is_string() ? sent->get<std::string>() : sent->dump();
  const auto value = digits.empty() ? 0 : parse_integer(digits).value_or(-1);
  if (value > pagination_limit || value < 0)
    return tl::unexpected{denied_page{}};
  return value == 0 ? text{most} : text{};
}

bool request_limits::admits_wrapping(std::optional<duration> wrap_ttl) const noexcept {
  auto has_min = min_wrapping_ttl > duration::zero();
  auto has_max = max_wrapping_ttl > duration::zero();
  if (!has_min && !has_max)
    return true;
  // A maximum below the minimum comes about by merging, and admits nothing.
  return wrap_ttl && !(has_max && *wrap_ttl > max_wrapping_ttl) &&
         !(has_min && *wrap_ttl < min_wrapping_ttl);
}

bool request_limits::admits_body(const nlohmann::json* body) const {
  auto has_data = body && body->is_object() && !body->empty();
  for (const auto& name : required_parameters)
    if (!has_data || !body->contains(lower_case(name)))
      return false;
  return !has_data || (!denies(denied_parameters, *body) && allows(allowed_parameters, *body));
}

// In the order of `admits_body`.
std::string request_limits::body_fault(const nlohmann::json* body) const {
  const auto has_data = body && body->is_object() && !body->empty();
  for (const auto& name : required_parameters)
    if (!has_data || !body->contains(lower_case(name)))
      return "the required parameter `" + name + "` is missing";
  if (!has_data)
    return {};
  const auto value_of = [](const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  if (denied_parameters.contains("*"))
    return "every parameter is denied";
  for (const auto& [name, value] : body->items())
    if (auto i = denied_parameters.find(lower_case(name));
        i != denied_parameters.end() && value_listed(value, i->second))
      return "the parameter `" + name + "` is denied" +
             (i->second.empty() ? std::string{} : " with the value " + value_of(value));
  const auto others = allowed_parameters.empty() || allowed_parameters.contains("*");
  for (const auto& [name, value] : body->items()) {
    auto i = allowed_parameters.find(lower_case(name));
    if (i == allowed_parameters.end() && !others)
      return "the parameter `" + name + "` is not among those allowed";
    if (i != allowed_parameters.end() && !value_listed(value, i->second))
      return "the value " + value_of(value) + " of parameter `" + name +
             "` is not among those allowed: " + value_of(nlohmann::json(i->second)) +
             (holds_number(value) ? " (a number of a request is never that of a policy)" : "");
  }
  return {};
}

} // namespace lapse::policy
