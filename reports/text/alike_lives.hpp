#pragma once

#include "actors/lives/ledger.hpp"

#include <string>

namespace lapse::text_report {

/// What is alike in the names of two lives: numbers do not count, and generated names are all
/// alike.
[[nodiscard]] std::string alike_name(const lives::ledger& lives, const lives::life_record& life);

/// What must be alike in two lives for one line to stand for both: numbers in names do not count.
/// `coarse`: names do not count at all.
[[nodiscard]] std::string alike_key(const lives::ledger& lives, const lives::life_record& life,
                                    const lives::ending& end, bool coarse);

} // namespace lapse::text_report
