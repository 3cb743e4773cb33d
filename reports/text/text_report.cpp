#include "reports/text/text_report.hpp"

#include "actors/protocol/visible_text.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/refusal_words.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/fates.hpp"
#include "reports/text/life_table.hpp"
#include "reports/text/place.hpp"

namespace lapse::text_report {

namespace {

constexpr std::size_t evidence_bytes_max = 1000;

std::string why_line(const std::string& why) {
  return why.empty() ? std::string{} : "\n      because   " + escaped(why, evidence_bytes_max);
}

std::string line_of(const lives::fates& all, std::string_view noun) {
  return plural(all.made, noun) + ": " + fates_text(all);
}

} // namespace

text_report::text_report(std::ostream& out, text_options options)
  : out_(out), options_(std::move(options)), lines_(out_, options_), refusals_(options_.all, 2),
    warnings_(options_.all), broken_(options_.all), failures_(options_.all) {
  // nop
}

void text_report::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    return start(*run);
  lines_.on_event(e, lives);
  note(e);
  if (const auto* run = std::get_if<run_ended>(&e.body))
    end(*run, lives);
}

void text_report::start(const run_started& run) {
  source_ = run.source;
  out_ << (run.name.empty() ? "a run without a name" : visible_line(run.name, evidence_bytes_max))
       << '\n';
  if (!run.about.empty())
    out_ << "  about   " << escaped(run.about, evidence_bytes_max) << '\n';
  if (!run.source.empty())
    out_ << "  file    " << escaped(run.source) << '\n';
  out_ << "  start   " << rfc3339(instant{0}, run.start_unix_s) << '\n'
       << "  seed    " << run.seed << "\n\n";
  lines_.print_legend();
}

void text_report::note(const event& e) {
  auto at = [&e] { return ttl::format_duration(e.at); };
  if (const auto* x = std::get_if<expectation_failed>(&e.body)) {
    auto where = place_text(escaped(x->source.empty() ? source_ : x->source), x->line, x->column);
    auto like = where + likeness(x->subject);
    if (failures_.admits(like))
      failures_.add(like, where + "  at " + at() + "  `" + escaped(x->subject) +
                              "`\n      expected  " + escaped(x->expected, evidence_bytes_max) +
                              "\n      saw       " + escaped(x->seen, evidence_bytes_max) +
                              why_line(x->why));

  } else if (const auto* r = std::get_if<rule_broken>(&e.body)) {
    if (broken_.admits(r->id + likeness(r->sentence)))
      broken_.add(
          r->id + likeness(r->sentence),
          escaped(r->id) + "  at " + at() +
              (r->line > 0 ? "  " + place_text(escaped(source_), r->line, 0) : std::string{}) +
              "\n      must hold  " + escaped(r->sentence, evidence_bytes_max) +
              "\n      evidence   " + escaped(r->evidence, evidence_bytes_max));
  } else if (const auto* u = std::get_if<unexpected_refusal>(&e.body)) {
    auto like = likeness(u->what) + std::to_string(u->status);
    if (refusals_.admits(like))
      refusals_.add(like, place_text(escaped(source_), u->line, 0) + "  at " + at() + "  " +
                              escaped(u->what) + ": " + std::to_string(u->status) + ' ' +
                              escaped(cause::readable_error(u->error)) + why_line(u->why));
    if (first_refusal_.empty())
      first_refusal_ = refusal_line(*u);
  } else if (const auto* w = std::get_if<warning_raised>(&e.body)) {
    if (warnings_.admits(likeness(w->text)))
      warnings_.add(likeness(w->text), "at " + at() + "  " + escaped(w->text, evidence_bytes_max));
  }
}

void text_report::end(const run_ended& run, const lives::ledger& lives) {
  lines_.finish(lives);
  print_life_table(out_, lives, options_.all);
  print_deaths(out_, lives, options_.all);
  print_list("REFUSED, AND NO EXPECTATION SPOKE OF IT", refusals_, false);
  print_list("WARNINGS", warnings_, false);
  print_list("RULES AND PROPERTIES BROKEN", broken_, true);
  print_list("EXPECTATIONS THAT FAILED", failures_, true);
  auto failed = run.failed > 0 || run.rules_broken > 0 || !failures_.empty() || !broken_.empty();
  if (failed && !options_.replay_command.empty())
    out_ << "\nsee it again:  " << escaped(options_.replay_command, evidence_bytes_max) << '\n';
  print_counts(run, lives);
  out_ << '\n'
       << (failed ? bad("FAIL") : good("PASS")) << "  " << escaped(source_) << "  "
       << plural(run.expectations, "expectation") << ", " << grouped(run.failed) << " failed, "
       << grouped(run.rules_broken) << " rules or properties broken";
  if (auto notes = accident_words(run, first_refusal_); !notes.empty())
    out_ << "; " << escaped(notes, evidence_bytes_max);
  out_ << '\n';
}

void text_report::print_list(std::string_view title, const row_list& rows, bool is_bad) {
  if (rows.empty())
    return;
  out_ << '\n' << (is_bad ? bad(title) : std::string{title}) << '\n';
  rows.print([this](const std::string& row) { out_ << "  " << row << '\n'; });
}

void text_report::print_counts(const run_ended& run, const lives::ledger& lives) {
  const lives::tally all{lives};
  const auto& totals = lives.totals();
  out_ << "\nCOUNTS  at " << ttl::format_duration(lives.now()) << '\n'
       << "  " << line_of(all.tokens(), "token") << '\n'
       << "  " << line_of(all.leases(), "lease") << '\n'
       << "  " << plural(run.requests, "request") << ": " << grouped(totals.refused)
       << " refused\n";
  if (totals.backend_failures > 0)
    out_ << "  " << plural(totals.backend_failures, "failed attempt")
         << " to revoke at a backend\n";
  if (lives.warnings() > 0)
    out_ << "  " << plural(lives.warnings(), "warning") << '\n';
}

std::string text_report::bad(std::string_view text) const {
  return options_.colour ? "\x1b[1;31m" + std::string{text} + "\x1b[0m" : std::string{text};
}

std::string text_report::good(std::string_view text) const {
  return options_.colour ? "\x1b[1;32m" + std::string{text} + "\x1b[0m" : std::string{text};
}

} // namespace lapse::text_report
