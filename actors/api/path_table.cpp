#include "actors/api/path_table.hpp"

#include "actors/api/field.hpp"

#include <algorithm>
#include <iterator>

namespace lapse::api {

namespace {

const field_row* find_row(std::span<const field_row> schema, std::string_view name) noexcept {
  const auto i = std::find_if(schema.begin(), schema.end(),
                              [&](const field_row& row) { return row.name == name; });
  return i == schema.end() ? nullptr : &*i;
}

/// `TEXT: [a b]`, as Go prints a list of names.
std::string about(std::string_view text, const std::vector<std::string_view>& names) {
  std::string result{text};
  result += ": [";
  for (const auto name : names) {
    if (result.back() != '[')
      result += ' ';
    result += name;
  }
  return result += ']';
}

} // namespace

bool is_special(const std::vector<std::string_view>& patterns, std::string_view path) noexcept {
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
    if (!pattern.ends_with('*'))
      return path == pattern;
    pattern.remove_suffix(1);
    return path.starts_with(pattern);
  });
}

const field_check* check_fields(const request& what, const void* row,
                                std::span<const field_row> schema, bool any_fields,
                                const path_captures& captures) {
  if (!what.body.is_object() || what.body.empty())
    return nullptr;
  if (const auto* known = static_cast<const field_check*>(what.checked.get());
      known && known->row == row)
    return known;
  auto made = std::make_shared<field_check>();
  made->row = row;
  std::vector<std::string_view> ignored;
  std::vector<std::string_view> replaced;
  for (const auto& [key, value] : what.body.items()) { // in byte order
    if (captures.find(key)) {
      if (!value.is_null())
        replaced.push_back(key);
    } else if (const auto* declared = find_row(schema, key)) {
      if (made->error.empty())
        if (const auto why = conversion_error(declared->kind, value); !why.empty())
          made->error = field_error(key, why);
    } else if (!any_fields) {
      ignored.push_back(key);
    }
  }
  if (!ignored.empty())
    made->warnings.push_back(about("Endpoint ignored these unrecognized parameters", ignored));
  if (!replaced.empty())
    made->warnings.push_back(about("Endpoint replaced the value of these parameters with the "
                                   "values captured from the endpoint's path",
                                   replaced));
  what.checked = made;
  return made.get();
}

void add_warnings(answer& reply, operation op, std::vector<std::string> warnings) {
  if (warnings.empty())
    return;
  const bool nothing =
      reply.status == 404 && reply.shape == envelope::errors && reply.errors.empty();
  if (is_listing(op) && nothing)
    reply = data_answer(nlohmann::json::object());
  if (reply.status == 200 && reply.shape != envelope::none && reply.shape != envelope::errors)
    std::move(warnings.begin(), warnings.end(), std::back_inserter(reply.warnings));
}

answer not_modelled(std::string_view path, std::string_view why) {
  auto text = "lapse does not model " + std::string{path};
  if (!why.empty())
    (text += ": ") += why;
  return error_answer(501, std::move(text));
}

} // namespace lapse::api
