#include "reports/text/text_report.hpp"

#include "actors/protocol/visible_text.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/refusal_words.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/client_words.hpp"
#include "reports/text/dates.hpp"
#include "reports/text/fates.hpp"
#include "reports/text/life_table.hpp"
#include "reports/text/place.hpp"
#include "reports/text/refusal_list.hpp"
#include "reports/text/shell_quote.hpp"

#include <limits>

namespace lapse::text_report {

namespace {

constexpr std::size_t evidence_bytes_max = 1000;

constexpr std::size_t failures_alike_max = 10;

/// A line of a section, wrapped under the text that follows its title.
std::string titled(std::size_t indent, std::string_view title, std::string_view text) {
  std::string line(indent, ' ');
  (line += left(title, 9)) += ' ';
  return text.empty() ? std::string{}
                      : '\n' + line + wrapped(escaped(text, evidence_bytes_max), line.size());
}

std::string line_of(const lives::fates& all, std::string_view noun) {
  return plural(all.made, noun) + ": " + fates_text(all);
}

} // namespace

text_report::text_report(std::ostream& out, text_options options)
  : out_(out), options_(std::move(options)), lines_(out_, options_), refusals_(options_.all, 2),
    warnings_(options_.all),
    failures_(options_.all ? std::numeric_limits<std::size_t>::max() : failures_alike_max) {
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
  start_unix_s_ = run.start_unix_s;
  lines_.start(run.start_unix_s);
  out_ << (run.name.empty() ? "a run without a name" : visible_line(run.name, evidence_bytes_max))
       << '\n';
  if (!run.about.empty())
    out_ << "  about   " << wrapped(escaped(run.about, evidence_bytes_max), 10) << '\n';
  if (!run.source.empty())
    out_ << "  file    " << escaped(run.source) << '\n';
  out_ << "  start   " << rfc3339(instant{0}, run.start_unix_s) << '\n'
       << "  seed    " << run.seed << "\n\n";
  lines_.print_legend();
}

void text_report::note(const event& e) {
  failures_.on_event(e);
  accidents_.on_event(e);
  const auto at = [&] { return at_text(e.at, start_unix_s_); };
  if (const auto* u = std::get_if<unexpected_refusal>(&e.body)) {
    refusal_ = refusal_ == 0 ? u->number : refusal_;
    auto like = likeness(u->what) + std::to_string(u->status);
    const auto name = [&] { return escaped(u->what) + " at " + ttl::readable_duration(e.at); };
    if (refusals_.admits(like, name))
      refusals_.add(
          like,
          wrapped(place_text(escaped(source_), u->line, 0) + "  " + at() + "  " + escaped(u->what),
                  4) +
              titled(6, "answered", refusal_answer(*u)) + titled(6, "because", u->why));
  } else if (const auto* w = std::get_if<warning_raised>(&e.body)) {
    const auto like = likeness(w->text);
    if (warnings_.admits(like, at))
      warnings_.add(like, wrapped(at() + "  " + escaped(w->text, evidence_bytes_max), 6));
  }
}

void text_report::end(const run_ended& run, const lives::ledger& lives) {
  lines_.finish(lives);
  table_options how{options_.all, options_.colour, start_unix_s_, {}};
  for (const auto& card : failures_.all())
    for (const auto& one : card.shown)
      how.names.insert(one.subject);
  print_life_table(out_, lives, how);
  print_deaths(out_, lives, how);
  print_clients(lives);
  print_list("REFUSED, AND NO EXPECTATION SPOKE OF IT", refusals_);
  if (refusal_ > 0)
    out_ << "  "
         << wrapped("more of each by its number:  lapse explain " +
                        escaped(shell_quoted(source_), evidence_bytes_max) + " --refusal " +
                        std::to_string(refusal_),
                    4)
         << '\n';
  print_list("WARNINGS", warnings_);
  print_failures();
  auto failed = run.failed > 0 || run.rules_broken > 0 || !failures_.empty();
  if (failed && !options_.replay_command.empty())
    out_ << "\nsee it again:  " << escaped(options_.replay_command, evidence_bytes_max) << '\n';
  print_counts(run, lives);
  out_ << '\n' << (failed ? bad("FAIL") : good("PASS")) << "  ";
  auto verdict = escaped(source_) + "  " + plural(run.expectations, "expectation") + ", " +
                 grouped(run.failed) + " failed, " + cause::rules_or_properties(run.rules_broken) +
                 " broken";
  if (auto notes = accidents_.words(run); !notes.empty())
    verdict += "; " + escaped(notes, evidence_bytes_max);
  out_ << wrapped(verdict, 6) << '\n';
}

void text_report::print_list(std::string_view title, const row_list& rows) {
  if (rows.empty())
    return;
  out_ << '\n' << title << '\n';
  rows.print([this](const std::string& row) {
    out_ << "  " << (row.starts_with("…") ? wrapped(row, 4) : row) << '\n';
  });
}

void text_report::print_clients(const lives::ledger& lives) {
  const auto families = lives.clients().families().size();
  if (families > 0)
    out_ << "\nCLIENTS\n";
  for (std::uint32_t i = 0; i < families; ++i) {
    const auto words = words_of_clients(lives, i);
    const auto line = [&](std::string_view title, std::string_view text) {
      const auto head = "    " + std::string{title} + "  ";
      out_ << head << wrapped(escaped(text, evidence_bytes_max), head.size()) << '\n';
    };
    out_ << "  " << wrapped(escaped(words.name + "  " + words.who, evidence_bytes_max), 4) << '\n';
    line("asked for        ", words.requests);
    line("requests a minute", words.rate);
    line("no valid set for ", words.gaps);
    if (!words.given_up.empty())
      line("gave up          ", words.given_up);
  }
}

void text_report::print_failures() {
  if (failures_.empty())
    return;
  out_ << '\n' << bad("WHAT FAILED, AND WHY") << '\n';
  for (const auto& card : failures_.all())
    print_card(card);
  if (failures_.left_out() > 0)
    out_ << "  … and " << grouped(failures_.left_out()) << " more\n";
}

void text_report::print_card(const failure_card& card) {
  const auto together = card.members > 1;
  const std::size_t indent = together ? 4 : 2;
  if (together) {
    out_ << "  " << bad(card_title(card)) << '\n';
    if (!card.cause.empty())
      out_ << "    " << wrapped(escaped(card.cause, evidence_bytes_max), 4) << '\n';
  }
  for (const auto& one : card.shown) {
    out_ << std::string(indent, ' ');
    if (one.line > 0)
      out_ << place_text(escaped(one.source.empty() ? source_ : one.source), one.line, one.column)
           << "  ";
    out_ << at_text(one.at, start_unix_s_) << "  `" << escaped(one.subject) << '`'
         << titled(indent + 4, one.is_rule ? "must hold" : "expected", one.expected)
         << titled(indent + 4, one.is_rule ? "evidence" : "saw", one.seen);
    if (one.why != card.cause || !together)
      out_ << titled(indent + 4, "because", one.why);
    out_ << '\n';
  }
  if (const auto left = left_words(card); !left.empty())
    out_ << std::string(indent, ' ')
         << wrapped("… and " + escaped(left, evidence_bytes_max), indent + 2) << '\n';
}

void text_report::print_counts(const run_ended& run, const lives::ledger& lives) {
  const lives::tally all{lives};
  const auto& totals = lives.totals();
  out_ << "\nCOUNTS  at " << ttl::readable_duration(lives.now()) << '\n'
       << "  " << line_of(all.tokens(), "token") << '\n'
       << "  " << line_of(all.leases(), "secret lease") << '\n'
       << "  " << plural(static_cast<std::uint64_t>(lives.counts().leases), "lease record")
       << ", those of tokens included (`leases`)\n"
       << "  " << plural(run.requests, "request") << ": " << grouped(totals.refused) << " refused";
  if (run.unreached > 0)
    out_ << ", " << grouped(run.unreached) << " kept from the server by a fault";
  out_ << '\n';
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
