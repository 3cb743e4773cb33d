#include "tests/support/render_policy.hpp"

#include <string_view>

namespace lapse::policy {

namespace {

// As a string of the language. `${` would start an interpolation.
std::string hcl_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto ch = text[i];
    if (ch == '"' || ch == '\\') {
      (out += '\\') += ch;
    } else if ((ch >= 0 && ch < ' ') || (ch == '$' && text.substr(i + 1).starts_with('{'))) {
      out += "\\x";
      out += "0123456789abcdef"[ch >> 4];
      out += "0123456789abcdef"[ch & 15];
    } else {
      out += ch;
    }
  }
  return out += '"';
}

std::string rendered(const nlohmann::json& value);

std::string rendered_object(const nlohmann::json& object) {
  std::string out = "{";
  for (const auto& [name, value] : object.items())
    out += ' ' + hcl_string(name) + " = " + rendered(value);
  return out += " }";
}

template <class List, class Render>
std::string rendered_list(const List& list, Render render) {
  std::string out;
  for (const auto& element : list)
    out += (out.empty() ? "" : ", ") + render(element);
  return '[' + out + ']';
}

std::string rendered(const nlohmann::json& value) {
  if (value.is_string())
    return hcl_string(value.get_ref<const std::string&>());
  if (value.is_object())
    return rendered_object(value);
  if (!value.is_array())
    return value.dump();
  // An object reads back as a list of itself.
  if (value.size() == 1 && value.front().is_object())
    return rendered_object(value.front());
  return rendered_list(value, rendered);
}

void add_field(std::string& out, std::string_view name, const std::string& value) {
  ((out += "  ") += name) += " = " + value + '\n';
}

void add_parameters(std::string& out, std::string_view name, const parameter_rules& rules) {
  if (rules.empty())
    return;
  std::string text = "{\n";
  for (const auto& [parameter, values] : rules)
    text += "    " + hcl_string(parameter) + " = " + rendered_list(values, rendered) + '\n';
  add_field(out, name, text + "  }");
}

void add_rule(std::string& out, const path_rule& rule) {
  auto nanoseconds = [](duration d) { return hcl_string(std::to_string(d.count()) + "ns"); };
  // A leading slash would be dropped with the one that may stand there.
  auto path = (rule.pattern.starts_with('/') ? "/" : "") + rule.pattern;
  out += "path " + hcl_string(rule.is_prefix ? path + '*' : path) + " {\n";
  add_field(out, "capabilities", rendered_list(names(rule.capabilities), hcl_string));
  add_parameters(out, "allowed_parameters", rule.allowed_parameters);
  add_parameters(out, "denied_parameters", rule.denied_parameters);
  if (!rule.required_parameters.empty())
    add_field(out, "required_parameters", rendered_list(rule.required_parameters, hcl_string));
  if (rule.min_wrapping_ttl != duration::zero())
    add_field(out, "min_wrapping_ttl", nanoseconds(rule.min_wrapping_ttl));
  if (rule.max_wrapping_ttl != duration::zero())
    add_field(out, "max_wrapping_ttl", nanoseconds(rule.max_wrapping_ttl));
  if (rule.pagination_limit != 0)
    add_field(out, "pagination_limit", std::to_string(rule.pagination_limit));
  if (rule.expiration)
    add_field(out, "expiration", hcl_string(std::to_string(*rule.expiration)));
  out += "}\n";
}

} // namespace

std::string render_policy(const policy& what) {
  // A text without a word in it would not be read at all.
  std::string out = "# " + std::to_string(what.rules.size()) + " paths\n";
  for (const auto& rule : what.rules)
    add_rule(out, rule);
  return out;
}

} // namespace lapse::policy
