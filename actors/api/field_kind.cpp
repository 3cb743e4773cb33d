#include "actors/api/field_kind.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/protocol/quote.hpp"

#include <optional>
#include <utility>

namespace lapse::api {

namespace {

using json = nlohmann::json;
using texts = std::vector<std::string>;
using text_map = std::map<std::string, std::string>;

tl::unexpected<std::string> refused(std::string text) {
  return tl::unexpected<std::string>{std::move(text)};
}

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

std::string unreadable(std::string_view place, std::string_view type, std::string_view function,
                       std::string_view why) {
  std::string result = "'";
  result += place;
  result += "' cannot parse value as '";
  result += type;
  result += "': strconv.";
  result += function;
  result += ": ";
  return result += why;
}

decoded<std::int64_t> read_integer(std::string_view text, std::string_view place) {
  if (text.empty())
    return std::int64_t{0};
  const auto read = parse_integer(text, 0);
  return read ? decoded<std::int64_t>{*read}
              : refused(unreadable(place, "int", "ParseInt", to_string(read.error())));
}

decoded<std::int64_t> integer_at(const json& value, std::string_view place) {
  const auto text = scalar_text(value);
  return text ? read_integer(*text, place) : refused(wrong_type(place, "int", value));
}

decoded<bool> parse_flag(std::string_view text) {
  for (auto yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes)
      return true;
  for (auto no : {"", "0", "f", "F", "false", "FALSE", "False"})
    if (text == no)
      return false;
  return refused(unreadable("", "bool", "ParseBool", "invalid syntax"));
}

// -- lists and maps ----------------------------------------------------------------

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

/// Elements of a list, of an empty object or null none, of anything else itself.
template <class T, class Convert>
decoded<std::vector<T>> parse_elements(const json& value, const Convert& convert) {
  std::vector<T> result;
  texts errors;
  auto take = [&](const json& element, std::size_t place) {
    auto one = convert(element, '[' + std::to_string(place) + ']');
    if (one)
      result.push_back(std::move(*one));
    else
      errors.push_back(std::move(one.error()));
  };
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      take(value[i], i);
  else if (!value.is_null() && (!value.is_object() || !value.empty()))
    take(value, 0);
  if (!errors.empty())
    return refused(decoding_failed(errors));
  return result;
}

decoded<texts> parse_list(const json& value) {
  return parse_elements<std::string>(
      value, [](const json& element, const std::string& place) -> decoded<std::string> {
        if (auto text = scalar_text(element))
          return std::move(*text);
        return refused(wrong_type(place, "string", element));
      });
}

/// A value as Go prints it with `%v`.
std::string go_text(const json& value) {
  if (value.is_null())
    return "<nil>";
  if (value.is_boolean())
    return value.get<bool>() ? "true" : "false";
  if (value.is_string())
    return value.get<std::string>();
  if (!value.is_structured())
    return value.dump();
  std::string result;
  for (const auto& [key, element] : value.items()) {
    if (!result.empty())
      result += ' ';
    if (value.is_object())
      result += key + ':';
    result += go_text(element);
  }
  return value.is_object() ? "map[" + result + ']' : '[' + result + ']';
}

/// Lists that may be split at commas are read by an older decoder, with texts of its own.
std::string comma_list_error(const json& value) {
  texts errors;
  const auto elements = value.is_array() ? value : json::array({value});
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (elements[i].is_structured())
      errors.push_back("* " + wrong_type('[' + std::to_string(i) + ']', "string", elements[i]) +
                       ", value: '" + go_text(elements[i]) + '\'');
  std::string result = std::to_string(errors.size()) + " error(s) decoding:\n\n";
  for (std::size_t i = 0; i < errors.size(); ++i)
    result += (i == 0 ? "" : "\n") + errors[i];
  return result;
}

decoded<texts> trim_all(decoded<texts> list) {
  if (list)
    for (auto& element : *list)
      element = std::string{trimmed(element)};
  return list;
}

texts split_at_commas(std::string_view text, bool trims) {
  texts result;
  if (text.empty())
    return result;
  for (;;) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    result.emplace_back(trims ? trimmed(part) : part);
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
  if (value.is_null())
    return result;
  if (value.is_object())
    return add_entries(value, result) ? std::optional{std::move(result)} : std::nullopt;
  if (!value.is_array())
    return std::nullopt;
  for (const auto& element : value)
    if (!element.is_object() || !add_entries(element, result))
      return std::nullopt;
  return result;
}

/// A list of objects is one object.
decoded<json> object_at(const json& value, const std::string& place) {
  if (value.is_null())
    return json::object();
  if (value.is_object())
    return value;
  if (value.is_array()) {
    auto merged = json::object();
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto one = object_at(value[i], place + '[' + std::to_string(i) + ']');
      if (!one)
        return one;
      merged.update(*one);
    }
    return merged;
  }
  const auto* got = value.is_string() ? "string" : value.is_boolean() ? "bool" : "json.Number";
  return refused('\'' + place +
                 "' expected type 'map[string]interface {}', got unconvertible type '" + got +
                 '\'');
}

} // namespace

