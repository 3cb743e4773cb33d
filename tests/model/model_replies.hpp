#pragma once

#include "actors/protocol/answer.hpp"

#include <string>
#include <vector>

namespace lapse::sequential {

/// 404: a known mount, but no such path in it (R-1203).
[[nodiscard]] inline answer unsupported_path() { return wrapped_error(404, "unsupported path"); }

/// 405: a known path, but not with this verb (R-1203).
[[nodiscard]] inline answer unsupported_operation() {
  return wrapped_error(405, "unsupported operation");
}

[[nodiscard]] inline answer not_modelled(const std::string& path) {
  return error_answer(501, "lapse does not model " + path);
}

/// A list of keys, or 404 when there are none (R-1704).
[[nodiscard]] inline answer key_list(std::vector<std::string> keys) {
  return keys.empty() ? nothing_found() : data_answer({{"keys", std::move(keys)}});
}

/// 204, or 200 with warnings if there are any.
[[nodiscard]] inline answer done(std::vector<std::string> warnings) {
  auto out = no_content();
  if (!warnings.empty()) {
    out.status = 200;
    out.shape = envelope::normal;
    out.warnings = std::move(warnings);
  }
  return out;
}

/// 400 about a field, in the form most endpoints use (R-1709).
[[nodiscard]] inline answer field_error(const std::string& text) {
  return error_answer(400, "Field validation failed: " + text);
}

template <class T>
[[nodiscard]] std::shared_ptr<const T> shared(T value) {
  return std::make_shared<const T>(std::move(value));
}

} // namespace lapse::sequential
