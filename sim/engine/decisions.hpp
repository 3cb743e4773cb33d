#pragma once

#include "sim/engine/strategy.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace lapse::engine {

/// One choice between several channels: when, which, out of how many.
struct decision {
  instant at{0};
  /// Place of the chosen channel among those ready, from the oldest message; 0 is first in, first
  /// out.
  std::uint32_t index = 0;
  std::uint32_t count = 0;
  std::uint64_t sender = 0;
  std::uint64_t receiver = 0;
  runtime::message_kind kind = runtime::message_kind::system;
  /// Hash over all deliveries up to and including this one.
  std::uint64_t hash = 0;

  friend bool operator==(const decision&, const decision&) = default;
};

using decision_list = std::vector<decision>;

/// The list as text, format version 1: a first line `lapse-decisions 1`, then one line each,
/// `<instant ns> <index> of <count> <sender> <receiver> <kind> <hash>`, ids and hash in hex.
[[nodiscard]] std::string to_text(const decision_list& decisions);

/// One line of the text, without its end.
[[nodiscard]] std::string to_text(const decision& one);

struct decision_error {
  /// Line of the text, from 1.
  int line = 1;
  std::string text;
};

/// Reads what `to_text` wrote. Empty lines are ignored.
[[nodiscard]] tl::expected<decision_list, decision_error> parse_decisions(std::string_view text);

/// Where two lists differ first, as a sentence; empty if they are equal.
[[nodiscard]] std::string first_difference(const decision_list& a, const decision_list& b);

} // namespace lapse::engine
