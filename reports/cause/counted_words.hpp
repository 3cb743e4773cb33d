#pragma once

#include "actors/lives/ledger.hpp"

#include <string>

namespace lapse::cause {

/// Who is alive and counted, by where they come from, the three largest groups: "36,000 from
/// auth/kubernetes/login, 1 from auth/token/root". Empty if nobody is.
[[nodiscard]] std::string tokens_words(const lives::ledger& lives);
[[nodiscard]] std::string leases_words(const lives::ledger& lives);
[[nodiscard]] std::string secret_leases_words(const lives::ledger& lives);
/// Of credentials that exist those that a lease stands for.
[[nodiscard]] std::string credentials_words(const lives::ledger& lives);

} // namespace lapse::cause
