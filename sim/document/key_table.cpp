#include "sim/document/key_table.hpp"

#include "sim/document/scalar.hpp"

#include <string>

namespace lapse::document {

namespace {

using shape = value_shape;

} // namespace

const key_spec* key_table::find(std::string_view key) const noexcept {
  for (const auto& spec : keys)
    if (spec.name == key)
      return &spec;
  return nullptr;
}

std::vector<std::string_view> key_table::names() const {
  std::vector<std::string_view> result;
  for (const auto& spec : keys)
    result.push_back(spec.name);
  return result;
}

std::string_view describe(value_shape what) noexcept {
  switch (what) {
    case shape::text:
      return "a text";
    case shape::handle:
    case shape::new_handle:
      return "the name of a handle";
    case shape::path:
      return "a path such as aws/creds/deploy";
    case shape::word:
      return "a word";
    case shape::flag:
      return "true or false";
    case shape::number:
      return "a whole number from 0";
    case shape::duration:
      return "a duration such as 90s, 1h30m or 30d";
    case shape::span:
      return "a duration from 0 such as 90s, 1h30m or 30d";
    case shape::timestamp:
      return "a time from 1970 to 9700 such as 2026-01-01T00:00:00Z";
    case shape::names:
      return "a name or a list of names";
    case shape::policy:
      return "the text of a policy, or { file: path }";
    case shape::json:
      return "a value";
    case shape::object:
      return "a mapping such as { name: value }";
    case shape::bounds:
      return "a whole number from 0, or { at_least, at_most }";
    case shape::integer:
      return "a whole number, or { at_least, at_most }";
    case shape::amount:
      return "a duration such as 90s or 1h30m, or { at_least, at_most }";
    case shape::states:
      return "a state, or { state, at, because, lived }";
    case shape::mapping:
      return "a mapping";
    case shape::map_of:
      return "a mapping of names";
    case shape::list_of:
      return "a list";
    case shape::expect:
      return "a mapping of expectations";
  }
  return "a value";
}

std::string_view too_large(std::string_view text, value_shape shape) {
  if (shape == value_shape::number || shape == value_shape::integer)
    return text.size() > 18 && text.find_first_not_of("0123456789") == std::string_view::npos
               ? ", above 9223372036854775807"
               : "";
  if (shape != value_shape::duration && shape != value_shape::span)
    return "";
  // With each number a 1 it reads, so it is the numbers.
  std::string small;
  for (auto c : text) {
    auto digit = c >= '0' && c <= '9';
    if (!digit || small.empty() || small.back() != '1')
      small += digit ? '1' : c;
  }
  return small.size() > 1 && small.size() < text.size() && to_duration(small)
             ? ", longer than 292 years"
             : "";
}

} // namespace lapse::document
