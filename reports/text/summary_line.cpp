#include "reports/text/summary_line.hpp"

#include "actors/lives/tally.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>

namespace lapse::text_report {

namespace {

constexpr std::size_t line_bytes_max = 500;

} // namespace

void summary_line::on_event(const event& e, const lives::ledger& lives) {
  accidents_.on_event(e);
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    source_ = run->source.empty() ? run->name : run->source;
  } else if (const auto* x = std::get_if<expectation_failed>(&e.body)) {
    if (failed_ == 0 && broken_ == 0)
      first_failure_ = "line " + std::to_string(x->line) + ", " + failure_words(*x);
    failed_ += x->again ? 0 : 1;
  } else if (const auto* r = std::get_if<rule_broken>(&e.body)) {
    if (broken_++ == 0 && failed_ == 0)
      first_failure_ = r->id + ": " + r->evidence;
  } else if (const auto* run = std::get_if<run_ended>(&e.body)) {
    end(*run, lives);
  }
}

void summary_line::end(const run_ended& run, const lives::ledger& lives) {
  auto failed = std::max(run.failed, failed_);
  auto broken = std::max(run.rules_broken, broken_);
  auto passed = failed == 0 && broken == 0;
  const lives::tally all{lives};
  const auto died = all.tokens().ended() + all.leases().ended();
  auto word = std::string{passed ? "PASS" : "FAIL"};
  if (colour_)
    word = (passed ? "\x1b[32m" : "\x1b[31m") + word + "\x1b[0m";
  out_ << word << ' ' << escaped(source_) << "  " << grouped(died) << " died, "
       << grouped(run.expectations) << (run.expectations == 1 ? " expectation" : " expectations");
  if (failed > 0)
    out_ << ", " << grouped(failed) << " failed";
  if (broken > 0)
    out_ << ", " << cause::rules_or_properties(broken) << " broken";
  if (!first_failure_.empty())
    out_ << "; first: " << escaped(first_failure_, line_bytes_max);
  if (auto notes = accidents_.words(run); !notes.empty())
    out_ << "; " << escaped(notes, line_bytes_max);
  out_ << '\n';
}

} // namespace lapse::text_report
