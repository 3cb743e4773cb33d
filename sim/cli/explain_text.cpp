#include "sim/cli/explain_lines.hpp"
#include "sim/cli/explain_print.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::cli {

namespace {

// Of the table of links, without the width of the names.
constexpr std::size_t limit_column = 37;

// Renewals do not move its end any more. A server counts from the second before and so may grant a
// fraction more than its maximum.
bool at_its_limit(const explain::bound_link& link) {
  return !link.refusal.empty() ||
         (link.limit != never && link.limit < later(link.end, std::chrono::seconds{1}));
}

class printer : private explain_lines {
public:
  printer(const explain::explanation& what, const explain_print_options& options)
    : explain_lines(options), what_(what) {}

  std::string print() {
    heading();
    life();
    chain();
    maxima();
    renewals();
    radius();
    return std::move(out_);
  }

private:
  void heading();
  void life();
  void uses();
  void chain();
  void marked();
  void maxima();
  [[nodiscard]] std::string limit_words(const explain::bound_link& link, std::size_t width) const;
  void renewals();
  void radius();
  [[nodiscard]] std::string above() const;

  const explain::explanation& what_;
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
        text_report::plural(count, "use") + " left: " +
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
      line(fmt::format("  ... {} more in between",
                       text_report::grouped(static_cast<std::uint64_t>(what_.links_left_out))));
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

// From when it was made on, and which of them ends renewals.
void printer::maxima() {
  if (what_.maxima.empty())
    return;
  const explain::ttl_maximum* binds = nullptr;
  const explain::ttl_maximum* next = nullptr;
  std::string ladder;
  duration last{0};
  for (const auto& one : what_.maxima) {
    ladder += ladder.empty() ? "" : one.value == last ? " = " : " < ";
    ladder += one.name + ' ' + ttl::readable_duration(one.value);
    last = one.value;
    if (binds != nullptr && next == nullptr)
      next = &one;
    if (one.binds)
      binds = &one;
  }
  labelled("maxima", ladder);
  if (binds == nullptr)
    return labelled("", "none of them ends it first");
  auto text = fmt::format("{} binds ({} {})", binds->name, binds->key,
                          ttl::readable_duration(binds->value));
  const auto limiting = std::find_if(what_.chain.begin(), what_.chain.end(),
                                     [](const auto& link) { return link.limiting; });
  if (limiting != what_.chain.end() && limiting != what_.chain.begin())
    text +=
        fmt::format(", but `{}` ends before that, at {}", limiting->name, when(limiting->limit));
  else if (next != nullptr)
    text +=
        fmt::format("; raised, {} would: renewals reach {} then", next->name, when(what_.raised));
  labelled("", text);
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
  print_radius(told, what_.at,
               fmt::format("revoked at {} by {}", when(what_.at), text_report::escaped(told.by)),
               above());
}

std::string printer::above() const {
  constexpr std::size_t named_max = 3;
  const auto& links = what_.chain;
  auto all = static_cast<std::size_t>(what_.radius.above_tokens);
  if (all == 0 || links.size() < 2)
    return {};
  std::string text;
  std::size_t named = 0;
  for (; named < std::min({all, named_max, links.size() - 1}); ++named) {
    text += (named == 0 ? "`" : ", `") + text_report::escaped(links[named + 1].name) + '`';
    if (named == 0)
      text += what_.kind == "lease" ? " (its token)" : " (its parent)";
  }
  if (all > named)
    text += fmt::format(" and {} more", text_report::grouped(all - named));
  return text + ": above it";
}

} // namespace

std::string explain_text(const explain::explanation& what, const explain_print_options& options) {
  return printer{what, options}.print();
}

namespace {

class path_printer : private explain_lines {
public:
  path_printer(const explain::path_explanation& what, const explain_print_options& options)
    : explain_lines(options), what_(what) {}

  std::string print() {
    const auto path = text_report::escaped(what_.path);
    const auto disabled = what_.question == "disable";
    line(fmt::format("{}: {}", bold(path),
                     disabled                    ? "the mount is disabled"
                     : what_.question == "mount" ? "all that the mount gave out is revoked"
                                                 : "all that was given out below it is revoked"));
    line(fmt::format("at {}, {}", bold(ttl::readable_duration(what_.at)), what_.moment));
    if (what_.busiest != never)
      line(fmt::format("(the most dies with it at {}: ask with --at {})", when(what_.busiest),
                       when(what_.busiest)));
    line("");
    const auto& told = what_.radius;
    if (!told.refusal.empty())
      labelled("the server refuses", told.refusal);
    else
      print_radius(told, what_.at,
                   fmt::format("{} at {} by {}", disabled ? "disabled" : "revoked", when(what_.at),
                               text_report::escaped(told.by)),
                   {});
    return std::move(out_);
  }

private:
  const explain::path_explanation& what_;
};

} // namespace

std::string path_text(const explain::path_explanation& what, const explain_print_options& options) {
  return path_printer{what, options}.print();
}

} // namespace lapse::cli