// -- the conversions ---------------------------------------------------------------

decoded<std::string> decode_text(const json& value) {
  if (auto text = scalar_text(value))
    return std::move(*text);
  return refused(wrong_type("", "string", value));
}

decoded<std::int64_t> decode_integer(const json& value) { return integer_at(value, ""); }

decoded<bool> decode_boolean(const json& value) {
  const auto text = scalar_text(value);
  return text ? parse_flag(*text) : refused(wrong_type("", "bool", value));
}

decoded<duration> decode_signed_seconds(const json& value) {
  if (value.is_null())
    return duration::zero();
  if (!value.is_string() && !value.is_number())
    return refused("could not parse duration from input");
  return parse_duration(*scalar_text(value)).map([](duration found) {
    return duration{std::chrono::duration_cast<std::chrono::seconds>(found)};
  });
}

// R-1205
decoded<duration> decode_seconds(const json& value) {
  auto result = decode_signed_seconds(value);
  if (result && *result < duration::zero())
    return refused(
        "cannot provide negative value '" +
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*result).count()) + "'");
  return result;
}

decoded<texts> decode_list(const json& value) {
  if (value.is_string() && value.get_ref<const std::string&>().empty())
    return texts{};
  return trim_all(parse_list(value));
}

decoded<texts> decode_comma_list(const json& value) {
  if (value.is_string() || value.is_number())
    return split_at_commas(*scalar_text(value), true);
  auto result = trim_all(parse_list(value));
  return result ? std::move(result) : refused(comma_list_error(value));
}

decoded<std::vector<std::int64_t>> decode_comma_integers(const json& value) {
  const auto split = value.is_string() || value.is_number()
                         ? json(split_at_commas(*scalar_text(value), false))
                         : json();
  return parse_elements<std::int64_t>(split.is_null() ? value : split, integer_at);
}

decoded<text_map> decode_pairs(const json& value) {
  if (auto found = parse_objects(value))
    return std::move(*found);
  auto list = parse_list(value);
  if (!list)
    return refused(std::move(list.error()));
  text_map result;
  for (const auto& pair : *list) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return refused("invalid key pair " + quote(pair));
    result[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return result;
}

decoded<unix_time> decode_time(const json& value) {
  if (value.is_null())
    return unix_time{};
  if (value.is_number_integer())
    return unix_time{value.get<std::int64_t>(), 0};
  if (value.is_number())
    return refused(integer_error("ParseInt", value.dump(), integer_fault::syntax));
  if (!value.is_string())
    return refused("could not parse time from input type");
  if (const auto at = parse_absolute_time(value.get_ref<const std::string&>()))
    return *at;
  return refused("could not parse string as date and time");
}

decoded<json> decode_object(const json& value) { return object_at(value, ""); }

std::string conversion_error(field_kind kind, const json& value) {
  auto why = [](auto result) { return result ? std::string{} : std::move(result.error()); };
  switch (kind) {
    case field_kind::text:
    case field_kind::lower_text:
      return why(decode_text(value));
    case field_kind::time:
      return why(decode_time(value));
    case field_kind::integer:
      return why(decode_integer(value));
    case field_kind::boolean:
      return why(decode_boolean(value));
    case field_kind::seconds:
      return why(decode_seconds(value));
    case field_kind::signed_seconds:
      return why(decode_signed_seconds(value));
    case field_kind::list:
      return why(decode_list(value));
    case field_kind::comma_list:
      return why(decode_comma_list(value));
    case field_kind::comma_integers:
      return why(decode_comma_integers(value));
    case field_kind::pairs:
      return why(decode_pairs(value));
    case field_kind::object:
      return why(decode_object(value));
  }
  return {};
}

} // namespace lapse::api
