// Why a property did not hold.

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/refusal_words.hpp"
#include "sim/run/count_words.hpp"
#include "sim/run/property_monitor.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lapse::run {

namespace {

/// What an answer was, to whom, and why it was refused.
std::string answer_seen_words(const request_answered& seen, const lives::ledger& lives) {
  const auto& reply = *seen.reply;
  auto result =
      fmt::format("an answer{} had status {}",
                  seen.by.id ? " to " + cause::quoted(lives.name(seen.by)) : "", reply.status);
  if (!reply.errors.empty())
    result += ": " + cause::readable_error(reply.errors.front());
  if (auto why = reply.ok() ? std::string{}
                            : cause::error_words(lives, seen.refused, seen.by, seen.what.get());
      !why.empty())
    result += ": " + why;
  return result;
}

} // namespace

void property_monitor::explain(const watched& w, instant now, const request_answered* answered,
                               rule_broken& verdict) const {
  std::vector<std::string> parts;
  // A count or a rate alone has its time in it.
  const auto alone = universal(w) && w.what->conditions.size() == 1 && w.sets.empty() &&
                     w.covers.empty() && !w.asks_answers;
  auto want_in = w.what->what == plan::property::kind::never;
  auto set = w.sets.begin();
  auto rate = w.rates.begin();
  auto cover = w.covers.begin();
  for (const auto& c : w.what->conditions) {
    if (std::holds_alternative<plan::clients_covered>(c)) {
      parts.push_back((cover++)->words(now));
    } else if (const auto* states = std::get_if<plan::states_hold>(&c)) {
      const auto& members = *set++;
      if (!want_in && states_hold(w, members, states->any) && (states->any || members.complete()))
        continue;
      auto shown = members.example(want_in, now, *handles_);
      parts.push_back((states->any ? "none is alive: " : "") + shown.words);
      if (verdict.cause.empty())
        verdict.cause = std::move(shown.cause);
    } else if (const auto* count = std::get_if<plan::count_check>(&c)) {
      parts.push_back(count_words(*count, counts_->value_of(*count),
                                  alone ? std::optional{now} : std::nullopt, want_in, *lives_));
    } else if (std::holds_alternative<plan::rate_limit>(c)) {
      const auto& seen = *rate++;
      if (!seen.holds())
        parts.push_back(rate_words(seen, *lives_));
    } else if (answered != nullptr) {
      parts.push_back(answer_seen_words(*answered, *lives_));
    } else {
      parts.emplace_back("no such answer came");
    }
  }
  verdict.evidence = fmt::format("{}", fmt::join(parts, ": "));
  if (!alone)
    verdict.evidence.insert(0, fmt::format("{} {}: ", universal(w) ? "at" : "not reached by",
                                           ttl::readable_duration(now)));
}

} // namespace lapse::run
