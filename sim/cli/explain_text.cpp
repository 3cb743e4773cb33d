#include "sim/cli/explain_print.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::cli {

namespace {

constexpr std::size_t rows_max = 30;
constexpr std::size_t name_width_max = 24;
constexpr std::size_t line_width = 79;
// Of the table of links, without the width of the names.
constexpr std::size_t limit_column = 37;
// Rows that are alike, where there are too many for all.
constexpr std::size_t rows_alike = 3;

std::string when(instant at) { return at == never ? "never" : ttl::readable_duration(at); }

std::string number(std::int64_t count) {
  return text_report::grouped(static_cast<std::uint64_t>(count));
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", text_report::grouped(count), noun, count == 1 ? "" : "s");
}

// Renewals do not move its end any more. A server counts from the second before and so may grant a
// fraction more than its maximum.
bool at_its_limit(const explain::bound_link& link) {
  return !link.refusal.empty() ||
         (link.limit != never && link.limit < later(link.end, std::chrono::seconds{1}));
}

template <class Rows, class Name>
std::size_t name_width(const Rows& rows, Name name, std::size_t least) {
  std::size_t width = least;
  for (const auto& row : rows)
    width = std::max(width, text_report::display_width(text_report::escaped(name(row))));
  return std::min(width, name_width_max);
}

class printer {
public:
  printer(const explain::explanation& what, const explain_print_options& options)
    : what_(what), options_(options) {}

  std::string print() {
    heading();
    life();
    chain();
    renewals();
    radius();
    survivors();
    return std::move(out_);
  }

private:
  void line(std::string_view text) {
    out_ += text;
    while (!out_.empty() && out_.back() == ' ')
      out_.pop_back();
    out_ += '\n';
  }

  [[nodiscard]] std::string bold(std::string_view text) const {
    return options_.colour ? "\x1b[1m" + std::string{text} + "\x1b[0m" : std::string{text};
  }

  [[nodiscard]] std::string red(std::string_view text) const {
    return options_.colour ? "\x1b[31m" + std::string{text} + "\x1b[0m" : std::string{text};
  }

  // A label, and words that go on below each other beside it.
  void labelled(std::string_view label, const std::string& text) {
    constexpr std::size_t indent = 23;
    auto lead = "  " + text_report::left(label, indent - 2);
    std::string rest = text_report::escaped(text, 2000);
    while (lead.size() + text_report::display_width(rest) > line_width) {
      auto cut = rest.rfind(' ', line_width - indent);
      if (cut == std::string::npos || cut == 0)
        break;
      line(lead + rest.substr(0, cut));
      rest.erase(0, cut + 1);
      lead = std::string(indent, ' ');
    }
    line(lead + rest);
  }

  void heading();
  void life();
  void uses();
  void chain();
  void marked();
  [[nodiscard]] std::string limit_words(const explain::bound_link& link, std::size_t width) const;
  void renewals();
  void radius();
  void casualties();
  void backends();
  void survivors();
  void above();
  [[nodiscard]] std::size_t shown(std::size_t rows) const {
    return options_.all || rows <= rows_max ? rows : rows_max;
  }
  void left_out(std::size_t rows) {
    if (rows > shown(rows))
      line(fmt::format("  ... and {} more; --all shows them",
                       text_report::grouped(rows - shown(rows))));
  }

