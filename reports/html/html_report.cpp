#include "reports/html/html_report.hpp"

#include "reports/html/page.hpp"
#include "reports/text/likeness.hpp"
#include "reports/text/place.hpp"
#include "reports/text/refusal_list.hpp"

namespace lapse::html {

namespace {

constexpr std::size_t listed_alike_max = 3;
constexpr std::size_t listed_max = 200;

void add_level(std::vector<run_level>& levels, instant at, std::uint64_t made, std::uint64_t live) {
  auto count = static_cast<std::int64_t>(live);
  if (levels.empty() ? made > 0 : count != levels.back().count)
    levels.push_back({at, count});
}

} // namespace

html_report::html_report(std::ostream& out, html_options options)
  : out_(out), options_(std::move(options)),
    levels_([this](instant at, const lives::run_counts& now) {
      add_level(findings_.tokens_live, at, now.totals.tokens_created, now.tokens_live);
      add_level(findings_.leases_live, at, now.totals.leases_created, now.leases_live);
      add_level(findings_.lease_records, at, static_cast<std::uint64_t>(now.leases),
                static_cast<std::uint64_t>(now.leases));
    }) {
  // nop
}

void html_report::before_event(const event& e, const lives::ledger& lives) {
  levels_.before_event(e, lives);
}

void html_report::on_event(const event& e, const lives::ledger& lives) {
  renewals_.on_event(e, lives);
  levels_.on_event(e, lives);
  note(e);
  if (std::holds_alternative<run_ended>(e.body))
    write_page(lives);
}

void html_report::note(const event& e) {
  findings_.failures.on_event(e);
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    findings_.start = *run;
  } else if (const auto* end = std::get_if<run_ended>(&e.body)) {
    findings_.end = *end;
  } else if (const auto* u = std::get_if<unexpected_refusal>(&e.body)) {
    note_refusal(findings_.refusals, 'u', e.at, *u);
  } else if (const auto* x = std::get_if<expected_refusal>(&e.body)) {
    ++findings_.expected_refused;
    note_refusal(findings_.expected_refusals, 'x', e.at, x->told());
  } else if (const auto* w = std::get_if<warning_raised>(&e.body)) {
    note(findings_.warnings, "w " + text_report::likeness(w->text), {e.at, {}, w->text, {}, {}});
  }
}

void html_report::note_refusal(std::vector<finding>& list, char kind, instant at,
                               const told_refusal& what) {
  note(list, kind + text_report::likeness(what.what) + std::to_string(what.status),
       {at, text_report::place_text(findings_.start.source, what.line, 0), what.what,
        text_report::refusal_answer(what), what.why});
}

void html_report::note(std::vector<finding>& list, const std::string& like, finding found) {
  auto& same = alike_[like];
  if (same.listed == 0 && list.size() >= listed_max) {
    // Neither this one nor the next like it: they count with what is listed last.
    same = {listed_alike_max, list.size() - 1};
  }
  if (same.listed >= listed_alike_max) {
    auto& listed = list[same.last];
    ++listed.more;
    listed.last = std::move(found.what);
    listed.last_at = found.at;
    return;
  }
  ++same.listed;
  same.last = list.size();
  list.push_back(std::move(found));
}

void html_report::write_page(const lives::ledger& lives) const {
  const page_facts facts{lives, renewals_, findings_, options_};
  html_page(out_, facts);
}

} // namespace lapse::html
