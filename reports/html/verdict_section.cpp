#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/fates.hpp"
#include "reports/text/likeness.hpp"
#include "reports/text/place.hpp"
#include "reports/text/refusal_list.hpp"

#include <algorithm>

namespace lapse::html {

namespace {

constexpr std::size_t evidence_bytes_max = 2000;
constexpr std::size_t failure_cards_max = 200;

mustache::object figure(std::string_view noun, std::uint64_t count, std::string detail) {
  mustache::object result;
  put(result, "noun", std::string{noun} + (count == 1 ? "" : "s"));
  put(result, "made", text_report::grouped(count));
  put(result, "detail", std::move(detail));
  return result;
}

mustache::list figures_of(const page_facts& facts) {
  const lives::tally all{facts.lives};
  const auto& totals = facts.lives.totals();
  const auto& run = facts.findings.end;
  mustache::list result;
  result.push_back(figure("token", all.tokens().made, text_report::fates_text(all.tokens())));
  result.push_back(
      figure("secret lease", all.leases().made, text_report::fates_text(all.leases())));
  auto detail = text_report::grouped(totals.refused) + " refused";
  if (totals.backend_failures > 0)
    detail += ", " + text_report::plural(totals.backend_failures, "failed revocation attempt");
  result.push_back(figure("request", run.requests, detail));
  result.push_back(figure("expectation", run.expectations,
                          text_report::grouped(run.failed) + " failed, " +
                              text_report::plural(run.rules_broken, "rule") +
                              " or properties broken"));
  return result;
}

/// "2 expectations and 1 rule did not hold, from one cause".
std::string failure_words(const page_facts& facts) {
  const auto& cards = facts.findings.failures;
  auto failed = std::max<std::uint64_t>(facts.findings.end.failed, cards.expectations());
  auto broken = std::max<std::uint64_t>(facts.findings.end.rules_broken, cards.rules());
  std::string text = failed > 0 ? text_report::plural(failed, "expectation") : "";
  if (broken > 0)
    text += (text.empty() ? "" : " and ") + cause::rules_or_properties(broken);
  text += " did not hold";
  if (failed + broken > 1 && cards.all().size() == 1 && !cards.all().front().cause.empty())
    text += ", all from one cause";
  return text;
}

/// A clause whose names are set apart, and under `KEY_some` whether there is one.
void put_words(mustache::object& to, const std::string& key, const std::string& clause) {
  const auto text = text_report::escaped(clause, evidence_bytes_max);
  to[key] = words(text);
  put(to, key + "_some", text);
}

mustache::object listed(const page_facts& facts, const finding& found) {
  mustache::object result;
  put(result, "at", dated(facts, found.at));
  put(result, "place", text_report::escaped(found.place, 300));
  put(result, "what", text_report::escaped(found.what, evidence_bytes_max));
  put(result, "seen", text_report::escaped(found.seen, evidence_bytes_max));
  put_words(result, "because", found.why);
  put_words(result, "more",
            found.more > 0 ? text_report::grouped(found.more) + " more like this, the last `" +
                                 found.last + "` " + dated(facts, found.last_at)
                           : std::string{});
  return result;
}

/// What became of a life, or will if nobody renews anything.
std::string outcome_words(const page_facts& facts, std::uint32_t which) {
  const auto& life = facts.life(which);
  auto end = facts.ends[which].at;
  return capital(end == never ? cause::what_bound(facts.lives, life, facts.ahead[which])
                              : fate_words(facts, which) + " at " + dated(facts, end) + ": " +
                                    cause::reason(facts.lives, life));
}

/// A failure, with what became of its subject if that is a token or lease.
mustache::object failure_of(const page_facts& facts, const text_report::failure& what,
                            const std::string& cause) {
  mustache::object result;
  const auto& source = what.source.empty() ? facts.findings.start.source : what.source;
  put(result, "at", dated(facts, what.at));
  put(result, "place",
      what.line > 0
          ? text_report::escaped(text_report::place_text(source, what.line, what.column), 300)
          : "");
  result["is_rule"] = mustache::data{what.is_rule};
  put(result, "what", text_report::escaped(what.subject, evidence_bytes_max));
  put(result, "expected", text_report::escaped(what.expected, evidence_bytes_max));
  put(result, "seen", text_report::escaped(what.seen, evidence_bytes_max));
  const auto why = what.why == cause ? std::string{} : what.why;
  put_words(result, "because", why);
  std::string link;
  std::string outcome;
  const auto& lives = facts.lives.all();
  auto subject = std::find_if(lives.begin(), lives.end(), [&](const lives::life_record& life) {
    const auto& handle = facts.lives.handle(life);
    return !handle.empty() && handle == what.subject;
  });
  if (subject != lives.end() && !what.is_rule) {
    auto which = facts.lives.slot_of(*subject);
    link = lifeline_id(facts.lines.node_of[which]);
    if (why.empty() && cause.empty())
      outcome = outcome_words(facts, which);
  }
  put(result, "link", link);
  put_words(result, "why", outcome);
  return result;
}

/// All failures of one cause.
mustache::object card_of(const page_facts& facts, const text_report::failure_card& card) {
  mustache::object result;
  const auto together = card.members > 1;
  put(result, "title", together ? text_report::card_title(card) : "");
  put_words(result, "cause", together ? card.cause : std::string{});
  mustache::list members;
  for (const auto& one : card.shown)
    members.push_back(failure_of(facts, one, together ? card.cause : std::string{}));
  put_list(result, "members", std::move(members));
  put_words(result, "more", text_report::left_words(card));
  return result;
}

mustache::list cards_of(const page_facts& facts) {
  mustache::list result;
  for (const auto& card : facts.findings.failures.all()) {
    if (result.size() == failure_cards_max)
      break;
    result.push_back(card_of(facts, card));
  }
  return result;
}

mustache::list list_of(const page_facts& facts, const std::vector<finding>& found) {
  mustache::list result;
  for (const auto& one : found)
    result.push_back(listed(facts, one));
  return result;
}

} // namespace

mustache::object verdict_section(const page_facts& facts) {
  const auto& run = facts.findings.start;
  mustache::object result;
  result["failed"] = mustache::data{facts.findings.failed()};
  put(result, "name",
      run.name.empty() ? "A run without a name" : text_report::escaped(run.name, 300));
  put(result, "about", text_report::escaped(run.about, evidence_bytes_max));
  put(result, "source", text_report::escaped(run.source, 300));
  put(result, "start", rfc3339(instant{0}, run.start_unix_s));
  put(result, "seed", std::to_string(run.seed));
  put(result, "covered", ttl::readable_duration(facts.lives.now()));
  put(result, "failure_words", failure_words(facts));
  put_list(result, "figures", figures_of(facts));
  return result;
}

mustache::object findings_section(const page_facts& facts) {
  mustache::object result;
  const auto cards = facts.findings.failures.all().size();
  put_list(result, "cards", cards_of(facts));
  put(result, "cards_left",
      cards > failure_cards_max ? text_report::grouped(cards - failure_cards_max) : "");
  const auto& found = facts.findings;
  put_list(result, "refusals", list_of(facts, found.refusals));
  put_list(result, "expected_refusals", list_of(facts, found.expected_refusals));
  put(result, "expected_refused",
      found.expected_refused > 0 ? text_report::expected_title(found.expected_refused, facts.lives)
                                 : "");
  result["refused_some"] =
      mustache::data{!found.refusals.empty() || !found.expected_refusals.empty()};
  put_list(result, "warnings", list_of(facts, found.warnings));
  return result;
}

} // namespace lapse::html
