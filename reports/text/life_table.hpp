#pragma once

#include "actors/lives/ledger.hpp"

#include <ostream>

namespace lapse::text_report {

/// Prints the table of every token and lease: name, kind, parent or owner, advertised end,
/// effective end, how long it lived, what bound it. Rows alike beyond `rows_alike_max` are summed
/// up unless `all`.
void print_life_table(std::ostream& out, const lives::ledger& lives, bool all);

/// Prints one sentence for each end, in order of time: what died, when, and why.
void print_deaths(std::ostream& out, const lives::ledger& lives, bool all);

} // namespace lapse::text_report
