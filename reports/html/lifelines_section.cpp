#include "reports/cause/cause.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace lapse::html {

namespace {

/// A drawing longer than this scrolls by itself below its axis.
constexpr std::size_t lanes_in_sight = 40;

std::string span(const time_axis& axis, instant from, instant to) {
  return percent_text(std::max<std::int64_t>(axis.position(to) - axis.position(from), 0));
}

void put_span(mustache::object& to, const std::string& key, const time_axis& axis, instant from,
              instant until) {
  put(to, key + "_x", axis.percent(from));
  put(to, key + "_w", span(axis, from, until));
}

/// What ended had been advertised an end that lies outside the drawing.
bool beyond(const page_facts& facts, std::uint32_t line) {
  auto advertised = facts.times[line].advertised_last;
  return facts.times[line].ended > 0 && advertised != never && advertised > facts.axis.end();
}

/// What was advertised beyond the end, and whether it lies outside the drawing.
void put_advertised(mustache::object& to, const page_facts& facts, std::uint32_t line,
                    instant end) {
  auto advertised = facts.times[line].advertised_last;
  auto shown = advertised != never && advertised > end && facts.times[line].ended > 0;
  to["ghost"] = mustache::data{shown};
  to["beyond"] = mustache::data{beyond(facts, line)};
  to["told"] = mustache::data{advertised != never && advertised <= facts.axis.end()};
  put(to, "told_x", facts.axis.percent(advertised));
  put_span(to, "ghost", facts.axis, end, advertised);
  to["due"] = mustache::data{advertised != never && facts.times[line].ended == 0 &&
                             advertised > facts.lives.now()};
  put_span(to, "due", facts.axis, facts.lives.now(), advertised);
}

/// Until when a revocation was still to be carried out, as far as the run went.
instant pending_until(const page_facts& facts, const line_times& t) {
  return std::min(t.gone_last, facts.lives.now());
}

/// For some time something that had ended was still to be revoked.
bool pending(const page_facts& facts, const line_times& t) {
  return t.ended > 0 && pending_until(facts, t) > t.end_last;
}

void put_pending(mustache::object& to, const page_facts& facts, const line_times& t) {
  auto until = pending_until(facts, t);
  to["pending"] = mustache::data{pending(facts, t)};
  to["given_up"] = mustache::data{t.irrevocable > 0};
  put_span(to, "pending", facts.axis, t.end_last, until);
  put(to, "pending_end_x", facts.axis.percent(until));
}

mustache::list renewals_of(const page_facts& facts, const outline_node& node) {
  mustache::list result;
  if (!node.single())
    return result;
  const auto* at = facts.renewals.of(node.members.front());
  std::string before;
  for (auto renewed : at ? *at : std::vector<instant>{}) {
    auto x = facts.axis.percent(renewed);
    if (x == before)
      continue;
    mustache::object mark;
    put(mark, "renewal_x", x);
    result.push_back(std::move(mark));
    before = x;
  }
  return result;
}

/// The text of the drawing for who hovers over it or hears it.
std::string title_of(const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  const auto& t = facts.times[line];
  if (node.single()) {
    auto text = cause::sentence(facts.lives, facts.first_of(node));
    std::erase(text, '`');
    return text_report::escaped(text, 500);
  }
  auto text = text_report::grouped(node.members.size()) + ' ' +
              std::string{kind_mark(facts, node).words} + (node.rest ? "" : "s") + ", created " +
              range_text(t.created_first, t.created_last);
  if (t.ended == 0)
    return text + ", all alive";
  text += ", ended " + range_text(t.end_first, t.end_last);
  return text + ", " + std::string{end_mark(facts, node).words};
}

/// What stands to the right of a lifeline: the time, and the cause in two words.
void put_end(mustache::object& to, const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  const auto& t = facts.times[line];
  put(to, "end_time", t.ended > 0 ? range_text(t.end_first, t.end_last) : "");
  std::string words_of_end;
  if (node.mixed())
    words_of_end = t.ended > 0 ? text_report::grouped(t.ended) + " ended" : "alive";
  else if (node.single())
    words_of_end =
        cause::what_bound(facts.lives, facts.first_of(node), facts.ahead[node.members.front()]);
  else
    words_of_end = end_mark(facts, node).words;
  put(to, "end_words", text_report::shortened(text_report::escaped(words_of_end, 300), 60));
}

mustache::object lifeline_of(const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  const auto& t = facts.times[line];
  mustache::object row;
  put(row, "id", lifeline_id(line));
  put(row, "row", t.ended > 0 ? 'r' + std::to_string(line) : "s" + std::to_string(line));
  put(row, "name", line_name(facts, node));
  put(row, "times", node.single() ? "" : text_report::grouped(node.members.size()));
  put(row, "depth", std::to_string(std::min<std::uint32_t>(node.depth, outline_depth_max)));
  const auto& kind = kind_mark(facts, node);
  const auto& mark = end_mark(facts, node);
  put(row, "kind", std::string{kind.mark});
  put(row, "kind_words", std::string{kind.words});
  put(row, "mark", std::string{mark.mark});
  put(row, "title", title_of(facts, line));
  auto end = t.ended == node.members.size() ? t.end_last : facts.lives.now();
  put(row, "start_x", facts.axis.percent(t.created_first));
  put_span(row, "bar", facts.axis, t.created_first, end);
  auto all_alive_until = std::min(t.end_first, end);
  row["crowd"] = mustache::data{!node.single() && all_alive_until > t.created_last};
  put_span(row, "crowd", facts.axis, t.created_last, all_alive_until);
  put(row, "end_x", facts.axis.percent(end));
  put_advertised(row, facts, line, end);
  put_pending(row, facts, t);
  put_list(row, "renewals", renewals_of(facts, node));
  put_end(row, facts, line);
  return row;
}

/// The entries of a table whose marks are `used`.
template <std::size_t Count>
mustache::list legend(const std::array<mark_words, Count>& all,
                      const std::set<std::string_view>& used) {
  mustache::list result;
  for (const auto& [mark, words] : all) {
    if (used.count(mark) == 0)
      continue;
    mustache::object entry;
    put(entry, "legend_mark", std::string{mark});
    put(entry, "legend_words", std::string{words});
    result.push_back(std::move(entry));
  }
  return result;
}

void put_legends(mustache::object& to, const page_facts& facts) {
  std::set<std::string_view> kinds_used;
  std::set<std::string_view> ends_used;
  bool renewed = false;
  bool waited = false;
  bool off_axis = false;
  bool given_up = false;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line) {
    kinds_used.insert(kind_mark(facts, facts.lines.nodes[line]).mark);
    ends_used.insert(end_mark(facts, facts.lines.nodes[line]).mark);
    renewed = renewed || (facts.times[line].renewals > 0 && facts.lines.nodes[line].single());
    off_axis = off_axis || beyond(facts, line);
    given_up = given_up || facts.times[line].irrevocable > 0;
    waited = waited || pending(facts, facts.times[line]);
  }
  put_list(to, "kinds", legend(kind_marks, kinds_used));
  put_list(to, "marks", legend(end_marks, ends_used));
  to["legend_renewed"] = mustache::data{renewed};
  to["legend_beyond"] = mustache::data{off_axis};
  to["legend_given_up"] = mustache::data{given_up};
  to["legend_pending"] = mustache::data{waited};
}

