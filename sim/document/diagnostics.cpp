#include "sim/document/diagnostics.hpp"

#include "actors/protocol/utf8.hpp"
#include "actors/protocol/visible_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace lapse::document {

namespace {

// Enough to sort the first `load_errors_max` out of a file in which everything is wrong, without
// keeping a million texts. Shape errors are found in file order, so the first ones are kept.
constexpr std::size_t kept_max = 5000;

// Longer texts than this say nothing more to a person: all faults of a policy stand in one.
constexpr std::size_t text_bytes_max = 1000;

std::string bounded(std::string text) {
  const auto rest = text.size() - utf8_prefix(text, text_bytes_max).size();
  if (rest == 0)
    return text;
  text.resize(text.size() - rest);
  return text + fmt::format("… ({} more bytes; mend these first)", rest);
}

} // namespace

std::string to_string(const load_error& error) {
  // A name, a path and what follows `--set` may hold what moves a terminal's cursor.
  auto file = visible_line(error.file);
  auto text = visible_text(error.text);
  if (error.at.line == 0)
    return fmt::format("{}: {}", file, text);
  return fmt::format("{}:{}:{}: {}", file, error.at.line, error.at.column, text);
}

void diagnostics::report(file_position at, std::string text) {
  if (errors_.size() >= kept_max) {
    ++dropped_;
    return;
  }
  text = bounded(std::move(text));
  if (!seen_.insert({{at.line, at.column}, text}).second)
    return;
  if (at.line > 0) {
    errors_.push_back({file_, at, std::move(text)});
    return;
  }
  auto index = static_cast<std::size_t>(at.column);
  auto blamed = index < overrides_.size() ? "--set " + overrides_[index] : file_;
  errors_.push_back({std::move(blamed), {}, std::move(text)});
}

std::vector<load_error> diagnostics::sorted() const {
  auto result = errors_;
  std::stable_sort(result.begin(), result.end(), [](const load_error& a, const load_error& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  });
  auto total = result.size() + dropped_;
  if (total <= load_errors_max)
    return result;
  result.resize(load_errors_max);
  result.push_back({file_, result.back().at,
                    fmt::format("and {} more errors; mend these first", total - load_errors_max)});
  return result;
}

} // namespace lapse::document
