#pragma once

#include "sim/document/node.hpp"
#include "sim/shrink/shrinker.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace lapse::shrink {

/// How large a case is; earlier members count more.
struct case_size {
  std::size_t steps = 0;
  /// Values other than steps.
  std::size_t values = 0;
  /// Choices that were not the oldest message.
  std::size_t deviations = 0;
  /// Sum of durations in seconds, of counts, and of the distance between the ends of ranges.
  std::uint64_t amounts = 0;
  std::size_t length = 0;

  friend auto operator<=>(const case_size&, const case_size&) = default;
};

[[nodiscard]] case_size size_of(const document::document_node& document, const std::string& text,
                                const engine::decision_list& decisions);

/// Whether the entry is a duration or a count that may be made smaller: a time of a step, a TTL,
/// the rounds of a repeat. Values of expectations, properties and raw bodies are not.
enum class amount_kind : std::uint8_t { none, duration, count };
[[nodiscard]] amount_kind amount_of(const document::document_node& entry);

/// Whether amounts inside of the entry's value may be made smaller.
[[nodiscard]] bool holds_amounts(const document::document_node& entry);

/// Steps of a list; `together` and `repeat` count as what is in them.
[[nodiscard]] std::size_t steps_in(const document::document_node& list);

} // namespace lapse::shrink
