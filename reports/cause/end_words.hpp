#pragma once

#include "actors/lives/ledger.hpp"

#include <string>

namespace lapse::cause {

/// What became of a life, to follow its name: "expired at 4h: it reached the maximum TTL of role
/// `web` (token_max_ttl 4h)", "was revoked at 1h: its parent `app` expired". Of something alive:
/// "is to end at 4h", "never ends".
[[nodiscard]] std::string end_words(const lives::ledger& lives, const lives::life_record& life);

/// Why it ended, as a clause, down to what ended the token that took it along: "its token `web`
/// expired: it reached the maximum TTL of role `web` (token_max_ttl 4h)".
/// Empty for something alive.
[[nodiscard]] std::string full_reason(const lives::ledger& lives, const lives::life_record& life);

/// Why it ended and, where the revocation that follows is not through, what holds that up: "…; its
/// revocation was given up after 6 attempts: backend unavailable". Empty for something alive.
[[nodiscard]] std::string reason_not_gone(const lives::ledger& lives, lives::ledger::slot which);

/// What ended it and whatever else that took along: "`web` expired at 4h: it reached …". Empty for
/// something alive.
[[nodiscard]] std::string first_cause(const lives::ledger& lives, const lives::life_record& life);

} // namespace lapse::cause
