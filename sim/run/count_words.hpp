#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/plan/checks.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lapse::run {

class rate_window;

// What reports say of counts and rates.

/// What is counted, as a subject: `leases of database/ with role ro`.
[[nodiscard]] std::string subject_of(const plan::count_check& count);

/// Of those counted the largest groups; empty where nobody but a number is known.
[[nodiscard]] std::string who_is_counted(const plan::count_check& count,
                                         const lives::ledger& lives);

/// What a property saw: `20,001 leases at 20h, at most 20,000; 20,000 are tokens of …`.
/// @param at the instant, if it is to be said
/// @param within the bounds hold, which is what is wrong: they are not said
[[nodiscard]] std::string count_words(const plan::count_check& count, std::int64_t value,
                                      std::optional<instant> at, bool within,
                                      const lives::ledger& lives);

/// `51 renewals in 1s up to 1h, at most 50; 40 of `web``, of a window that has too many.
[[nodiscard]] std::string rate_words(const rate_window& seen, const lives::ledger& lives);

/// What was seen without whose that is, which is another where the case is smaller.
[[nodiscard]] std::string_view without_whose(std::string_view evidence);

} // namespace lapse::run
