#pragma once

#include "actors/lives/ledger.hpp"
#include "sim/plan/property.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace lapse::run {

/// Watches one `{ covered: family, gap: … }`: no client of the family is without its set for longer
/// than the gap allowed (`lives::client_book` says what a set and a gap are). A gap is judged when
/// it closes, and those still open when somebody asks: nothing happens at the moment at which one
/// becomes too long.
class coverage_watch {
public:
  /// @param from when the window begins: what was before does not count
  coverage_watch(const plan::clients_covered& what, const lives::ledger& lives, instant from)
    : what_(&what), lives_(&lives), from_(from) {}

  /// Something happened to the client.
  void note(const client_name& who, instant now);

  /// Whether no gap was too long up to `now`.
  [[nodiscard]] bool holds(instant now) const;

  /// The first gap that was too long, in words.
  [[nodiscard]] std::string words(instant now) const;

private:
  using gap = lives::client_book::gap;

  /// The gap, cut to the window; none if it is not too long.
  [[nodiscard]] std::optional<gap> too_long(gap of, instant now) const;
  [[nodiscard]] std::optional<gap> longest(instant now) const;

  const plan::clients_covered* what_;
  const lives::ledger* lives_;
  instant from_;
  /// By the number of the client.
  std::map<std::uint32_t, gap> open_;
  /// The same, the longest first.
  std::set<std::pair<instant, std::uint32_t>> by_start_;
  std::optional<gap> broken_;
};

} // namespace lapse::run
