#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <utility>

namespace lapse::html {

namespace {

constexpr std::size_t chain_links_max = 6;
/// A table longer than this scrolls by itself, so that what follows is not far away.
constexpr std::size_t rows_in_sight = 24;
/// More deaths than this are not listed one by one, or the page would grow beyond 2 MB.
constexpr std::uint64_t deaths_alone_max = 1000;

std::string until(instant at) { return at == never ? "never" : ttl::readable_duration(at); }

std::string until_range(instant first, instant last) {
  return first == last ? until(first) : until(first) + " – " + until(last);
}

/// One row of a table: a line of the outline, or one member of a crowd.
struct table_row {
  outline_node node;
  line_times times;
  std::uint32_t line = 0;
  /// Where the lifeline's link leads: set on the first row of each line.
  bool anchor = true;
};

/// What stands above a row, and the lifeline that shows it.
void put_above(mustache::object& to, const page_facts& facts, const outline_node& node) {
  std::string name;
  std::string link;
  auto above = facts.first_of(node).above_slot;
  if (node.single() && above != page_facts::none) {
    name = line_name(facts, outline_node{{above}});
    link = lifeline_id(facts.lines.node_of[above]);
  } else if (!node.single() && node.above != page_facts::none) {
    name = line_name(facts, facts.lines.nodes[node.above]);
    link = lifeline_id(node.above);
  }
  put(to, "above", name);
  put(to, "above_link", link);
}

/// What name, kind and place in the tree a row has.
mustache::object row_of(const page_facts& facts, const table_row& what, char id) {
  const auto& node = what.node;
  const auto& t = what.times;
  mustache::object row;
  put(row, "id", what.anchor ? id + std::to_string(what.line) : "");
  put(row, "link", lifeline_id(what.line));
  put(row, "name", line_name(facts, node));
  const auto& kind = kind_mark(facts, node);
  put(row, "kind", std::string{kind.mark});
  put(row, "kind_words", std::string{kind.words});
  put(row, "times", node.single() ? "" : text_report::grouped(node.members.size()));
  put_above(row, facts, node);
  put(row, "created", range_text(t.created_first, t.created_last));
  put(row, "created_key", sort_key(t.created_first));
  put(row, "advertised", until_range(t.advertised_first, t.advertised_last));
  put(row, "advertised_key", sort_key(t.advertised_first));
  put(row, "lived", range_text(t.lived_least, t.lived_most));
  put(row, "lived_key", sort_key(t.lived_most));
  put(row, "renewals", t.renewals > 0 ? text_report::plural(t.renewals, "renewal") : "");
  return row;
}

mustache::object link_of(const page_facts& facts, std::uint32_t life, bool first) {
  auto line = facts.lines.node_of[life];
  mustache::object link;
  put(link, "step_name", line_name(facts, outline_node{{life}}));
  put(link, "step_link", lifeline_id(line));
  link["step_fate_some"] = mustache::data{first};
  link["step_fate"] =
      words(first ? fate_words(facts, life) + " at " + dated(facts, facts.ends[life].at) : "");
  return link;
}

/// From the first cause down to what stands right above `life`: "app expired at 1h → job".
mustache::list chain_of(const page_facts& facts, std::uint32_t life) {
  const auto& end = facts.ends[life];
  mustache::list chain;
  if (end.cause != end_cause::ancestor)
    return chain;
  std::vector<std::uint32_t> path;
  auto because = facts.lives.slot_of(end.because);
  for (auto at = facts.life(life).above_slot; at != page_facts::none;
       at = facts.life(at).above_slot) {
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
  auto advertised = facts.life(i).expire;
  if (!node.single() || advertised == never || advertised <= facts.ends[i].at)
    return {};
  return ttl::readable_duration(advertised - facts.ends[i].at);
}

std::string aftermath_of(const table_row& what) {
  const auto& t = what.times;
  if (t.irrevocable > 0)
    return given_up_words(t.irrevocable, what.node.single());
  if (t.gone_last == never)
    return "its revocation has not been carried out";
  if (t.gone_last > t.end_last)
    return "revocation carried out at " + ttl::readable_duration(t.gone_last);
  return {};
}

mustache::object death_of(const page_facts& facts, const table_row& what) {
  const auto& node = what.node;
  const auto& t = what.times;
  auto row = row_of(facts, what, 'r');
  const auto& mark = end_mark(facts, node);
  put(row, "mark", std::string{mark.mark});
  put(row, "mark_words", std::string{mark.words});
  put(row, "ended",
      dated(facts, t.end_first) +
          (t.end_first == t.end_last ? "" : " – " + dated(facts, t.end_last)));
  put(row, "ended_key", sort_key(t.end_first));
  row["why"] =
      words(capital((node.single() || node.rest ? "" : "each: ") + line_reason(facts, node)));
  put_list(row, "chain", node.mixed() ? mustache::list{} : chain_of(facts, node.members.front()));
  put(row, "lost", lost_of(facts, node));
  put(row, "aftermath", aftermath_of(what));
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
  auto row = row_of(facts, {node, facts.times[line], line}, 's');
  auto which = node.members.front();
  auto through = facts.ahead[which].through;
  put(row, "due", until_range(first, last));
  std::string why;
  if (first == never)
    why = "it never ends by itself";
  else if (through && node.single())
    why = cause::quoted(facts.lives.name(through)) + " above it ends first";
  else if (through)
    why = "a token above ends first";
  else
    why = std::string{cause::bound_words(facts.life(which).bound)};
  row["why"] = words(capital(why));
  return row;
}

/// All deaths one by one if there are few enough to read, else by lines; in order of time.
std::vector<table_row> death_rows(const page_facts& facts, std::uint64_t deaths) {
  std::vector<table_row> rows;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line) {
    const auto& node = facts.lines.nodes[line];
    if (facts.times[line].ended == 0)
      continue;
    if (deaths > deaths_alone_max || node.single()) {
      rows.push_back({node, facts.times[line], line});
      continue;
    }
    bool anchor = true;
    for (auto member : node.members) {
      if (facts.ends[member].at == never)
        continue;
      outline_node alone{{member}, node.above, node.depth};
      rows.push_back({alone, times_of(facts, alone), line, std::exchange(anchor, false)});
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const table_row& a, const table_row& b) {
    return a.times.end_first < b.times.end_first;
  });
  return rows;
}

std::uint64_t dead(const page_facts& facts) {
  return static_cast<std::uint64_t>(
      std::count_if(facts.ends.begin(), facts.ends.end(),
                    [](const lives::ending& end) { return end.at != never; }));
}

} // namespace

mustache::object deaths_section(const page_facts& facts) {
  auto deaths = dead(facts);
  mustache::list list;
  std::uint64_t summed_up = 0;
  for (const auto& row : death_rows(facts, deaths)) {
    list.push_back(death_of(facts, row));
    if (!row.node.single())
      summed_up += row.times.ended;
  }
  mustache::object result;
  result["deaths_many"] = mustache::data{list.size() > rows_in_sight};
  put_list(result, "deaths", list);
  put(result, "dead", text_report::grouped(deaths));
  put(result, "lives", text_report::grouped(facts.ends.size()));
  put(result, "summed_up", summed_up > 0 ? text_report::grouped(summed_up) : "");
  return result;
}

mustache::object survivors_section(const page_facts& facts) {
  mustache::list list;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line)
    if (facts.times[line].ended == 0)
      list.push_back(survivor_of(facts, line));
  mustache::object result;
  put_list(result, "survivors", list);
  put(result, "survivor_count", text_report::grouped(facts.ends.size() - dead(facts)));
  put(result, "now", ttl::readable_duration(facts.lives.now()));
  return result;
}

} // namespace lapse::html
