#include "sim/document/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace lapse::document {

namespace {

// Enough to sort the first `load_errors_max` out of a file in which everything is wrong, without
// keeping a million texts. Shape errors are found in file order, so the first ones are kept.
constexpr std::size_t kept_max = 5000;

// A file's name, and what follows `--set`, may hold what moves a terminal's cursor.
std::string printable(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  return text;
}

} // namespace

std::string to_string(const load_error& error) {
  auto file = printable(error.file);
  if (error.at.line == 0)
    return fmt::format("{}: {}", file, error.text);
  return fmt::format("{}:{}:{}: {}", file, error.at.line, error.at.column, error.text);
}

void diagnostics::report(file_position at, std::string text) {
  if (errors_.size() >= kept_max) {
    ++dropped_;
    return;
  }
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
