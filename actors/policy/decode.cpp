#include "actors/policy/decode.hpp"

#include <charconv>
#include <cstdint>

namespace lapse::policy {

namespace {

// Error texts name the server's own types.
std::string_view type_name(const hcl_node& node) {
  switch (node.is) {
    case hcl_node::type::list:
      return "*ast.ListType";
    case hcl_node::type::object:
      return "*ast.ObjectList";
    default:
      return "*ast.LiteralType";
  }
}

policy_error error_at(const hcl_node& node, std::string_view text) {
  policy_error error;
  error.line = node.at.line;
  error.column = node.at.column;
  error.text = "At " + std::to_string(error.line) + ':' + std::to_string(error.column) + ": ";
  error.text += text;
  return error;
}

policy_error unknown_type(std::string_view field, std::string_view wanted, const hcl_node& node) {
  std::string text{field};
  text += ": unknown type";
  text += wanted;
  return error_at(node, (text += ' ') += type_name(node));
}

bool has_text(const hcl_node& node) {
  using kind = hcl_token_kind;
  return node.is == hcl_node::type::literal &&
         (node.literal == kind::string || node.literal == kind::heredoc ||
          node.literal == kind::number || node.literal == kind::float_);
}

nlohmann::json number_of(const hcl_node& node) {
  auto value = nlohmann::json::parse(node.text, nullptr, false);
  return value.is_discarded() ? nlohmann::json(node.text) : value;
}

} // namespace

decode_error decode_string(std::string_view field, const hcl_node& node, std::string& out) {
  if (!has_text(node))
    return unknown_type(field, " for string", node);
  out = node.text;
  return {};
}

decode_error decode_strings(std::string_view field, const hcl_node& node,
                            std::vector<std::string>& out) {
  if (node.is == hcl_node::type::literal)
    return error_at(node, "unknown slice type: *ast.LiteralType");
  if (!node.items.empty())
    return error_at(node, std::string{field} + "[0]: unknown type for string *ast.ObjectItem");
  for (std::size_t i = 0; i < node.elements.size(); ++i) {
    auto name = std::string{field} + '[' + std::to_string(i) + ']';
    if (auto error = decode_string(name, node.elements[i], out.emplace_back()))
      return error;
  }
  return {};
}

decode_error decode_parameters(std::string_view field, const hcl_node& node, parameter_rules& out) {
  if (node.is == hcl_node::type::literal)
    return error_at(node, std::string{field} + ": not an object type for map (*ast.LiteralType)");
  for (const auto& element : node.elements)
    if (auto error = decode_parameters(field, element, out))
      return error;
  for (const auto& item : node.items) {
    auto name = item.keys.front();
    for (auto& ch : name)
      if (ch >= 'A' && ch <= 'Z')
        ch = static_cast<char>(ch - 'A' + 'a');
    auto& values = out[std::move(name)];
    if (item.value.is == hcl_node::type::literal)
      return error_at(item.value, "unknown slice type: *ast.LiteralType");
    if (item.value.is == hcl_node::type::object && !item.value.items.empty())
      values.push_back(decode_any(item.value));
    for (const auto& element : item.value.elements)
      values.push_back(decode_any(element));
  }
  return {};
}

decode_error decode_integer(std::string_view field, const hcl_node& node, std::int64_t& out) {
  if (!has_text(node))
    return unknown_type(field, "", node);
  auto last = node.text.data() + node.text.size();
  auto [end, code] = std::from_chars(node.text.data(), last, out);
  if (end != last || code != std::errc{}) {
    policy_error error = error_at(node, "");
    error.text = "strconv.ParseInt: parsing \"" + node.text + "\": invalid syntax";
    return error;
  }
  return {};
}

nlohmann::json decode_any(const hcl_node& node) {
  auto out = nlohmann::json::array();
  switch (node.is) {
    case hcl_node::type::list:
      for (const auto& element : node.elements)
        out.push_back(decode_any(element));
      return out;
    case hcl_node::type::object: {
      auto object = nlohmann::json::object();
      for (const auto& item : node.items)
        object[item.keys.front()] = decode_any(item.value);
      out.push_back(std::move(object));
      return out;
    }
    default:
      break;
  }
  switch (node.literal) {
    case hcl_token_kind::boolean:
      return node.text == "true";
    case hcl_token_kind::null:
      // No text of the native form stands for null.
      return "";
    case hcl_token_kind::number:
    case hcl_token_kind::float_:
      return number_of(node);
    default:
      return node.text;
  }
}

} // namespace lapse::policy
