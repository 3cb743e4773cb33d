#include "actors/api/field.hpp"

#include "actors/protocol/quote.hpp"

#include <utility>

namespace lapse::api {

namespace {

template <class T>
field<T> read(std::string_view name, const nlohmann::json* value,
              decoded<T> (*decode)(const nlohmann::json&)) {
  if (value == nullptr)
    return {};
  auto result = decode(*value);
  if (result)
    return {std::move(*result), {}};
  return {std::nullopt, field_error(name, result.error())};
}

} // namespace

const nlohmann::json* field_reader::find(std::string_view name) const {
  if (!body_.is_object())
    return nullptr;
  const auto i = body_.find(std::string{name});
  return i == body_.end() || i->is_null() ? nullptr : &*i;
}

field<std::string> field_reader::text(std::string_view name) const {
  return read(name, find(name), decode_text);
}

field<std::int64_t> field_reader::integer(std::string_view name) const {
  return read(name, find(name), decode_integer);
}

field<bool> field_reader::boolean(std::string_view name) const {
  return read(name, find(name), decode_boolean);
}

field<duration> field_reader::seconds(std::string_view name) const {
  return read(name, find(name), decode_seconds);
}

field<std::vector<std::string>> field_reader::list(std::string_view name) const {
  return read(name, find(name), decode_list);
}

field<std::vector<std::string>> field_reader::comma_list(std::string_view name) const {
  return read(name, find(name), decode_comma_list);
}

field<std::map<std::string, std::string>> field_reader::pairs(std::string_view name) const {
  return read(name, find(name), decode_pairs);
}

field<nlohmann::json> field_reader::object(std::string_view name) const {
  return read(name, find(name), decode_object);
}

std::string field_error(std::string_view name, std::string_view why) {
  return "error converting input for field " + quote(name) + ": " + std::string{why};
}

} // namespace lapse::api
