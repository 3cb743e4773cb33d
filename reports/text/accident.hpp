#pragma once

#include "actors/protocol/event.hpp"

#include <string>

namespace lapse::text_report {

/// A failed expectation in one clause: "`web`: expected alive, saw expired at 4h: it expired …".
[[nodiscard]] std::string failure_words(const expectation_failed& what);

/// A refusal in one clause: "403 read kv/a as app (line 15): no policy of it …".
[[nodiscard]] std::string refusal_line(const unexpected_refusal& what);

/// What a run that passes may pass by accident: requests refused of which no `expect` spoke, with
/// the first of them, or nothing expected at all. Empty: nothing.
[[nodiscard]] std::string accident_words(const run_ended& run, const std::string& first_refusal);

} // namespace lapse::text_report
