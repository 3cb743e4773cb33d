#include "reports/markdown/markdown_report.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/markdown/inline_text.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/alike_lives.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/client_words.hpp"
#include "reports/text/dates.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <unordered_map>

namespace lapse::markdown {

namespace {

constexpr std::size_t failures_bytes_max = 30'000;
constexpr std::size_t brief_bytes_max = 4'000;
/// The table ends here, so that what follows it has room.
constexpr std::size_t table_bytes_max = 60'000;
constexpr std::size_t evidence_bytes_max = 400;
constexpr std::size_t command_bytes_max = 600;

/// A failure as an item of a list, indented by `margin`.
std::string item_of(const text_report::failure& what, std::int64_t start_unix_s,
                    const std::string& margin, bool tells_why) {
  auto row = margin + "- " +
             (what.line > 0 ? "line " + std::to_string(what.line) + ", " : std::string{}) +
             text_report::at_text(what.at, start_unix_s) + ": " + code_span(what.subject);
  if (what.is_rule)
    return row + " must hold: " + code_span(what.expected, evidence_bytes_max) + ", but " +
           clause_cell(text_report::escaped(what.seen, evidence_bytes_max)) + '\n';
  row += " expected " + code_span(what.expected, evidence_bytes_max) + ", saw " +
         code_span(what.seen, evidence_bytes_max);
  return row + (tells_why && !what.why.empty() ? ", because " + clause_cell(what.why) : "") + '\n';
}

/// Failures of one cause: one by itself, or several below their cause.
std::string card_of(const text_report::failure_card& card, std::int64_t start_unix_s) {
  if (card.members == 1)
    return item_of(card.shown.front(), start_unix_s, {}, true);
  auto text = "- **" + text_report::card_title(card) + "**" +
              (card.cause.empty() ? "" : ": " + clause_cell(card.cause)) + '\n';
  for (const auto& one : card.shown)
    text += item_of(one, start_unix_s, "  ", one.why != card.cause);
  if (const auto left = text_report::left_words(card); !left.empty())
    text += "  - … and " + clause_cell(left) + '\n';
  return text;
}

using crowd = std::vector<const lives::life_record*>;

/// One death, or all that are alike if there are too many to be told one by one; in order of time.
std::vector<crowd> crowds_of(const lives::ledger& lives, const std::vector<lives::death>& died) {
  struct alike {
    std::size_t count = 0;
    std::size_t row = 0;
  };
  // Only looked up, never iterated.
  std::unordered_map<std::string, alike> groups;
  std::vector<alike*> group_of;
  for (const auto& one : died) {
    const auto& life = lives.at(one.life);
    auto key = text_report::alike_key(lives, life, lives.end_of(life), false);
    if (const auto* above = lives.find(life.above))
      key += "|of " + text_report::alike_name(lives, *above);
    group_of.push_back(&groups[key]);
    ++group_of.back()->count;
  }
  std::vector<crowd> rows;
  for (std::size_t i = 0; i < died.size(); ++i) {
    auto& group = *group_of[i];
    auto together = group.count > text_report::rows_alike_max;
    if (together && group.row > 0) {
      rows[group.row - 1].push_back(&lives.at(died[i].life));
      continue;
    }
    rows.push_back({&lives.at(died[i].life)});
    group.row = rows.size();
  }
  return rows;
}

/// "1h", or "10m – 1h9m": of all members what `time` gives; `never` is "never".
template <class Time, class Text>
std::string range_cell(const crowd& members, Time&& time, Text&& text) {
  auto first = never;
  duration last{0};
  for (const auto* life : members) {
    first = std::min<duration>(first, time(*life));
    last = std::max<duration>(last, time(*life));
  }
  return first == last ? text(first) : text(first) + " – " + text(last);
}

std::string span_text(duration span) {
  return span == never ? "never" : ttl::readable_duration(span);
}

std::string who_cell(const lives::ledger& lives, const crowd& members) {
  auto text = code_cell(lives.name(*members.front()));
  if (members.size() == 1)
    return text;
  return text + " … " + code_cell(lives.name(*members.back())) + " ×" +
         text_report::grouped(members.size());
}

std::string reason_cell(const lives::ledger& lives, const crowd& members) {
  auto text = cause::reason(lives, *members.front());
  auto same = std::all_of(members.begin(), members.end(), [&](const lives::life_record* life) {
    return cause::reason(lives, *life) == text;
  });
  if (!same)
    text = cause::reason_in_common(*members.front());
  const auto& first = *members.front();
  if (auto after = cause::aftermath(first, lives.end_of(first)); !after.empty())
    text += "; " + std::string{after};
  return clause_cell(text);
}

std::string row_of(const lives::ledger& lives, const crowd& members, std::int64_t start_unix_s) {
  const auto dated = [&](instant at) { return text_report::time_text(at, start_unix_s); };
  auto end = [&](const lives::life_record& life) { return lives.end_of(life).at; };
  std::uint64_t renewals = 0;
  for (const auto* life : members)
    renewals += life->renewals;
  return "| " + who_cell(lives, members) + " | " + std::string{to_string(members.front()->what)} +
         " | " + range_cell(members, end, dated) + " | " +
         range_cell(
             members, [&](const auto& life) { return end(life) - life.created; }, span_text) +
         " | " +
         range_cell(
             members,
             [](const auto& life) {
               return life.advertised == duration::zero() ? never : life.advertised;
             },
             span_text) +
         " | " +
         range_cell(
             members, [](const auto& life) { return life.expire; }, span_text) +
         (renewals > 0 ? ", " + text_report::plural(renewals, "renewal") : "") + " | " +
         reason_cell(lives, members) + " |\n";
}

} // namespace

void markdown_report::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    name_ = run->name;
    start_unix_s_ = run->start_unix_s;
    source_ = run->source;
  } else if (const auto* run = std::get_if<run_ended>(&e.body)) {
    end(*run, lives);
  } else {
    failures_.on_event(e);
    accidents_.on_event(e);
    if (!options_.brief)
      refusals_.on_event(e);
  }
}

