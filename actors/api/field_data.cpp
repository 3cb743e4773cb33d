#include "actors/api/field_data.hpp"

#include "actors/protocol/ascii.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace lapse::api {

namespace {

bool null_says_nothing(field_kind kind) noexcept {
  return kind == field_kind::seconds || kind == field_kind::signed_seconds ||
         kind == field_kind::time;
}

} // namespace

const field_row& field_data::row(std::string_view name) const {
  for (const auto& one : schema_)
    if (one.name == name)
      return one;
  throw std::logic_error("no path declares the field " + std::string{name});
}

bool field_data::declares(std::string_view name) const noexcept {
  return std::any_of(schema_.begin(), schema_.end(),
                     [&](const field_row& one) { return one.name == name; });
}

const nlohmann::json* field_data::sent(std::string_view name) const {
  if (!body_->is_object())
    return nullptr;
  const auto i = body_->find(std::string{name});
  return i == body_->end() ? nullptr : &*i;
}

std::string_view field_data::captured(std::string_view name) const noexcept {
  const auto* found = captures_.find(name);
  return found ? found->value : std::string_view{};
}

bool field_data::given(std::string_view name) const {
  if (captures_.find(name))
    return true;
  const auto* value = sent(name);
  return value && (!value->is_null() || !null_says_nothing(row(name).kind));
}

template <class T>
T field_data::value(std::string_view name, decoded<T> (*decode)(const nlohmann::json&)) const {
  const auto& declared = row(name);
  if (const auto* value = sent(name); value && !value->is_null())
    if (auto result = decode(*value))
      return std::move(*result);
  return given(name) || declared.fallback.empty()
             ? T{}
             : decode(nlohmann::json(declared.fallback)).value_or(T{});
}

std::string field_data::text(std::string_view name) const {
  const auto* found = captures_.find(name);
  auto result = found ? std::string{found->value} : value(name, decode_text);
  return row(name).kind == field_kind::lower_text ? lower_case(std::move(result)) : result;
}

std::int64_t field_data::integer(std::string_view name) const {
  return value(name, decode_integer);
}

unix_time field_data::time(std::string_view name) const { return value(name, decode_time); }

bool field_data::boolean(std::string_view name) const { return value(name, decode_boolean); }

duration field_data::seconds(std::string_view name) const {
  return value(name,
               row(name).kind == field_kind::seconds ? decode_seconds : decode_signed_seconds);
}

std::vector<std::string> field_data::list(std::string_view name) const {
  return value(name, row(name).kind == field_kind::list ? decode_list : decode_comma_list);
}

std::vector<std::int64_t> field_data::integers(std::string_view name) const {
  return value(name, decode_comma_integers);
}

std::map<std::string, std::string> field_data::pairs(std::string_view name) const {
  return value(name, decode_pairs);
}

nlohmann::json field_data::object(std::string_view name) const {
  return value(name, decode_object);
}

bool field_data::take(std::string_view name, std::string& into) const {
  const bool is_given = given(name);
  if (is_given)
    into = text(name);
  return is_given;
}

bool field_data::take(std::string_view name, std::int64_t& into) const {
  const bool is_given = given(name);
  if (is_given)
    into = integer(name);
  return is_given;
}

bool field_data::take(std::string_view name, bool& into) const {
  const bool is_given = given(name);
  if (is_given)
    into = boolean(name);
  return is_given;
}

bool field_data::take(std::string_view name, duration& into) const {
  const bool is_given = given(name);
  if (is_given)
    into = seconds(name);
  return is_given;
}

bool field_data::take(std::string_view name, std::vector<std::string>& into) const {
  const bool is_given = given(name);
  if (is_given)
    into = list(name);
  return is_given;
}

} // namespace lapse::api