  const explain::explanation& what_;
  const explain_print_options& options_;
  std::string out_;
};

void printer::heading() {
  auto kind = what_.kind == "token" || what_.kind == "lease" ? what_.kind : what_.kind + " token";
  line(fmt::format("{}: {} made at {}{}", bold(text_report::escaped(what_.handle)), kind,
                   ttl::readable_duration(what_.created),
                   what_.chain.size() < 2 ? ""
                   : what_.kind == "lease"
                       ? ", of `" + text_report::escaped(what_.chain[1].name) + "`"
                       : ", child of `" + text_report::escaped(what_.chain[1].name) + "`"));
  line(fmt::format("at {}, {}", bold(ttl::readable_duration(what_.at)), what_.moment));
  if (what_.busiest != never)
    line(fmt::format("(the most dies with it at {}: ask with --at {})", when(what_.busiest),
                     when(what_.busiest)));
}

void printer::life() {
  line("");
  line(bold("how long it lives"));
  const auto& left_alone = what_.as_it_stands;
  labelled("if left alone", left_alone.at == never
                                ? "for ever: it never ends"
                                : "until " + when(left_alone.at) + ": " + left_alone.reason);
  if (what_.hard_end.at != never)
    labelled("whatever is renewed",
             "until " + when(what_.hard_end.at) + ": " + what_.hard_end.reason);
  else if (left_alone.at != never)
    labelled("whatever is renewed", "no end was found: each renewal grants a new period");
  uses();
}

// Uses run out whatever a clock says.
void printer::uses() {
  for (std::size_t i = 0; i < what_.chain.size(); ++i) {
    const auto& link = what_.chain[i];
    if (link.uses_left == 0)
      continue;
    auto count = static_cast<std::size_t>(link.uses_left);
    auto words =
        counted(count, "use") + " left: " +
        (count == 1 ? "its next request ends it"
                    : fmt::format("after {} more requests it ends", text_report::grouped(count)));
    labelled("whoever renews it",
             i == 0 ? words : fmt::format("`{}` has {}, and this with it", link.name, words));
  }
}

std::string printer::limit_words(const explain::bound_link& link, std::size_t width) const {
  if (link.end == never)
    return "it never ends";
  if (link.limit == never)
    return "no end: period";
  if (link.refusal.empty())
    return fmt::format("{}, {}", when(link.limit), cause::bound_words(link.limit_bound));
  auto words = "refused: " + text_report::escaped(link.refusal);
  return text_report::display_width(words) <= width ? words : "refused, see below";
}

void printer::chain() {
  const auto& links = what_.chain;
  auto width = name_width(
      links, [](const auto& l) { return l.name; }, 4);
  std::vector<const explain::bound_link*> refused;
  line("");
  line(bold("what bounds it, from itself upwards"));
  line(fmt::format("  {}  {}  {}  {}", text_report::left("name", width),
                   text_report::right("ends at", 12), text_report::left("by", 17),
                   "renewals carry it to"));
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto& link = links[i];
    if (what_.links_left_out > 0 && i == links.size() / 2)
      line(fmt::format("  ... {} more in between", number(what_.links_left_out)));
    auto limit = limit_words(link, line_width - limit_column - width);
    auto row = fmt::format(
        "{} {}  {}  {}  {}", link.binding ? ">" : " ",
        text_report::left(text_report::escaped(link.name), width),
        text_report::right(when(link.end), 12),
        text_report::left(link.end == never ? "-" : cause::bound_words(link.bound), 17), limit);
    line(link.binding ? bold(row) : row);
    if (limit == "refused, see below")
      refused.push_back(&link);
  }
  for (const auto* link : refused)
    labelled("refused", fmt::format("`{}`: {}", link->name, link->refusal));
  marked();
}

// What the mark means here, and which link it would be if everything were renewed.
void printer::marked() {
  const explain::bound_link* first = nullptr;
  const explain::bound_link* limiting = nullptr;
  for (const auto& link : what_.chain) {
    if (link.binding)
      first = &link;
    if (link.limiting)
      limiting = &link;
  }
  if (first == nullptr)
    return;
  if (limiting == first)
    return labelled("> ends first", "whatever is renewed");
  labelled("> ends first",
           "if nothing more is renewed; " +
               (limiting == nullptr ? std::string{"renewed in time, nothing here ends"}
                                    : fmt::format("if everything is, `{}` does, at {}",
                                                  limiting->name, when(limiting->limit))));
}

void printer::renewals() {
  const auto& told = what_.renewals;
  line("");
  if (what_.chain.front().end == never)
    return line("Nothing ever has to renew it.");
  if (!told.refusal.empty())
    return labelled("renewing it", "is refused: " + told.refusal);
  auto text = "grants " + ttl::readable_duration(told.grant);
  if (told.first_cut == never)
    text += what_.hard_end.at == never ? ", and will again and again"
                                       : ", in full whenever before " + when(what_.hard_end.at);
  else if (told.first_cut <= what_.at + std::chrono::seconds{1})
    text += ", which is cut already: no renewal moves the end any more";
  else
    text += "; from " + when(told.first_cut) + " on less: no renewal moves the end beyond " +
            when(what_.chain.front().limit);
  labelled("a renewal now", text);
  // What nobody expects: it is renewed in time and ends all the same.
  auto end = what_.as_it_stands.at;
  if (end >= later(what_.at, told.grant))
    return;
  for (auto link = what_.chain.begin() + 1; link != what_.chain.end(); ++link)
    if (link->binding && at_its_limit(*link))
      return labelled("",
                      fmt::format("but `{}` cannot be renewed further: it ends at {} all the same",
                                  link->name, when(end)));
    else if (link->binding)
      return labelled("", fmt::format("but unless `{}` is renewed too, it ends at {} all the same",
                                      link->name, when(end)));
}

void printer::radius() {
  const auto& told = what_.radius;
  line("");
  if (!told.refusal.empty()) {
    line(bold("what would die if it were revoked"));
    return labelled("the server refuses", told.refusal);
  }
  casualties();
  backends();
}

