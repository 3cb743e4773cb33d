#include "actors/policy/decode.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/integer_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace lapse::policy {

namespace {

using kind = hcl_token_kind;
using type = hcl_node::type;

// How a value that is an object is seen: as the value of a field it is a list of items, in a list
// an object.
enum class seen_as { field, element };

// Error texts name the server's own types.
std::string_view type_name(const hcl_node& node, seen_as how) {
  switch (node.is) {
    case type::list:
      return "*ast.ListType";
    case type::object:
      return how == seen_as::field ? "*ast.ObjectList" : "*ast.ObjectType";
    default:
      return "*ast.LiteralType";
  }
}

hcl_position place_of(const hcl_node& node, seen_as how) {
  if (node.is != type::object || how == seen_as::element)
    return node.at;
  return node.items.empty() ? hcl_position{} : node.items.front().keys.front().at;
}

policy_error error_at(hcl_position at, std::string_view text) {
  policy_error error;
  error.line = at.line;
  error.column = at.column;
  error.text = "At ";
  error.text +=
      at.line == 0 ? "-" : std::to_string(error.line) + ':' + std::to_string(error.column);
  (error.text += ": ") += text;
  return error;
}

policy_error unknown_type(std::string_view name, std::string_view wanted, const hcl_node& node,
                          seen_as how) {
  std::string text{name};
  text += ": unknown type";
  ((text += wanted) += ' ') += type_name(node, how);
  return error_at(place_of(node, how), text);
}

policy_error unknown_slice(const hcl_node& node) {
  return error_at(node.at, "unknown slice type: *ast.LiteralType");
}

bool is_text(const hcl_node& node) {
  return node.literal == kind::string || node.literal == kind::heredoc;
}

decode_error decode_text(std::string_view name, const hcl_node& node, seen_as how,
                         std::string& out) {
  if (node.is != type::literal || (!is_text(node) && node.literal != kind::number))
    return unknown_type(name, " for string", node, how);
  out = node.text;
  return {};
}

decode_error read_integer(const std::string& text, std::int64_t& out) {
  const auto read = lapse::parse_integer(text, 0);
  if (!read)
    return policy_error{integer_error("ParseInt", text, read.error())};
  out = *read;
  return {};
}

decode_error decode_any(const hcl_node& node, seen_as how, nlohmann::json& out);

// Objects within objects are lists of objects on the server, those within lists are not.
decode_error decode_object(const hcl_node& node, seen_as how, nlohmann::json& out) {
  auto object = nlohmann::json::object();
  for (const auto& item : node.items)
    if (auto error = decode_any(item.value, seen_as::field, object[item.keys.front().text]))
      return error;
  if (how == seen_as::element)
    out = std::move(object);
  else
    out.push_back(std::move(object));
  return {};
}

decode_error decode_any(const hcl_node& node, seen_as how, nlohmann::json& out) {
  switch (node.is) {
    case type::list:
      out = nlohmann::json::array();
      for (const auto& element : node.elements)
        if (auto error = decode_any(element, seen_as::element, out.emplace_back()))
          return error;
      return {};
    case type::object:
      return decode_object(node, how, out);
    default:
      break;
  }
  if (node.literal == kind::boolean) {
    out = node.text == "true";
  } else if (node.literal == kind::number) {
    std::int64_t value = 0;
    if (auto error = read_integer(node.text, value))
      return error;
    out = value;
  } else if (node.literal == kind::float_) {
    out = nlohmann::json::parse(node.text, nullptr, false);
    if (out.is_discarded())
      out = node.text;
  } else {
    out = node.text;
  }
  return {};
}

// The values of one parameter.
decode_error decode_values(const hcl_node& node, std::vector<nlohmann::json>& out) {
  if (node.is == type::literal)
    return unknown_slice(node);
  if (node.is == type::object)
    return decode_any(node, seen_as::element, out.emplace_back());
  for (const auto& element : node.elements)
    if (auto error = decode_any(element, seen_as::element, out.emplace_back()))
      return error;
  return {};
}

// A number with a fraction stands for whole seconds, as every number of seconds does.
tl::expected<duration, std::string> read_duration(const hcl_node& node) {
  if (node.is != type::literal || node.literal == kind::boolean)
    return tl::unexpected{std::string{"could not parse duration from input"}};
  if (node.literal != kind::float_)
    return parse_duration(node.text);
  double seconds = 0;
  std::from_chars(node.text.data(), node.text.data() + node.text.size(), seconds);
  return parse_duration(std::to_string(static_cast<std::int64_t>(std::clamp(seconds, -1e9, 1e9))));
}

} // namespace

hcl_field::hcl_field(std::string field_name, const std::vector<hcl_item>& items,
                     std::string_view key)
  : name(std::move(field_name)) {
  for (const auto& item : items) {
    if (item.keys.front().text != key)
      continue;
    if (item.keys.size() == 1) {
      plain.push_back(&item.value);
      continue;
    }
    if (!keyed) {
      keyed.emplace();
      keyed->is = type::object;
    }
    auto& inner = keyed->items.emplace_back(item);
    inner.keys.erase(inner.keys.begin());
  }
}

decode_error decode_string(const hcl_field& field, std::string& out) {
  return field.each(
      [&](const hcl_node& node) { return decode_text(field.name, node, seen_as::field, out); });
}

decode_error decode_strings(const hcl_field& field, std::vector<std::string>& out) {
  return field.each([&](const hcl_node& node) -> decode_error {
    if (node.is == type::literal)
      return unknown_slice(node);
    if (!node.items.empty())
      return error_at(place_of(node, seen_as::field),
                      field.name + "[0]: unknown type for string *ast.ObjectItem");
    for (std::size_t i = 0; i < node.elements.size(); ++i) {
      const auto name = field.name + '[' + std::to_string(i) + ']';
      if (auto error = decode_text(name, node.elements[i], seen_as::element, out.emplace_back()))
        return error;
    }
    return {};
  });
}

decode_error decode_parameters(const hcl_field& field, parameter_rules& out) {
  return field.each([&](const hcl_node& node) -> decode_error {
    if (node.is != type::object)
      return error_at(node.at, field.name + ": not an object type for map (" +
                                   std::string{type_name(node, seen_as::field)} + ')');
    for (const auto& item : node.items) {
      const auto& name = item.keys.front().text;
      if (item.keys.size() > 1)
        return policy_error{field.name + '.' + name +
                            "[0]: cannot decode into interface: *ast.ObjectItem"};
      if (auto error = decode_values(item.value, out[lower_case(name)]))
        return error;
    }
    return {};
  });
}

decode_error decode_integer(const hcl_field& field, std::int64_t& out) {
  return field.each([&](const hcl_node& node) -> decode_error {
    if (node.is != type::literal || (node.literal != kind::string && node.literal != kind::number))
      return unknown_type(field.name, "", node, seen_as::field);
    return read_integer(node.text, out);
  });
}

decode_error decode_duration(const hcl_field& field, std::string_view bare_name, duration& out) {
  return field.each([&](const hcl_node& node) -> decode_error {
    const auto read = read_duration(node);
    if (!read)
      return policy_error{"error parsing " + std::string{bare_name} + ": " + read.error(),
                          node.at.line, node.at.column};
    out = *read;
    return {};
  });
}

} // namespace lapse::policy
