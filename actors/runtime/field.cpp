#include "actors/runtime/field.hpp"

#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <variant>

namespace lapse {

namespace {

using json = nlohmann::json;
using texts = std::vector<std::string>;
using text_map = std::map<std::string, std::string>;

template <class T>
using outcome = std::variant<T, std::string>;

// -- scalars ---------------------------------------------------------------------

/// Texts, numbers and flags as text; none for lists and objects. Null is the empty text.
std::optional<std::string> scalar_text(const json& value) {
  switch (value.type()) {
    case json::value_t::string:
      return value.get<std::string>();
    case json::value_t::boolean:
      return std::string{value.get<bool>() ? "1" : "0"};
    case json::value_t::null:
      return std::string{};
    case json::value_t::array:
    case json::value_t::object:
    case json::value_t::binary:
    case json::value_t::discarded:
      return std::nullopt;
    default:
      return value.dump();
  }
}

std::string wrong_type(std::string_view place, std::string_view type, const json& value) {
  std::string result = "'";
  result += place;
  result += "' expected type '";
  result += type;
  result += "', got unconvertible type '";
  result += value.is_object() ? "map[string]interface {}" : "[]interface {}";
  return result += '\'';
}

std::string unreadable(std::string_view type, std::string_view function, std::string_view why) {
  std::string result = "'' cannot parse value as '";
  result += type;
  result += "': strconv.";
  result += function;
  result += ": ";
  return result += why;
}

/// Takes the prefix that names a base, as Go does when it is told to find out.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits.front() != '0')
    return 10;
  const auto mark = digits[1] | 0x20;
  const int base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
  digits.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  return base;
}

outcome<std::int64_t> parse_integer(std::string_view text) {
  if (text.empty())
    return std::int64_t{0};
  auto digits = text;
  const bool negative = digits.front() == '-';
  if (negative || digits.front() == '+')
    digits.remove_prefix(1);
  const int base = take_base(digits);
  std::uint64_t magnitude = 0;
  const auto* last = digits.data() + digits.size();
  const auto [end, code] = std::from_chars(digits.data(), last, magnitude, base);
  if (end != last || code == std::errc::invalid_argument)
    return unreadable("int", "ParseInt", "invalid syntax");
  constexpr auto limit = std::uint64_t{1} << 63;
  if (code != std::errc{} || magnitude > limit || (!negative && magnitude == limit))
    return unreadable("int", "ParseInt", "value out of range");
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

outcome<bool> parse_flag(std::string_view text) {
  for (auto yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes)
      return true;
  for (auto no : {"", "0", "f", "F", "false", "FALSE", "False"})
    if (text == no)
      return false;
  return unreadable("bool", "ParseBool", "invalid syntax");
}

outcome<duration> parse_seconds(const json& value) {
  if (!value.is_string() && !value.is_number())
    return "could not parse duration from input";
  auto parsed = parse_duration(*scalar_text(value));
  const auto* found = std::get_if<duration>(&parsed);
  if (!found)
    return std::get<std::string>(std::move(parsed));
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(*found);
  if (whole.count() < 0)
    return "cannot provide negative value '" + std::to_string(whole.count()) + "'";
  return duration{whole};
}

// -- lists and maps ----------------------------------------------------------------

std::string trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos)
    return {};
  return std::string{text.substr(first, text.find_last_not_of(space) - first + 1)};
}

/// What goes wrong with elements is gathered, one line each.
std::string decoding_failed(const texts& errors) {
  std::string result = "decoding failed due to the following error(s):\n\n";
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (i != 0)
      result += '\n';
    result += errors[i];
  }
  return result;
}

/// Elements of a list, of an empty object none, of anything else itself.
outcome<texts> parse_list(const json& value) {
  texts result;
  texts errors;
  auto take = [&](const json& element, std::size_t place) {
    if (auto text = scalar_text(element))
      result.push_back(std::move(*text));
    else
      errors.push_back(wrong_type('[' + std::to_string(place) + ']', "string", element));
  };
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      take(value[i], i);
  else if (!value.is_object() || !value.empty())
    take(value, 0);
  if (!errors.empty())
    return decoding_failed(errors);
  return result;
}

outcome<texts> trim_all(outcome<texts> list) {
  if (auto* found = std::get_if<texts>(&list))
    for (auto& element : *found)
      element = trimmed(element);
  return list;
}

