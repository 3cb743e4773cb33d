#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapse::text_report {

/// Requests that failed in a run, those that are alike together, in the order in which each kind
/// came up first. Keeps the first of a kind and counts the others; beyond `kinds_max` kinds it
/// counts alone.
class refusal_list {
public:
  static constexpr std::size_t kinds_max = 20;

  struct kind {
    told_refusal first;
    instant at{0};
    bool expected = false;
    std::uint64_t count = 1;
    std::string last = {}; ///< if there are several: what the last of them was

    /// "7 more like this, the last `read kv/a as pod8`"; empty: none.
    [[nodiscard]] std::string more() const;
  };

  void on_event(const event& e);

  [[nodiscard]] const std::vector<kind>& all() const noexcept { return kinds_; }

  /// How many there were, those that no kind counts included.
  [[nodiscard]] std::uint64_t count(bool expected) const noexcept {
    return expected ? expected_ : unexpected_;
  }

private:
  void add(const told_refusal& what, instant at, bool expected);

  std::vector<kind> kinds_;
  std::uint64_t expected_ = 0;
  std::uint64_t unexpected_ = 0;
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> places_;
};

/// "8 requests refused as expected", the title of those that are `expected_refusal`s.
[[nodiscard]] std::string expected_title(std::uint64_t count, const lives::ledger& lives);

/// "403 permission denied (refusal 3)": its answer, and the number by which
/// `lapse explain FILE --refusal N` says more.
[[nodiscard]] std::string refusal_answer(const told_refusal& what);

} // namespace lapse::text_report
