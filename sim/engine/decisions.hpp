#pragma once

#include "sim/engine/strategy.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapse {

/// One choice between several channels: when, which, out of how many.
struct decision {
  instant at{0};
  /// Place of the chosen channel among those ready, from the oldest message; 0 is first in, first out.
  std::uint32_t index = 0;
  std::uint32_t count = 0;
  std::uint64_t sender = 0;
  std::uint64_t receiver = 0;
  message_kind kind = message_kind::system;
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

/// Reads what `to_text` wrote. Empty lines are let pass.
[[nodiscard]] std::variant<decision_list, decision_error> parse_decisions(std::string_view text);

/// Follows a list: exactly while the world offers the same choices, else leniently, taking the next
/// listed delivery that is possible, and the oldest message where none is.
class replay_strategy final : public strategy {
public:
  explicit replay_strategy(decision_list decisions) : decisions_(std::move(decisions)) {}

  [[nodiscard]] std::optional<std::size_t> choose(std::span<const ready_channel> ready) override;

private:
  [[nodiscard]] static std::optional<std::size_t> find(const decision& wanted,
                                                       std::span<const ready_channel> ready);

  decision_list decisions_;
  std::vector<bool> taken_ = std::vector<bool>(decisions_.size());
  std::size_t next_ = 0;
};

/// Where two lists differ first, as a sentence; empty if they are equal.
[[nodiscard]] std::string first_difference(const decision_list& a, const decision_list& b);

} // namespace lapse
