#pragma once

#include "sim/document/node.hpp"

#include "actors/protocol/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lapse::shrink {

/// A duration of a scenario, or both ends of a range of them.
struct time_span {
  duration low{0};
  duration high{0};

  friend bool operator==(const time_span&, const time_span&) = default;
};

/// None if the text is neither.
[[nodiscard]] std::optional<time_span> read_span(std::string_view text);

/// `1h`, or `30m..2h`.
[[nodiscard]] std::string write_span(const time_span& span);

/// When a step is due: nothing (with the one before), `at` or `after`.
struct due_time {
  enum class kind { same, at, after };
  kind what = kind::same;
  time_span value;
};

/// None if a time of the step cannot be read.
[[nodiscard]] std::optional<due_time> due_time_of(const document::document_node& step);

/// When a step due at `b` is due if the step before it, due at `a`, goes away.
[[nodiscard]] due_time joined(const due_time& a, const due_time& b);

/// Writes the time into the step.
void due(document::document_node& step, const due_time& time);

/// The latest instant at which a step of the document may be due, what runs beside the others
/// included. Times that cannot be read count as none.
[[nodiscard]] instant last_due(const document::document_node& document);

} // namespace lapse::shrink
