#include "actors/policy/template.hpp"

#include "actors/policy/acl.hpp"

namespace lapse::policy {

namespace {

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t\n\v\f\r");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\n\v\f\r") - first + 1);
}

std::string_view value_of(std::string_view name, const template_values& values) {
  // Without an entity neither is known.
  if (values.entity_id.empty())
    return {};
  if (name == "identity.entity.id")
    return values.entity_id;
  if (name == "identity.entity.name")
    return values.entity_name;
  return {};
}

} // namespace

template_form template_form_of(std::string_view pattern) noexcept {
  auto form = template_form::none;
  for (;;) {
    auto open = pattern.find("{{");
    auto close = pattern.find("}}");
    if (open == std::string_view::npos)
      return close == std::string_view::npos ? form : template_form::unbalanced;
    if (close < open || close == std::string_view::npos ||
        pattern.substr(open + 2, close - open - 2).find("{{") != std::string_view::npos)
      return template_form::unbalanced;
    form = template_form::some;
    pattern.remove_prefix(close + 2);
  }
}

std::optional<std::string> fill_template(std::string_view pattern, const template_values& values) {
  std::string out;
  for (;;) {
    auto open = pattern.find("{{");
    auto close = pattern.find("}}");
    out += pattern.substr(0, open);
    if (open == std::string_view::npos)
      return out;
    if (close == std::string_view::npos || close < open)
      return std::nullopt;
    auto value = value_of(trimmed(pattern.substr(open + 2, close - open - 2)), values);
    // A value must not widen the pattern: the server refuses slashes and wildcards by default.
    if (value.empty() || value.find_first_of("/*+") != std::string_view::npos)
      return std::nullopt;
    out += value;
    pattern.remove_prefix(close + 2);
  }
}

} // namespace lapse::policy
