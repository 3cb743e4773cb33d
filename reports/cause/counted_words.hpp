#pragma once

#include "actors/lives/ledger.hpp"

#include <functional>
#include <string>

namespace lapse::cause {

/// Whose those are that `counted` picks, by the largest groups of mount, role and family: "288,000
/// are tokens of `web` by approle/web (3,000 new every 15m x 24h), the root token". How new ones
/// come is said of a group that comes in equal waves, or steadily. Empty: none is picked.
[[nodiscard]] std::string
whose_words(const lives::ledger& lives,
            const std::function<bool(const lives::life_record&)>& counted);

/// Whose the credentials are that no lease stands for: "3 are without a lease, of `aws/` for
/// `app`".
[[nodiscard]] std::string unleased_words(const lives::ledger& lives);

} // namespace lapse::cause
