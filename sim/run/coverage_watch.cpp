#include "sim/run/coverage_watch.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::run {

void coverage_watch::note(const client_name& who, instant now) {
  if (who.family != what_->family)
    return;
  const auto seen = lives_->clients().open_gap(who, now);
  const auto known = open_.find(who.number);
  if (known != open_.end()) {
    if (seen.from == never && !broken_)
      broken_ = too_long(known->second, now);
    by_start_.erase({known->second.from, who.number});
    open_.erase(known);
  }
  if (seen.from != never) {
    open_.emplace(who.number, seen);
    by_start_.emplace(seen.from, who.number);
  }
}

bool coverage_watch::holds(instant now) const {
  return !broken_ && (by_start_.empty() || !too_long(open_.at(by_start_.begin()->second), now));
}

std::optional<coverage_watch::gap> coverage_watch::too_long(gap of, instant now) const {
  of.from = std::max(of.from, from_);
  of.length = now > of.from ? now - of.from : duration::zero();
  return of.length > what_->at_most ? std::optional{of} : std::nullopt;
}

std::optional<coverage_watch::gap> coverage_watch::longest(instant now) const {
  if (broken_)
    return broken_;
  std::optional<gap> result;
  for (const auto& [number, one] : open_)
    if (const auto cut = too_long(one, now); cut && (!result || cut->length > result->length))
      result = cut;
  return result;
}

std::string coverage_watch::words(instant now) const {
  const auto one = longest(now);
  if (!one)
    return "no client was without its set for longer";
  return fmt::format("{} was without its set for {} from {}: {}",
                     cause::quoted(lives_->clients().name({what_->family, one->number})),
                     ttl::readable_duration(one->length), ttl::readable_duration(one->from),
                     cause::gap_reason(*lives_, one->lost));
}

} // namespace lapse::run
