#pragma once

#include "actors/lives/ledger.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <unordered_set>

namespace lapse::text_report {

struct table_options {
  bool all = false;
  bool colour = false;
  std::int64_t start_unix_s = 0;
  /// Handles that are never summed up: failures speak of them.
  std::unordered_set<std::string> names;

  [[nodiscard]] bool speaks_of(const lives::ledger& lives, const lives::life_record& life) const {
    return !names.empty() && names.count(lives.handle(life)) != 0;
  }
};

/// Prints the table of every token and lease: name, kind, parent or owner, advertised end,
/// effective end, how long it lived, what bound it. Rows alike beyond `rows_alike_max` are summed
/// up unless `all`.
void print_life_table(std::ostream& out, const lives::ledger& lives, const table_options& how);

/// Prints one sentence for each end, in order of time: what died, when, and why.
void print_deaths(std::ostream& out, const lives::ledger& lives, const table_options& how);

} // namespace lapse::text_report