void markdown_report::end(const run_ended& run, const lives::ledger& lives) {
  const auto passed = run.failed == 0 && run.rules_broken == 0 && failures_.empty();
  const auto died = lives::deaths_of(lives);
  auto counts = text_report::plural(run.expectations, "expectation") + ", " +
                text_report::grouped(run.failed) + " failed, " +
                cause::rules_or_properties(run.rules_broken) + " broken; " +
                text_report::grouped(died.size()) + " of " +
                text_report::plural(lives.size(), "token") + " and secret leases died by " +
                ttl::readable_duration(lives.now());
  const auto accidents = accidents_.words(run);
  const auto notes = accidents.empty() ? accidents : clause_cell(accidents);
  const auto& title = name_.empty() ? source_ : name_;
  if (passed && options_.brief) {
    out_ << "- PASS " << code_span(source_.empty() ? title : source_) << ": "
         << text_report::plural(run.expectations, "expectation") << ", "
         << text_report::grouped(died.size()) << " died" << (notes.empty() ? "" : "; " + notes)
         << '\n';
    return;
  }
  std::string page = std::string{options_.brief ? "\n" : ""} +
                     "### lapse: " + (passed ? "PASS" : "FAIL") + ' ' +
                     code_span(title, evidence_bytes_max) + "\n\n";
  if (!source_.empty())
    page += code_span(source_, evidence_bytes_max) + ": ";
  page += counts + '\n';
  if (!notes.empty())
    page += "\n" + notes + ".\n";
  put_failures(page);
  if (!passed && !options_.replay_command.empty())
    page += "\nSee it again:\n\n" + code_block(options_.replay_command, "sh", command_bytes_max);
  if (!options_.brief) {
    put_refusals(page, lives, false);
    put_refusals(page, lives, true);
    put_clients(page, lives);
    put_deaths(page, lives, died);
  }
  out_ << page << '\n';
}

void markdown_report::put_failures(std::string& page) const {
  if (failures_.empty())
    return;
  const auto room = options_.brief ? brief_bytes_max : failures_bytes_max;
  page += "\n#### What failed\n\n";
  std::uint64_t shown = 0;
  std::size_t bytes = 0;
  for (const auto& card : failures_.all()) {
    const auto text = card_of(card, start_unix_s_);
    if (bytes + text.size() > room)
      break;
    bytes += text.size();
    page += text;
    shown += card.count;
  }
  const auto all = failures_.expectations() + failures_.rules();
  if (shown < all)
    page += "- … and " + text_report::grouped(all - shown) + " more\n";
}

/// Those that somebody expected are folded.
void markdown_report::put_refusals(std::string& page, const lives::ledger& lives,
                                   bool expected) const {
  const auto count = refusals_.count(expected);
  if (count == 0)
    return;
  page += expected ? "\n<details><summary>" + text_report::expected_title(count, lives) +
                         "</summary>\n\n"
                   : "\n#### Refused, and no expectation spoke of it\n\n";
  std::uint64_t shown = 0;
  for (const auto& kind : refusals_.all()) {
    if (kind.expected != expected)
      continue;
    shown += kind.count;
    page += "- " + (kind.first.line > 0 ? "line " + std::to_string(kind.first.line) + ", " : "") +
            text_report::at_text(kind.at, start_unix_s_) + ": " + code_span(kind.first.what) +
            ", " +
            clause_cell(
                text_report::escaped(text_report::refusal_answer(kind.first), evidence_bytes_max));
    if (!kind.first.why.empty())
      page += ": " + clause_cell(text_report::escaped(kind.first.why, evidence_bytes_max));
    if (const auto more = kind.more(); !more.empty())
      page += "; " + clause_cell(text_report::escaped(more, evidence_bytes_max));
    page += '\n';
  }
  if (shown < count)
    page += "- … and " + text_report::grouped(count - shown) + " more\n";
  page += expected ? "\n</details>\n" : "";
}

void markdown_report::put_clients(std::string& page, const lives::ledger& lives) {
  const auto families = lives.clients().families().size();
  if (families == 0)
    return;
  page += "\n#### Clients\n\n"
          "| family | who | asked for | requests a minute | no valid set for |\n"
          "|---|---|---|---|---|\n";
  for (std::uint32_t i = 0; i < families; ++i) {
    const auto words = text_report::words_of_clients(lives, i);
    const auto gaps =
        words.gaps + (words.given_up.empty() ? "" : "; " + words.given_up + " gave up");
    page += "| " + code_cell(words.name) + " | " + clause_cell(words.who) + " | " +
            clause_cell(words.requests) + " | " + clause_cell(words.rate) + " | " +
            clause_cell(gaps) + " |\n";
  }
}

void markdown_report::put_deaths(std::string& page, const lives::ledger& lives,
                                 const std::vector<lives::death>& died) const {
  page += "\n#### What died, when, and why\n\n";
  if (died.empty()) {
    page += "Nothing.\n";
    return;
  }
  page += "| who | what | died at | lived | advertised at first | advertised end | because |\n"
          "|---|---|--:|--:|--:|--:|---|\n";
  std::size_t shown = 0;
  for (const auto& members : crowds_of(lives, died)) {
    auto row = row_of(lives, members, start_unix_s_);
    if (page.size() + row.size() > table_bytes_max)
      break;
    page += row;
    shown += members.size();
  }
  if (shown < died.size())
    page += "\n… and " + text_report::grouped(died.size() - shown) + " more.\n";
}

} // namespace lapse::markdown
