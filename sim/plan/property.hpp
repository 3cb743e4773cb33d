#pragma once

#include "sim/plan/checks.hpp"

#include <array>
#include <string_view>

namespace lapse::plan {

/// `{ status: 500 }` in a property: an answer with this status (and this part of an error).
struct answer_seen {
  document::file_position where;
  bounds status;
  std::string error;
  std::string words;
};

/// Every selector is in this state.
struct states_hold {
  document::file_position where;
  state_word state = state_word::alive;
  std::vector<selector> of;
  std::string words;
};

/// No client of the family is without its set for longer than the gap allowed
/// (`lives::client_book`). Of `always` alone.
struct clients_covered {
  document::file_position where;
  std::uint32_t family = 0;
  duration at_most{0};
  std::string words;
};

struct property {
  enum class kind : std::uint8_t { always, never, eventually, sometimes };
  kind what = kind::always;
  document::file_position where;
  /// All of them at once.
  std::vector<std::variant<states_hold, count_check, answer_seen, clients_covered>> conditions;
  /// Absolute, both ends included; the window starts no earlier than its handles.
  instant from{0};
  /// None: the end of the run, or `within`.
  std::optional<instant> to;
  /// The window's length after its start (`eventually … within`).
  std::optional<duration> within;
  /// The property in the file's words.
  std::string words;
};

/// Keys of a scenario under which its properties stand, in the order of `property::kind`.
inline constexpr std::array<std::string_view, 4> property_words{"always", "never", "eventually",
                                                                "sometimes"};

} // namespace lapse::plan
