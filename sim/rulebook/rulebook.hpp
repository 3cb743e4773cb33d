#pragma once

#include "sim/rulebook/rule_number.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::rulebook {

/// How a real server treats tokens and leases, in numbered rules: lapse is built to them, and its
/// code and tests cite them (`R-511`). The Markdown files of this folder are the one place where
/// they stand; README.md explains how they are written.
///
///     if (const auto* rule = find_rule({'R', 511}))
///       std::cout << rule->title << '\n' << plain_text(rule->text, 80);

/// A part of a rule that lapse does not model.
struct part_not_modelled {
  std::string part;
  std::string reason;
};

/// A rule of the server, or an edge case that follows from rules.
struct server_rule {
  rule_number number;
  std::string title;
  /// Markdown: paragraphs, lists, tables, blocks of code.
  std::string text;
  /// Where it was read, with evidence tags. Markdown, one line.
  std::string source;
  /// Recorded conversations that show it. Markdown, one line; may be empty.
  std::string seen;
  /// Why lapse does not model it; empty if it does.
  std::string not_modelled;
  /// What lapse leaves out of a rule that it models otherwise.
  std::vector<part_not_modelled> missing_parts;
};

/// All of them, ordered as the files are: R-101 to R-1312, the edge cases, R-1501 to R-1733.
[[nodiscard]] std::span<const server_rule> server_rules();

/// Null if there is none with this number.
[[nodiscard]] const server_rule* find_rule(rule_number number);

/// A short name that the lines `Source:` use, with what it stands for.
struct legend_entry {
  std::string name;
  std::string meaning;
};

/// The evidence tags (`[C]`) and short names of sources (`TS`) that occur in `source`, in the order
/// of README.md.
[[nodiscard]] std::vector<legend_entry> legend_of(std::string_view source);

} // namespace lapse::rulebook
