#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace lapse::policy {

/// A pattern as it is written, and of which kind it is.
struct written_pattern {
  /// @param text with its final `*`.
  explicit written_pattern(std::string text);
  written_pattern(std::string text, bool is_prefix, bool has_plus)
    : text(std::move(text)), is_prefix(is_prefix), has_plus(has_plus) {
    // nop
  }

  /// The final `*` of a prefix is not part of it; that of a pattern with `+` segments is.
  std::string text;
  bool is_prefix = false;
  bool has_plus = false;
};

/// A pattern with `+` segments, taken apart once.
class segment_pattern {
public:
  /// @param text with its final `*`, if it has one.
  explicit segment_pattern(std::string_view text);

  /// True if the path has the same segments, any for `+`; with a final `*` the path may go on
  /// after the last one.
  [[nodiscard]] bool matches(std::string_view path) const noexcept;

  /// Without the final `*`.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Position of the first `+`.
  [[nodiscard]] std::size_t first_plus() const noexcept { return first_plus_; }

  /// How many segments are `+`.
  [[nodiscard]] std::size_t plus_count() const noexcept { return plus_count_; }

  [[nodiscard]] bool open_ended() const noexcept { return open_ended_; }

private:
  std::string text_;
  std::size_t first_plus_ = 0;
  std::size_t plus_count_ = 0;
  bool open_ended_ = false;
};

/// What R-906 compares: the greater is the more specific pattern.
struct pattern_priority {
  std::size_t first_wildcard = 0;
  bool open_ended = false;
  std::size_t plus_count = 0;
  /// Without the final `*`.
  std::string_view text;
};

[[nodiscard]] pattern_priority priority_of(const segment_pattern& pattern) noexcept;

/// The priority of a literal with a final `*`; `prefix` is without it.
[[nodiscard]] pattern_priority priority_of_prefix(std::string_view prefix) noexcept;

/// True if `lhs` is less specific than `rhs`.
[[nodiscard]] bool operator<(const pattern_priority& lhs, const pattern_priority& rhs) noexcept;

} // namespace lapse::policy
