#include "actors/ttl/duration.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>

namespace lapse::html {

namespace {

/// Places of the slider: instants at which something began or ended, evenly thinned out.
constexpr std::size_t places_max = 200;

std::vector<instant> places_of(const page_facts& facts) {
  std::vector<instant> all = {instant{0}, facts.lives.now()};
  for (std::uint32_t i = 0; i < facts.ends.size(); ++i) {
    all.push_back(facts.life(i).created);
    if (facts.ends[i].at != never)
      all.push_back(facts.ends[i].at);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() <= places_max)
    return all;
  std::vector<instant> result;
  for (std::size_t i = 0; i < places_max; ++i)
    result.push_back(all[i * (all.size() - 1) / (places_max - 1)]);
  return result;
}

/// Of a tree of more lines, only the uppermost branches are open.
constexpr std::size_t open_lines_max = 60;
constexpr std::uint32_t open_depth_max = 1;

/// First place at or after `at`; one past the last for `never`.
std::size_t place_of(const std::vector<instant>& places, instant at) {
  return static_cast<std::size_t>(std::lower_bound(places.begin(), places.end(), at) -
                                  places.begin());
}

/// How many of a line live, wherever that changes: "0:1 3:4 7:0".
std::string counts_of(const page_facts& facts, const outline_node& node,
                      const std::vector<instant>& places) {
  std::vector<std::int64_t> changes(places.size() + 1);
  for (auto i : node.members) {
    ++changes[place_of(places, facts.life(i).created)];
    --changes[place_of(places, facts.ends[i].at)];
  }
  std::string text;
  std::int64_t now = 0;
  for (std::size_t place = 0; place < places.size(); ++place) {
    if (changes[place] == 0)
      continue;
    now += changes[place];
    text += (text.empty() ? "" : " ") + std::to_string(place) + ':' + std::to_string(now);
  }
  return text;
}

void put_state(mustache::object& to, const page_facts& facts, std::uint32_t line) {
  const auto& node = facts.lines.nodes[line];
  const auto& t = facts.times[line];
  auto alive = node.members.size() - t.ended;
  to["dead"] = mustache::data{alive == 0};
  auto ended = t.ended == 0    ? std::string{}
               : node.single() ? "ended " + ttl::readable_duration(t.end_first) + ", " +
                                     std::string{end_mark(facts, node).words}
                               : "all ended by " + ttl::readable_duration(t.end_last);
  put(to, "ended_words", ended);
  if (alive == 0)
    put(to, "state", ended);
  else
    put(to, "state",
        node.single() ? "alive"
                      : text_report::grouped(alive) + " of " +
                            text_report::grouped(node.members.size()) + " alive");
}

mustache::object leaf_of(const page_facts& facts, const std::vector<instant>& places,
                         std::uint32_t line) {
  const auto& nodes = facts.lines.nodes;
  const auto& node = nodes[line];
  mustache::object leaf;
  put(leaf, "name", line_name(facts, node));
  put(leaf, "link", lifeline_id(line));
  put(leaf, "times", node.single() ? "" : text_report::grouped(node.members.size()));
  put(leaf, "size", node.single() ? "" : std::to_string(node.members.size()));
  const auto& kind = kind_mark(facts, node);
  put(leaf, "kind", std::string{kind.mark});
  put(leaf, "kind_words", std::string{kind.words});
  put(leaf, "counts", counts_of(facts, node, places));
  put_state(leaf, facts, line);
  auto next_depth = line + 1 < nodes.size() ? nodes[line + 1].depth : 0;
  leaf["branches"] = mustache::data{next_depth > node.depth};
  leaf["folded"] = mustache::data{nodes.size() > open_lines_max && node.depth >= open_depth_max};
  mustache::list closings;
  for (auto depth = next_depth; depth < node.depth; ++depth)
    closings.push_back(mustache::data{true});
  leaf["closings"] = mustache::data{closings};
  return leaf;
}

} // namespace

mustache::object tree_section(const page_facts& facts) {
  auto places = places_of(facts);
  mustache::list leaves;
  for (std::uint32_t line = 0; line < facts.lines.nodes.size(); ++line)
    leaves.push_back(leaf_of(facts, places, line));
  std::string labels;
  std::string positions;
  for (auto at : places) {
    labels += (labels.empty() ? "" : " ") + ttl::readable_duration(at);
    positions += (positions.empty() ? "" : " ") + facts.axis.percent(at);
  }
  mustache::object result;
  put_list(result, "leaves", leaves);
  put(result, "place_labels", labels);
  put(result, "place_positions", positions);
  put(result, "place_last", std::to_string(places.size() - 1));
  result["thinned"] = mustache::data{places.size() == places_max};
  put(result, "now", ttl::readable_duration(facts.lives.now()));
  return result;
}

} // namespace lapse::html
