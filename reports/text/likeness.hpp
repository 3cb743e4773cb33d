#pragma once

#include "reports/cause/amounts.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapse::text_report {

/// Rows beyond this many that are alike are counted instead of printed.
inline constexpr std::size_t rows_alike_max = 20;

/// What is alike in two names or paths: numbers become `#`, and so do words too long to be
/// anybody's choice (ids, accessors, tails of lease ids).
[[nodiscard]] std::string likeness(std::string_view text);
void append_likeness(std::string& out, std::string_view text);

using cause::grouped;
using cause::plural;

/// Of several, the first and the last by name: "`pod1` to `pod9`", or "`pod1`" if it is the same.
[[nodiscard]] std::string first_and_last(const std::string& first, const std::string& last);

/// Rows of a section that is printed at the end. Of rows that are alike it keeps the first few and
/// counts the others, so that neither memory nor page grow with their number.
class row_list {
public:
  /// `all`: keep every row. `kept`: how many rows that are alike, otherwise.
  explicit row_list(bool all, std::size_t kept = rows_alike_max) : all_(all), kept_(kept) {}

  /// True if the row should be built and handed to `add`; otherwise it has been counted.
  /// @param name called then alone: gives what tells those apart that are counted
  template <class Name>
  [[nodiscard]] bool admits(const std::string& like, Name&& name) {
    auto& group = of(like);
    if (all_ || group.rows.size() < kept_)
      return true;
    group.last = name();
    if (group.count++ == group.rows.size())
      group.first = group.last;
    return false;
  }
  void add(const std::string& like, std::string row);

  [[nodiscard]] bool empty() const noexcept { return groups_.empty(); }

  /// Rows in the order of their groups' first rows; what was counted follows its group.
  template <class Print>
  void print(Print&& line) const {
    for (const auto& group : groups_) {
      for (const auto& row : group.rows)
        line(row);
      if (group.count > group.rows.size())
        line("… and " + grouped(group.count - group.rows.size()) + " more like this, " +
             first_and_last(group.first, group.last));
    }
  }

private:
  struct group {
    std::vector<std::string> rows;
    std::uint64_t count = 0;
    /// Of those that are counted only.
    std::string first;
    std::string last;
  };
  group& of(const std::string& like);

  bool all_;
  std::size_t kept_;
  std::vector<group> groups_;
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> index_;
};

} // namespace lapse::text_report
