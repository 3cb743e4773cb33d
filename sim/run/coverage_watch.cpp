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
  if (seen.from != never) {
    open_.insert_or_assign(who.number, seen);
  } else if (known != open_.end()) {
    if (!broken_)
      broken_ = too_long(known->second, now);
    open_.erase(known);
  }
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
