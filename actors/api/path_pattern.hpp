#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace lapse::api {

/// What a pattern captured from a path: views into the path and the pattern.
class path_captures {
public:
  static constexpr std::size_t count_max = 2;

  struct capture {
    std::string_view name;
    std::string_view value;
  };

  void add(std::string_view name, std::string_view value) noexcept {
    items_[count_++] = {name, value};
  }
  void drop() noexcept { --count_; }

  [[nodiscard]] const capture* begin() const noexcept { return items_.data(); }
  [[nodiscard]] const capture* end() const noexcept { return items_.data() + count_; }

  /// Null: the pattern has no such name, or an optional part was not there.
  [[nodiscard]] const capture* find(std::string_view name) const noexcept {
    for (const auto& item : *this)
      if (item.name == name)
        return &item;
    return nullptr;
  }

private:
  std::array<capture, count_max> items_{};
  std::size_t count_ = 0;
};

/// A pattern of paths below a mount. What it matches, it matches as a whole.
///
///     roles/?                  with or without the final slash
///     creds/{name}             one name: letters, digits and `_`, inside it also `-` and `.`
///     mounts/{path+}/tune      any text of at least one character
///     data/{path*}             any text, also none
///     leases/renew{/id}        with nothing appended, or a slash and any text
///
/// Any text means: without line breaks, as on a server.
class path_pattern {
public:
  /// @param text must outlive the pattern; a malformed one is a mistake in a table and throws
  /// `std::invalid_argument` when the table is built.
  explicit path_pattern(std::string_view text);

  /// Fills `into`, which must be empty, if the pattern matches `path`; else leaves it empty.
  [[nodiscard]] bool matches(std::string_view path, path_captures& into) const;

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
  enum class part_kind { literal, name, some, any, optional_rest, optional_slash };

  struct part {
    part_kind kind;
    std::string_view text;
  };

  [[nodiscard]] bool matches_from(std::size_t at, std::string_view path, path_captures& into) const;
  [[nodiscard]] bool matches_text(std::size_t at, std::string_view path, std::size_t least,
                                  path_captures& into) const;

  std::string_view text_;
  std::vector<part> parts_;
};

} // namespace lapse::api
