#pragma once

#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"
#include "sim/cli/explain_print.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace lapse::cli {

/// What the texts of `lapse explain` have in common: how a line looks, and what would die.
class explain_lines {
protected:
  explicit explain_lines(const explain_print_options& options) : options_(options) {}

  static constexpr std::size_t line_width = 79;

  [[nodiscard]] static std::string when(instant at);
  template <class Rows, class Name>
  [[nodiscard]] static std::size_t name_width(const Rows& rows, Name name, std::size_t least) {
    constexpr std::size_t most = 24;
    std::size_t width = least;
    for (const auto& row : rows)
      width = std::max(width, text_report::display_width(text_report::escaped(name(row))));
    return std::min(width, most);
  }

  void line(std::string_view text);
  [[nodiscard]] std::string bold(std::string_view text) const;
  [[nodiscard]] std::string red(std::string_view text) const;
  /// A label, and words beside it.
  void labelled(std::string_view label, const std::string& text);

  /// @param heading what was done, at `at`
  /// @param above who stands above what was revoked; empty: nobody
  void print_radius(const explain::blast_radius& told, instant at, const std::string& heading,
                    const std::string& above);

  std::string out_;

private:
  void print_casualties(const explain::blast_radius& told, const std::string& heading);
  void print_backends(const explain::blast_radius& told, instant at);
  void print_survivors(const explain::blast_radius& told, const std::string& above);
  [[nodiscard]] std::size_t shown(std::size_t rows) const;
  /// @param summed_up those that are alike are counted
  void print_rows(const text_report::row_list& rows, bool summed_up, std::string_view indent);

  const explain_print_options& options_;
};

} // namespace lapse::cli
