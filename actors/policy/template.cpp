#include "actors/policy/template.hpp"

#include "actors/protocol/ascii.hpp"

namespace lapse::policy {

namespace {

using text = std::optional<std::string>;

// An empty text is no value, but in metadata.
text given(const std::string& value) { return value.empty() ? text{} : text{value}; }

text value_at(const template_values::pairs& pairs, std::string_view key) {
  const auto i = pairs.find(std::string{key});
  return i == pairs.end() ? text{} : text{i->second};
}

// Takes what stands before the first `.` off the front.
std::string_view take_part(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto part = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return part;
}

bool take_prefix(std::string_view& rest, std::string_view prefix) {
  if (!rest.starts_with(prefix))
    return false;
  rest.remove_prefix(prefix.size());
  return true;
}

text alias_value(std::string_view rest, const template_values& values) {
  const auto accessor = take_part(rest);
  for (const auto& alias : values.aliases) {
    if (alias.mount_accessor != accessor)
      continue;
    if (rest == "id")
      return given(alias.id);
    if (rest == "name")
      return given(alias.name);
    if (take_prefix(rest, "metadata."))
      return value_at(alias.metadata, rest);
    if (take_prefix(rest, "custom_metadata."))
      return value_at(alias.custom_metadata, rest);
    return {};
  }
  return {};
}

text entity_value(std::string_view rest, const template_values& values) {
  // Without an entity nothing is known.
  if (values.entity_id.empty())
    return {};
  if (rest == "id")
    return given(values.entity_id);
  if (rest == "name")
    return given(values.entity_name);
  if (take_prefix(rest, "metadata."))
    return value_at(values.metadata, rest);
  if (take_prefix(rest, "aliases."))
    return alias_value(rest, values);
  return {};
}

text group_value(std::string_view rest, const template_values& values) {
  const auto by = take_part(rest);
  const auto wanted = take_part(rest);
  for (const auto& group : values.groups) {
    if (by == "ids" ? group.id != wanted : by != "names" || group.name != wanted)
      continue;
    if (rest == "id")
      return group.id;
    if (rest == "name")
      return given(group.name);
    if (take_prefix(rest, "metadata."))
      return value_at(group.metadata, rest);
    return {};
  }
  return {};
}

text value_of(std::string_view name, const template_values& values) {
  if (take_prefix(name, "identity.entity."))
    return entity_value(name, values);
  if (take_prefix(name, "identity.groups."))
    return group_value(name, values);
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

std::optional<std::string> fill_template(std::string_view pattern, const template_values& values,
                                         std::string_view blocked) {
  std::string out;
  for (;;) {
    auto open = pattern.find("{{");
    auto close = pattern.find("}}");
    out += pattern.substr(0, open);
    if (open == std::string_view::npos)
      return out;
    if (close == std::string_view::npos || close < open)
      return std::nullopt;
    const auto value = value_of(trimmed(pattern.substr(open + 2, close - open - 2)), values);
    if (!value || value->find_first_of(blocked) != std::string::npos)
      return std::nullopt;
    out += *value;
    pattern.remove_prefix(close + 2);
  }
}

} // namespace lapse::policy
