#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/alike_lives.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace lapse::html {

namespace {

constexpr std::size_t cards_max = 10;
constexpr std::size_t cards_alone_max = 6;
constexpr std::size_t names_max = 6;

/// What ended by itself or by a request, with all that went along: one card of the page.
struct first_cause {
  std::vector<std::uint32_t> roots;   ///< lives
  std::vector<std::uint32_t> victims; ///< lives
};

/// The life whose end explains that of `i`: itself, or the topmost token that took it along.
std::uint32_t root_of(const page_facts& facts, std::uint32_t i) {
  const auto& end = facts.ends[i];
  if (end.cause != end_cause::ancestor)
    return i;
  auto because = facts.lives.slot_of(end.because);
  if (because == page_facts::none || facts.ends[because].at == never)
    return i;
  return because;
}

/// What the members of one card have in common. A revocation by prefix, a disabled mount and a tidy
/// are one act each, whatever they end.
std::string card_key(const page_facts& facts, std::uint32_t root, bool alone) {
  const auto& end = facts.ends[root];
  if (end.cause == end_cause::prefix || end.cause == end_cause::mount ||
      end.cause == end_cause::tidy)
    return std::string{to_string(end.cause)} + ' ' + std::to_string(end.by.value) + ' ' +
           std::to_string(end.at.count());
  if (alone)
    return std::to_string(root);
  return text_report::alike_key(facts.lives, facts.life(root), end, false);
}

std::vector<first_cause> gather(const page_facts& facts, bool alone) {
  std::vector<first_cause> cards;
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> index;
  for (std::uint32_t i = 0; i < facts.ends.size(); ++i) {
    if (facts.ends[i].at == never)
      continue;
    auto root = root_of(facts, i);
    auto [found, fresh] = index.try_emplace(card_key(facts, root, alone), cards.size());
    if (fresh)
      cards.emplace_back();
    (root == i ? cards[found->second].roots : cards[found->second].victims).push_back(i);
  }
  return cards;
}

instant first_end(const page_facts& facts, const first_cause& card) {
  auto first = never;
  for (auto i : card.roots)
    first = std::min(first, facts.ends[i].at);
  return first;
}

instant last_end(const page_facts& facts, const first_cause& card) {
  instant last{0};
  for (auto i : card.roots)
    last = std::max(last, facts.ends[i].at);
  return last;
}

std::string count_words(const page_facts& facts, const std::vector<std::uint32_t>& lives) {
  std::uint64_t leases = 0;
  for (auto i : lives)
    leases += facts.life(i).is_lease();
  return tokens_and_leases(lives.size() - leases, leases);
}

std::uint64_t given_up(const page_facts& facts, const std::vector<std::uint32_t>& lives) {
  return static_cast<std::uint64_t>(std::count_if(
      lives.begin(), lives.end(), [&](std::uint32_t i) { return facts.life(i).given_up; }));
}

mustache::object named(const page_facts& facts, std::uint32_t line) {
  mustache::object result;
  put(result, "name", line_name(facts, facts.lines.nodes[line]));
  put(result, "link", lifeline_id(line));
  put(result, "kind", std::string{kind_mark(facts, facts.lines.nodes[line]).mark});
  return result;
}

/// Puts the lines that `lives` stand on, each once; of many the first ones and the last.
void put_names(mustache::object& to, const std::string& key, const page_facts& facts,
               const std::vector<std::uint32_t>& lives) {
  std::vector<std::uint32_t> lines;
  for (auto i : lives) {
    auto line = facts.lines.node_of[i];
    if (std::find(lines.begin(), lines.end(), line) == lines.end())
      lines.push_back(line);
    if (lines.size() > names_max)
      break;
  }
  auto many = lines.size() > names_max;
  if (many)
    lines.resize(names_max / 2);
  mustache::list names;
  for (auto line : lines)
    names.push_back(named(facts, line));
  put_list(to, key, names);
  mustache::list last;
  if (many)
    last.push_back(named(facts, facts.lines.node_of[lives.back()]));
  put_list(to, key + "_last", last);
}

/// The longest time that something taken along was advertised and did not get.
std::string lost_words(const page_facts& facts, const first_cause& card) {
  duration most{0};
  for (auto i : card.victims) {
    auto advertised = facts.life(i).expire;
    if (advertised != never)
      most = std::max(most, advertised - facts.ends[i].at);
  }
  return most > duration::zero() ? ttl::readable_duration(most) : "";
}

std::string root_words(const page_facts& facts, const first_cause& card) {
  auto root = card.roots.front();
  const auto& end = facts.ends[root];
  auto why = cause::reason(facts.lives, facts.life(root));
  switch (end.cause) {
    case end_cause::deadline:
      return "expired: " + why;
    case end_cause::last_use:
      return "was used up: " + why;
    case end_cause::revoke:
      return fate_words(facts, root);
    default:
      return "ended because " + why;
  }
}

mustache::object card_of(const page_facts& facts, const first_cause& card) {
  mustache::object result;
  auto first = facts.lines.node_of[card.roots.front()];
  put(result, "when", range_text(first_end(facts, card), last_end(facts, card)));
  put(result, "mark", std::string{end_mark(facts.ends[card.roots.front()]).mark});
  put_names(result, "roots", facts, card.roots);
  put(result, "root_line", lifeline_id(first));
  put(result, "root_count", card.roots.size() > 1 ? count_words(facts, card.roots) : "");
  result["what"] = words(root_words(facts, card));
  auto can_take = std::any_of(card.roots.begin(), card.roots.end(),
                              [&](std::uint32_t i) { return !facts.life(i).is_lease(); });
  result["took_nothing"] = mustache::data{can_take && card.victims.empty()};
  put(result, "given_up_words",
      given_up_words(given_up(facts, card.roots) + given_up(facts, card.victims),
                     card.roots.size() + card.victims.size() == 1));
  put(result, "took", card.victims.empty() ? "" : count_words(facts, card.victims));
  put_names(result, "victims", facts, card.victims);
  put(result, "lost", lost_words(facts, card));
  return result;
}

} // namespace

mustache::object causes_section(const page_facts& facts) {
  auto cards = gather(facts, true);
  if (cards.size() > cards_alone_max)
    cards = gather(facts, false);
  // The greatest are shown, in order of time.
  std::stable_sort(cards.begin(), cards.end(), [](const first_cause& a, const first_cause& b) {
    return std::tuple{a.victims.size(), a.roots.size()} >
           std::tuple{b.victims.size(), b.roots.size()};
  });
  auto shown = std::min(cards.size(), cards_max);
  std::uint64_t deaths_left = 0;
  for (auto i = shown; i < cards.size(); ++i)
    deaths_left += cards[i].roots.size() + cards[i].victims.size();
  cards.resize(shown);
  std::stable_sort(cards.begin(), cards.end(), [&](const first_cause& a, const first_cause& b) {
    return first_end(facts, a) < first_end(facts, b);
  });
  mustache::list list;
  for (const auto& card : cards)
    list.push_back(card_of(facts, card));
  mustache::object result;
  put_list(result, "causes", list);
  result["one_cause"] = mustache::data{list.size() == 1};
  put(result, "causes_left", deaths_left > 0 ? text_report::plural(deaths_left, "more death") : "");
  return result;
}

} // namespace lapse::html