void printer::casualties() {
  const auto& dead = what_.radius.dead;
  auto leases = static_cast<std::size_t>(
      std::count_if(dead.begin(), dead.end(), [](const auto& d) { return d.kind == "lease"; }));
  auto tokens = dead.size() - leases;
  auto who = tokens == 0   ? counted(leases, "lease")
             : leases == 0 ? counted(tokens, "token")
                           : counted(tokens, "token") + " and " + counted(leases, "lease");
  line(bold(fmt::format("revoked at {} by {}, it takes {}, in this order", when(what_.at),
                        text_report::escaped(what_.radius.by), who)));
  auto width = name_width(
      dead, [](const auto& d) { return d.name; }, 4);
  line(fmt::format("         {}  {}  {}", text_report::left("", width), text_report::left("", 8),
                   "would have lived to"));
  auto sum_up = shown(dead.size()) < dead.size();
  text_report::row_list rows{!sum_up, rows_alike};
  for (std::size_t i = 0; i < dead.size(); ++i) {
    const auto& d = dead[i];
    auto where = d.kind == "lease" ? text_report::escaped(d.path)
                 : d.above.empty() ? std::string{"no parent"}
                                   : "child of " + text_report::escaped(d.above);
    if (d.kind == "lease" && !d.above.empty())
      where += " of " + text_report::escaped(d.above);
    auto like =
        sum_up ? text_report::likeness(d.name) + ' ' + d.kind + ' ' + text_report::likeness(where)
               : std::string{};
    if (rows.admits(like))
      rows.add(like,
               fmt::format("{}  {}  {}  {}  {}", text_report::right(text_report::grouped(i + 1), 5),
                           red(text_report::left(text_report::escaped(d.name), width)),
                           text_report::left(d.kind, 8), text_report::left(when(d.otherwise), 19),
                           where));
  }
  std::size_t printed = 0;
  rows.print([&](const std::string& row) {
    if (!sum_up || ++printed <= rows_max)
      line(row.starts_with("…") ? "         " + row : row);
  });
  if (sum_up)
    line(printed > rows_max ? "  ... and more of other kinds; --all shows each of them"
                            : "  --all shows each of them");
}

void printer::backends() {
  for (const auto& b : what_.radius.backends) {
    auto text = counted(static_cast<std::size_t>(b.leases), "lease");
    auto all = b.revoked == b.leases;
    if (b.revoked > 0)
      text += all ? ", revoked" : fmt::format(", {} revoked", number(b.revoked));
    if (all && b.done <= what_.at)
      text += " at once";
    if (b.irrevocable > 0)
      text += fmt::format(", {} never (irrevocable)", number(b.irrevocable));
    auto waiting = b.leases - b.revoked - b.irrevocable;
    if (waiting > 0)
      text += fmt::format(", {} still waiting a day later", number(waiting));
    else if (b.done > what_.at)
      text += ", the last at " + when(b.done);
    if (b.failures > 0)
      text += fmt::format("; {}: {}",
                          counted(static_cast<std::size_t>(b.failures), "failed attempt"), b.error);
    labelled("backend " + text_report::escaped(b.mount), text);
  }
}

void printer::survivors() {
  const auto& told = what_.radius;
  if (!told.refusal.empty())
    return;
  line("");
  line(bold("what lives on"));
  above();
  const auto& rows = told.survivors;
  auto width = name_width(
      rows, [](const auto& s) { return s.name; }, 4);
  for (std::size_t i = 0; i < shown(rows.size()); ++i) {
    const auto& s = rows[i];
    auto end = s.kind == "credential" ? std::string{} : "until " + when(s.end);
    line(fmt::format("  {}  {}  {}  {}", text_report::left(text_report::escaped(s.name), width),
                     text_report::left(s.kind, 10), text_report::left(end, 12),
                     text_report::escaped(s.why)));
  }
  left_out(rows.size());
  std::string others;
  if (told.unrelated_tokens > 0)
    others = counted(static_cast<std::size_t>(told.unrelated_tokens), "token");
  if (told.unrelated_leases > 0)
    others += (others.empty() ? "" : " and ") +
              counted(static_cast<std::size_t>(told.unrelated_leases), "lease");
  if (!others.empty())
    line(fmt::format("  {}{} that {} nothing to do with it",
                     rows.empty() && told.above_tokens == 0 ? "" : "besides, ", others,
                     told.unrelated_tokens + told.unrelated_leases == 1 ? "has" : "have"));
  else if (rows.empty() && told.above_tokens == 0)
    line("  nothing");
}

void printer::above() {
  constexpr std::size_t named_max = 3;
  const auto& links = what_.chain;
  auto all = static_cast<std::size_t>(what_.radius.above_tokens);
  if (all == 0 || links.size() < 2)
    return;
  std::string text;
  std::size_t named = 0;
  for (; named < std::min({all, named_max, links.size() - 1}); ++named) {
    text += (named == 0 ? "`" : ", `") + text_report::escaped(links[named + 1].name) + '`';
    if (named == 0)
      text += what_.kind == "lease" ? " (its token)" : " (its parent)";
  }
  if (all > named)
    text += fmt::format(" and {} more", text_report::grouped(all - named));
  line("  " + text + ": above it");
}

} // namespace

std::string explain_text(const explain::explanation& what, const explain_print_options& options) {
  return printer{what, options}.print();
}

} // namespace lapse::cli
