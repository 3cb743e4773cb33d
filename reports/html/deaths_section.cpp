#include "reports/chronicle/cause.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>

namespace lapse {

namespace {

constexpr std::size_t chain_links_max = 6;

std::string until(instant at) {
  return at == never ? "never" : readable(at);
}

std::string until_range(instant first, instant last) {
  return first == last ? until(first) : until(first) + " – " + until(last);
}

/// What name, kind and place in the tree a row has.
mustache::object row_of(const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  const auto& t = facts.times[line];
  mustache::object row;
  put(row, "id", 'r' + std::to_string(line));
  put(row, "link", lifeline_id(line));
  put(row, "name", line_name(facts, line));
  auto kind = kind_mark(facts, line);
  put(row, "kind", std::string{kind});
  put(row, "kind_words", std::string{kind_words(kind)});
  put(row, "times", node.single() ? "" : grouped(node.members.size()));
  put(row, "above", node.above == page_facts::none ? "" : line_name(facts, node.above));
  put(row, "above_link", node.above == page_facts::none ? "" : lifeline_id(node.above));
  put(row, "created", range_text(t.created_first, t.created_last));
  put(row, "created_key", sort_key(t.created_first));
  put(row, "advertised", until_range(t.advertised_first, t.advertised_last));
  put(row, "advertised_key", sort_key(t.advertised_first));
  put(row, "lived", range_text(t.lived_least, t.lived_most));
  put(row, "lived_key", sort_key(t.lived_most));
  put(row, "renewals", t.renewals > 0 ? plural(t.renewals, "renewal") : "");
  return row;
}

mustache::object link_of(const page_facts& facts, std::uint32_t life, bool first) {
  auto line = facts.lines.node_of[life];
  mustache::object link;
  put(link, "step_name", line_name(facts, line));
  put(link, "step_link", lifeline_id(line));
  put(link, "step_fate", first ? fate_words(facts, life) + " at " + readable(facts.ends[life].at)
                               : "");
  return link;
}

/// From the first cause down to what stands right above `life`: "app expired at 1h → job".
mustache::list chain_of(const page_facts& facts, std::uint32_t life) {
  const auto& end = facts.ends[life];
  mustache::list chain;
  if (end.cause != end_cause::ancestor)
    return chain;
  std::vector<std::uint32_t> path;
  auto because = facts.find(end.because);
  for (auto at = facts.find(facts.life(life).above); at != page_facts::none;
       at = facts.find(facts.life(at).above)) {
    path.push_back(at);
    if (at == because || path.size() > facts.ends.size())
      break;
  }
  if (because != page_facts::none && (path.empty() || path.back() != because))
    path.push_back(because);
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    if (chain.size() == chain_links_max && path.size() > chain_links_max + 1)
      break;
    chain.push_back(link_of(facts, *at, chain.empty()));
  }
  return chain;
}

/// What had been promised and was not given.
std::string lost_of(const page_facts& facts, const outline_node& node) {
  auto i = node.members.front();
  auto told = facts.life(i).advertised_end;
  if (!node.single() || told == never || told <= facts.ends[i].at)
    return {};
  return readable(told - facts.ends[i].at);
}

std::string aftermath_of(const page_facts& facts, std::uint32_t line) {
  const auto& t = facts.times[line];
  if (t.irrevocable > 0)
    return facts.lines.nodes[line].single()
             ? "its revocation was given up"
             : "the revocation of " + grouped(t.irrevocable) + " was given up";
  if (t.gone_last == never)
    return "its revocation has not been carried out";
  if (t.gone_last > t.end_last)
    return "revocation carried out at " + readable(t.gone_last);
  return {};
}

mustache::object death_of(const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  const auto& t = facts.times[line];
  auto row = row_of(facts, line);
  auto mark = end_mark(facts, line);
  put(row, "mark", std::string{mark});
  put(row, "mark_words", std::string{end_words(mark)});
  put(row, "ended", range_text(t.end_first, t.end_last));
  put(row, "ended_key", sort_key(t.end_first));
  row["why"] = words((node.single() || node.rest ? "" : "each: ") + line_reason(facts, line));
  put_list(row, "chain",
           node.rest && !node.single() ? mustache::list{} : chain_of(facts, node.members.front()));
  put(row, "lost", lost_of(facts, node));
  put(row, "aftermath", aftermath_of(facts, line));
  return row;
}

mustache::object survivor_of(const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  auto first = never;
  auto last = instant{0};
  for (auto i : node.members) {
    first = std::min(first, facts.ahead[i].end);
    last = std::max(last, facts.ahead[i].end);
  }
  auto row = row_of(facts, line);
  put(row, "id", 's' + std::to_string(line));
  auto which = node.members.front();
  auto through = facts.ahead[which].through;
  put(row, "due", until_range(first, last));
  put(row, "due_key", sort_key(first));
  std::string why;
  if (first == never)
    why = "it never ends by itself";
  else if (through && node.single())
    why = '`' + facts.book.name(through) + "` above it ends first";
  else if (through)
    why = "a token above ends first";
  else
    why = std::string{bound_words(facts.life(which).bound)};
  row["why"] = words(why);
  return row;
}

std::uint64_t dead(const page_facts& facts) {
  return static_cast<std::uint64_t>(
    std::count_if(facts.ends.begin(), facts.ends.end(),
                  [](const ending& end) { return end.at != never; }));
}

} // namespace

mustache::object deaths_section(const page_facts& facts) {
  std::vector<std::uint32_t> rows;
  std::uint64_t summed_up = 0;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line) {
    if (facts.times[line].ended == 0)
      continue;
    rows.push_back(line);
    if (!facts.lines.nodes[line].single())
      summed_up += facts.times[line].ended;
  }
  std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
    return facts.times[a].end_first < facts.times[b].end_first;
  });
  mustache::list list;
  for (auto line : rows)
    list.push_back(death_of(facts, line));
  mustache::object result;
  put_list(result, "deaths", list);
  put(result, "dead", grouped(dead(facts)));
  put(result, "lives", grouped(facts.ends.size()));
  put(result, "rows", plural(rows.size(), "row"));
  put(result, "summed_up", summed_up > 0 ? grouped(summed_up) : "");
  return result;
}

mustache::object survivors_section(const page_facts& facts) {
  mustache::list list;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line)
    if (facts.times[line].ended == 0)
      list.push_back(survivor_of(facts, line));
  mustache::object result;
  put_list(result, "survivors", list);
  put(result, "survivor_count", grouped(facts.ends.size() - dead(facts)));
  put(result, "now", readable(facts.book.now()));
  return result;
}

} // namespace lapse