mustache::list ticks_of(const time_axis& axis) {
  mustache::list result;
  bool odd = false;
  for (const auto& tick : axis.ticks()) {
    auto position = axis.position(tick.at);
    mustache::object mark;
    put(mark, "tick_x", percent_text(position));
    put(mark, "tick_label", tick.label);
    put(mark, "tick_place",
        position < time_axis::width / 40        ? "first"
        : position > time_axis::width * 19 / 20 ? "last"
                                                : "inner");
    mark["tick_odd"] = mustache::data{odd};
    result.push_back(std::move(mark));
    odd = !odd;
  }
  return result;
}

} // namespace

mustache::object lifelines_section(const page_facts& facts) {
  mustache::object result;
  mustache::list rows;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line)
    rows.push_back(lifeline_of(facts, line));
  put_list(result, "lifelines", rows);
  result["lifelines_many"] = mustache::data{rows.size() > lanes_in_sight};
  put_list(result, "ticks", ticks_of(facts.axis));
  put_legends(result, facts);
  put(result, "axis_end_ns", std::to_string(facts.axis.end().count()));
  put(result, "run_end_x", facts.axis.percent(facts.lives.now()));
  put(result, "after_w", span(facts.axis, facts.lives.now(), facts.axis.end()));
  result["after"] = mustache::data{facts.axis.end() > facts.lives.now()};
  return result;
}

} // namespace lapse::html
