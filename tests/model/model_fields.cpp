#include "tests/model/model_fields.hpp"

#include "tests/model/model_durations.hpp"

#include <charconv>

namespace lapse::sequential {

namespace {

using nlohmann::json;

std::string kind(const json& value) {
  return value.is_array() ? "[]interface {}" : "map[string]interface {}";
}

} // namespace

std::optional<std::string> scalar_text(const json& value) {
  if (value.is_string())
    return value.get<std::string>();
  if (value.is_boolean())
    return value.get<bool>() ? "1" : "0";
  if (value.is_number())
    return value.dump();
  return std::nullopt;
}

fields::fields(const json& body) : body_(body) {}

bool fields::has(const std::string& name) const { return raw(name) != nullptr; }

const json* fields::raw(const std::string& name) const {
  if (!body_.is_object())
    return nullptr;
  auto at = body_.find(name);
  return at == body_.end() || at->is_null() ? nullptr : &*at;
}

void fields::refuse(const std::string& name, const std::string& why) {
  if (error_.empty())
    error_ = "error converting input for field \"" + name + "\": " + why;
}

std::string fields::as_text(const std::string& name, const json& value, const std::string& where) {
  if (value.is_null())
    return {};
  if (auto out = scalar_text(value))
    return *out;
  refuse(name, where + " expected type 'string', got unconvertible type '" + kind(value) + "'");
  return {};
}

std::string fields::text(const std::string& name) {
  asked_.insert(name);
  auto value = raw(name);
  return value ? as_text(name, *value, "''") : std::string{};
}

bool fields::flag(const std::string& name, bool otherwise) {
  asked_.insert(name);
  auto value = raw(name);
  if (!value)
    return otherwise && !(body_.is_object() && body_.contains(name)); // null is false
  if (value->is_boolean())
    return value->get<bool>();
  if (value->is_number())
    return value->get<double>() != 0;
  if (value->is_string()) {
    auto text = value->get<std::string>();
    for (auto yes : {"1", "t", "T", "TRUE", "true", "True"})
      if (text == yes)
        return true;
    for (auto no : {"", "0", "f", "F", "FALSE", "false", "False"})
      if (text == no)
        return false;
    refuse(name, "'' cannot parse value as 'bool': strconv.ParseBool: invalid syntax");
    return otherwise;
  }
  refuse(name, "'' expected type 'bool', got unconvertible type '" + kind(*value) + "'");
  return otherwise;
}

std::int64_t fields::whole(const std::string& name) {
  asked_.insert(name);
  auto value = raw(name);
  if (!value)
    return 0;
  if (value->is_boolean())
    return value->get<bool>() ? 1 : 0;
  if (value->is_structured()) {
    refuse(name, "'' expected type 'int', got unconvertible type '" + kind(*value) + "'");
    return 0;
  }
  auto text = *scalar_text(*value);
  if (text.empty())
    return 0;
  std::int64_t out = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) {
    refuse(name, "'' cannot parse value as 'int': strconv.ParseInt: invalid syntax");
    return 0;
  }
  return out;
}

std::vector<std::string> fields::names(const std::string& name) {
  asked_.insert(name);
  auto value = raw(name);
  std::vector<std::string> out;
  if (!value || value->is_object())
    return out;
  if (!value->is_array())
    return {as_text(name, *value, "''")};
  std::size_t index = 0;
  for (auto& element : *value)
    out.push_back(as_text(name, element, "'[" + std::to_string(index++) + "]'"));
  return out;
}

std::vector<std::string> fields::comma_names(const std::string& name) {
  auto value = raw(name);
  if (!value || !value->is_string())
    return names(name);
  asked_.insert(name);
  std::vector<std::string> out;
  auto text = value->get<std::string>();
  for (std::size_t from = 0; from <= text.size() && !text.empty();) {
    auto to = std::min(text.find(',', from), text.size());
    auto part = text.substr(from, to - from);
    auto first = part.find_first_not_of(' ');
    auto last = part.find_last_not_of(' ');
    out.push_back(first == std::string::npos ? std::string{}
                                             : part.substr(first, last - first + 1));
    from = to + 1;
  }
  return out;
}

duration fields::whole_seconds(const std::string& name) {
  asked_.insert(name);
  auto value = raw(name);
  if (!value)
    return duration{0};
  if (value->is_boolean() || value->is_structured()) {
    refuse(name, "could not parse duration from input");
    return duration{0};
  }
  auto read = duration_from(*scalar_text(*value));
  if (!read.error.empty()) {
    refuse(name, read.error);
    return duration{0};
  }
  if (read.value.count() < 0) {
    refuse(name, "cannot provide negative value '" + std::to_string(seconds(read.value)) + "'");
    return duration{0};
  }
  return std::chrono::seconds{seconds(read.value)};
}

std::optional<std::map<std::string, std::string>> fields::pairs(const std::string& name) {
  asked_.insert(name);
  auto value = raw(name);
  if (!value)
    return std::nullopt;
  std::map<std::string, std::string> out;
  if (value->is_object()) {
    for (auto& [key, inner] : value->items()) {
      if (inner.is_structured()) {
        // The whole object is then read as a list of one pair, which it is not either.
        refuse(name, "decoding failed due to the following error(s):\n\n'[0]' expected type "
                     "'string', got unconvertible type 'map[string]interface {}'");
        return std::nullopt;
      }
      out[key] = inner.is_null() ? std::string{} : *scalar_text(inner);
    }
    return out;
  }
  auto list = value->is_array() ? *value : json::array({*value});
  std::size_t index = 0;
  for (auto& element : list) {
    if (element.is_structured()) {
      refuse(name, "decoding failed due to the following error(s):\n\n'[" + std::to_string(index) +
                       "]' expected type 'string', got unconvertible type '" + kind(element) + "'");
      return std::nullopt;
    }
    auto text = element.is_null() ? std::string{} : *scalar_text(element);
    auto equals = text.find('=');
    if (equals == std::string::npos) {
      refuse(name, "invalid key pair \"" + text + '"');
      return std::nullopt;
    }
    out[text.substr(0, equals)] = text.substr(equals + 1);
    ++index;
  }
  return out;
}

std::string fields::unknown() const {
  std::string list;
  if (body_.is_object())
    for (auto& [key, value] : body_.items())
      if (!asked_.contains(key))
        list += (list.empty() ? "" : " ") + key;
  return list.empty() ? list : "Endpoint ignored these unrecognized parameters: [" + list + ']';
}

} // namespace lapse::sequential
