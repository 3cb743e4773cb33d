#include "sim/cli/explain_lines.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::cli {

namespace {

constexpr std::size_t rows_max = 30;
// Rows that are alike, where there are too many for all.
constexpr std::size_t rows_alike = 3;

std::string number(std::int64_t count) {
  return text_report::grouped(static_cast<std::uint64_t>(count));
}

} // namespace

std::string explain_lines::when(instant at) {
  return at == never ? "never" : ttl::readable_duration(at);
}

void explain_lines::line(std::string_view text) {
  out_ += text;
  while (!out_.empty() && out_.back() == ' ')
    out_.pop_back();
  out_ += '\n';
}

std::string explain_lines::bold(std::string_view text) const {
  return options_.colour ? "\x1b[1m" + std::string{text} + "\x1b[0m" : std::string{text};
}

std::string explain_lines::red(std::string_view text) const {
  return options_.colour ? "\x1b[31m" + std::string{text} + "\x1b[0m" : std::string{text};
}

// The words go on below each other beside the label.
void explain_lines::labelled(std::string_view label, const std::string& text) {
  constexpr std::size_t indent = 23;
  line("  " + text_report::left(label, indent - 2) +
       text_report::wrapped(text_report::escaped(text, 2000), indent, line_width));
}

std::size_t explain_lines::shown(std::size_t rows) const {
  return options_.all || rows <= rows_max ? rows : rows_max;
}

void explain_lines::print_rows(const text_report::row_list& rows, bool summed_up,
                               std::string_view indent) {
  std::size_t printed = 0;
  rows.print([&](const std::string& row) {
    if (!summed_up || ++printed <= rows_max)
      line(row.starts_with("…") ? std::string{indent} + row : row);
  });
  if (summed_up)
    line(printed > rows_max ? "  ... and more of other kinds; --all shows each of them"
                            : "  --all shows each of them");
}

void explain_lines::print_radius(const explain::blast_radius& told, instant at,
                                 const std::string& heading, const std::string& above) {
  print_casualties(told, heading);
  print_backends(told, at);
  if (!told.stopped.empty())
    labelled("then the server stops", told.stopped);
  print_survivors(told, above);
}

void explain_lines::print_casualties(const explain::blast_radius& told,
                                     const std::string& heading) {
  const auto& dead = told.dead;
  auto leases = static_cast<std::size_t>(
      std::count_if(dead.begin(), dead.end(), [](const auto& d) { return d.kind == "lease"; }));
  auto tokens = dead.size() - leases;
  auto who = tokens == 0   ? text_report::plural(leases, "lease")
             : leases == 0 ? text_report::plural(tokens, "token")
                           : text_report::plural(tokens, "token") + " and " +
                                 text_report::plural(leases, "lease");
  if (dead.empty())
    return line(bold(heading + ", it takes nothing along"));
  line(bold(fmt::format("{}, it takes {}, in this order", heading, who)));
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
    if (rows.admits(like, [&] { return text_report::escaped(d.name); }))
      rows.add(like,
               fmt::format("{}  {}  {}  {}  {}", text_report::right(text_report::grouped(i + 1), 5),
                           red(text_report::left(text_report::escaped(d.name), width)),
                           text_report::left(d.kind, 8), text_report::left(when(d.otherwise), 19),
                           where));
  }
  print_rows(rows, sum_up, "         ");
}

void explain_lines::print_backends(const explain::blast_radius& told, instant at) {
  for (const auto& b : told.backends) {
    auto text = text_report::plural(static_cast<std::size_t>(b.leases), "lease");
    auto all = b.revoked == b.leases;
    if (b.revoked > 0)
      text += all ? ", revoked" : fmt::format(", {} revoked", number(b.revoked));
    if (all && b.done <= at)
      text += " at once";
    if (b.irrevocable > 0)
      text += fmt::format(", {} never (irrevocable)", number(b.irrevocable));
    auto waiting = b.leases - b.revoked - b.irrevocable;
    if (waiting > 0)
      text += fmt::format(", {} still waiting a day later", number(waiting));
    else if (b.done > at)
      text += ", the last at " + when(b.done);
    if (b.failures > 0)
      text += fmt::format(
          "; {}: {}", text_report::plural(static_cast<std::size_t>(b.failures), "failed attempt"),
          b.error);
    labelled("backend " + text_report::escaped(b.mount), text);
  }
}

void explain_lines::print_survivors(const explain::blast_radius& told, const std::string& above) {
  line("");
  line(bold("what lives on"));
  if (!above.empty())
    line("  " + above);
  const auto& rows = told.survivors;
  auto width = name_width(
      rows, [](const auto& s) { return s.name; }, 4);
  const auto sum_up = shown(rows.size()) < rows.size();
  text_report::row_list list{!sum_up, rows_alike};
  for (const auto& s : rows) {
    const auto name = [&] { return text_report::escaped(s.name); };
    const auto like =
        sum_up ? text_report::likeness(s.name + ' ' + s.kind + ' ' + s.why) : std::string{};
    if (!list.admits(like, name))
      continue;
    auto end = s.kind == "credential" ? std::string{} : "until " + when(s.end);
    list.add(like, fmt::format("  {}  {}  {}  {}", text_report::left(name(), width),
                               text_report::left(s.kind, 10), text_report::left(end, 12),
                               text_report::escaped(s.why)));
  }
  print_rows(list, sum_up, "  ");
  std::string others;
  if (told.unrelated_tokens > 0)
    others = text_report::plural(static_cast<std::size_t>(told.unrelated_tokens), "token");
  if (told.unrelated_leases > 0)
    others += (others.empty() ? "" : " and ") +
              text_report::plural(static_cast<std::size_t>(told.unrelated_leases), "lease");
  if (!others.empty())
    line(fmt::format("  {}{} that {} nothing to do with it",
                     rows.empty() && told.above_tokens == 0 ? "" : "besides, ", others,
                     told.unrelated_tokens + told.unrelated_leases == 1 ? "has" : "have"));
  else if (rows.empty() && told.above_tokens == 0)
    line("  nothing");
}

} // namespace lapse::cli