texts split_at_commas(std::string_view text) {
  texts result;
  if (text.empty())
    return result;
  for (;;) {
    const auto comma = text.find(',');
    result.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos)
      return result;
    text.remove_prefix(comma + 1);
  }
}

/// Adds an object's entries; false if one is no scalar.
bool add_entries(const json& object, text_map& result) {
  for (const auto& [key, value] : object.items()) {
    auto text = scalar_text(value);
    if (!text)
      return false;
    result[key] = std::move(*text);
  }
  return true;
}

std::optional<text_map> parse_objects(const json& value) {
  text_map result;
  if (value.is_object())
    return add_entries(value, result) ? std::optional{std::move(result)} : std::nullopt;
  if (!value.is_array())
    return std::nullopt;
  for (const auto& element : value)
    if (!element.is_object() || !add_entries(element, result))
      return std::nullopt;
  return result;
}

outcome<text_map> parse_pairs(const json& value) {
  if (auto found = parse_objects(value))
    return std::move(*found);
  auto list = parse_list(value);
  const auto* found = std::get_if<texts>(&list);
  if (!found)
    return std::get<std::string>(std::move(list));
  text_map result;
  for (const auto& pair : *found) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return "invalid key pair " + quote(pair);
    result[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return result;
}

// -- a field ---------------------------------------------------------------------

template <class T>
field<T> make_field(std::string_view name, outcome<T> from) {
  if (auto* value = std::get_if<0>(&from))
    return {std::move(*value), {}};
  return {std::nullopt,
          "error converting input for field " + quote(name) + ": " + std::get<1>(std::move(from))};
}

} // namespace

const nlohmann::json* field_reader::find(std::string_view name) const {
  if (!body_.is_object())
    return nullptr;
  const auto i = body_.find(std::string{name});
  return i == body_.end() || i->is_null() ? nullptr : &*i;
}

field<std::string> field_reader::text(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  if (auto text = scalar_text(*value))
    return {std::move(text), {}};
  return make_field<std::string>(
      name, outcome<std::string>{std::in_place_index<1>, wrong_type("", "string", *value)});
}

field<std::int64_t> field_reader::integer(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  auto text = scalar_text(*value);
  return make_field<std::int64_t>(name,
                                  text ? parse_integer(*text) : wrong_type("", "int", *value));
}

field<bool> field_reader::boolean(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  auto text = scalar_text(*value);
  return make_field<bool>(name, text ? parse_flag(*text) : wrong_type("", "bool", *value));
}

field<duration> field_reader::seconds(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  return make_field(name, parse_seconds(*value));
}

field<std::vector<std::string>> field_reader::list(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  return make_field(name, trim_all(parse_list(*value)));
}

field<std::vector<std::string>> field_reader::comma_list(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  if (value->is_string() || value->is_number())
    return {split_at_commas(*scalar_text(*value)), {}};
  return make_field(name, trim_all(parse_list(*value)));
}

field<std::map<std::string, std::string>> field_reader::pairs(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  return make_field(name, parse_pairs(*value));
}

field<nlohmann::json> field_reader::object(std::string_view name) const {
  const auto* value = find(name);
  if (!value)
    return {};
  if (value->is_object())
    return {*value, {}};
  const auto* got = value->is_array()     ? "slice"
                    : value->is_string()  ? "string"
                    : value->is_boolean() ? "bool"
                                          : "json.Number";
  return make_field<json>(
      name, outcome<json>{std::in_place_index<1>,
                          std::string{"'' expected a map or struct, got \""} + got + '"'});
}

// -- answers ---------------------------------------------------------------------

answer field_validation_failed(std::string_view error) {
  return error_answer(400, "Field validation failed: " + std::string{error});
}

std::string ignored_parameters(const nlohmann::json& body,
                               const std::vector<std::string_view>& known) {
  std::string names;
  if (body.is_object())
    for (const auto& [key, value] : body.items()) // in byte order
      if (std::find(known.begin(), known.end(), key) == known.end())
        names += (names.empty() ? "" : " ") + key;
  return names.empty() ? names : "Endpoint ignored these unrecognized parameters: [" + names + ']';
}

std::string ignored_parameters(const nlohmann::json& body,
                               std::initializer_list<std::string_view> known) {
  return ignored_parameters(body, std::vector<std::string_view>{known});
}

} // namespace lapse
