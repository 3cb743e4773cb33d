#pragma once

#include "actors/protocol/time.hpp"
#include "sim/document/file_position.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace lapse::plan {

// What a plan leaves open until a step is issued: counters, identifiers of handles, ranges.

/// A plain value, or the two ends of a range the user left open (`30m..2h`, both included).
/// `run` takes the lower end, `run --seed` and `check` draw; `draw` counts a file's ranges from 0
/// in file order and is -1 for a plain value.
template <class T>
struct ranged {
  T low{};
  T high{};
  int draw = -1;
  [[nodiscard]] bool fixed() const noexcept { return draw < 0; }
};

/// A text with counters of the enclosing repeats in it: `job{i}`. A part's counter is the index of
/// its repeat, outermost 0; -1 where the part is its literal alone. The literal comes first.
struct counted_text {
  struct part {
    std::string literal;
    int counter = -1;
  };
  std::vector<part> parts;

  [[nodiscard]] bool empty() const noexcept { return parts.empty(); }
  /// Whether no counter stands in it.
  [[nodiscard]] bool fixed() const noexcept;
  /// The text for the given rounds (counted from 1) of the enclosing repeats, outermost first.
  [[nodiscard]] std::string render(const std::vector<std::int64_t>& rounds) const;
  /// The text as the file has it, with `{i}` for every counter: for messages.
  [[nodiscard]] std::string raw() const;
};

/// A use of a handle. `root` always exists; every other one is bound somewhere in the file.
struct handle_ref {
  counted_text name;
  document::file_position where;
};

/// What of a handle stands in a text. A handle whose binding request failed gives an unknown
/// identifier of the right shape.
enum class handle_part : std::uint8_t {
  token,      ///< the token id; of a handle that names a value: the value
  accessor,   ///< its accessor
  lease,      ///< the lease id of a lease handle
  token_lease ///< the lease id of a token's own lease (`H.lease`, R-110)
};

struct handle_text {
  handle_ref handle;
  handle_part part = handle_part::token;
};

/// A text made when the step is issued: literals, counters and identifiers of handles in a row.
struct issued_text {
  std::vector<std::variant<counted_text, handle_text>> pieces;
};

/// A value of a request body that is not fixed in the file. `at` finds it in the body.
struct body_hole {
  nlohmann::json::json_pointer at;
  /// A duration range becomes the server's text of the duration (`1h30m`), a number range a number.
  std::variant<issued_text, ranged<duration>, ranged<std::int64_t>> value;
};

/// A key of a body object that has counters in it. Keys are renamed after values are filled in,
/// in this order.
struct body_key_hole {
  nlohmann::json::json_pointer object;
  std::string key;
  counted_text name;
};

/// A range in the file's text.
struct range_place {
  document::file_position where;
  /// Each round draws for itself.
  bool in_repeat = false;
  std::variant<ranged<duration>, ranged<std::int64_t>> range;
};

} // namespace lapse::plan
