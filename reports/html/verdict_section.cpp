#include "reports/cause/cause.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/fates.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>

namespace lapse::html {

namespace {

constexpr std::size_t evidence_bytes_max = 2000;

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
  result.push_back(figure("lease", all.leases().made, text_report::fates_text(all.leases())));
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

/// "2 expectations and 1 rule did not hold".
std::string failure_words(const page_facts& facts) {
  auto failed = std::max<std::uint64_t>(facts.findings.end.failed, facts.findings.failures.size());
  auto broken =
      std::max<std::uint64_t>(facts.findings.end.rules_broken, facts.findings.broken.size());
  std::string text = failed > 0 ? text_report::plural(failed, "expectation") : "";
  if (broken > 0)
    text += (text.empty() ? "" : " and ") + text_report::plural(broken, "rule or property");
  return text + " did not hold";
}

mustache::object listed(const finding& found) {
  mustache::object result;
  put(result, "at", readable(found.at));
  put(result, "place", text_report::escaped(found.place, 300));
  put(result, "what", text_report::escaped(found.what, evidence_bytes_max));
  put(result, "expected", text_report::escaped(found.expected, evidence_bytes_max));
  put(result, "seen", text_report::escaped(found.seen, evidence_bytes_max));
  put(result, "because", text_report::escaped(found.why, evidence_bytes_max));
  put(result, "more", found.more > 0 ? text_report::grouped(found.more) : "");
  return result;
}

/// What became of a life, or will if nobody renews anything.
std::string outcome_words(const page_facts& facts, std::uint32_t which) {
  const auto& life = facts.life(which);
  auto end = facts.ends[which].at;
  return capital(end == never ? cause::what_bound(facts.lives, life, facts.ahead[which])
                              : fate_words(facts, which) + " at " + readable(end) + ": " +
                                    cause::reason(facts.lives, life));
}

/// A failed expectation, with what became of its subject if that is a token or lease.
mustache::object failure_of(const page_facts& facts, const finding& found) {
  auto result = listed(found);
  std::string link;
  std::string outcome;
  const auto& lives = facts.lives.all();
  auto subject = std::find_if(lives.begin(), lives.end(), [&](const lives::life_record& life) {
    const auto& handle = facts.lives.handle(life);
    return !handle.empty() && handle == found.what;
  });
  if (subject != lives.end()) {
    auto which = facts.lives.slot_of(*subject);
    link = lifeline_id(facts.lines.node_of[which]);
    outcome = outcome_words(facts, which);
  }
  put(result, "link", link);
  result["why"] = words(outcome);
  put(result, "why_some", outcome);
  return result;
}

mustache::list failures_of(const page_facts& facts) {
  mustache::list result;
  for (const auto& one : facts.findings.failures)
    result.push_back(failure_of(facts, one));
  return result;
}

mustache::list list_of(const std::vector<finding>& found) {
  mustache::list result;
  for (const auto& one : found)
    result.push_back(listed(one));
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
  put(result, "covered", readable(facts.lives.now()));
  put(result, "failure_words", failure_words(facts));
  put_list(result, "figures", figures_of(facts));
  return result;
}

mustache::object findings_section(const page_facts& facts) {
  mustache::object result;
  put_list(result, "failures", failures_of(facts));
  put_list(result, "broken", list_of(facts.findings.broken));
  put_list(result, "refusals", list_of(facts.findings.refusals));
  put_list(result, "warnings", list_of(facts.findings.warnings));
  return result;
}

} // namespace lapse::html
