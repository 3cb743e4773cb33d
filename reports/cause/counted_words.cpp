#include "reports/cause/counted_words.hpp"

#include "actors/lives/handle_family.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/amounts.hpp"
#include "reports/cause/cause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lapse::cause {

namespace {

constexpr std::size_t groups_shown_max = 3;
/// Fewer than this many, and nobody can say how steadily they come.
constexpr std::size_t steady_min = 10;

/// Those made at one instant.
struct wave {
  instant at{0};
  std::uint64_t count = 0;
};

struct group {
  std::string words;
  bool root = false;
  std::uint64_t count = 0;
  std::vector<wave> waves;
  duration advertised{0};
  /// All were granted the same, and none was renewed.
  bool same_life = true;

  void add(const lives::life_record& life) {
    if (waves.empty() || waves.back().at != life.created)
      waves.push_back({life.created, 0});
    ++waves.back().count;
    if (count++ == 0)
      advertised = life.advertised;
    same_life = same_life && life.renewals == 0 && life.advertised == advertised;
  }

  /// "3,000 new every 15m", "600 new an hour"; empty: they come in no such way.
  [[nodiscard]] std::string arrivals() const {
    if (waves.size() < 2)
      return {};
    // The first wave may have ended in part, and the last may still be coming.
    const auto first = waves.begin() + (waves.size() > 3 ? 1 : 0);
    const auto last = waves.end() - (waves.size() > 2 ? 1 : 0);
    const auto apart = waves[1].at - waves[0].at;
    auto regular = std::all_of(first, last, [&](const wave& w) { return w.count == first->count; });
    for (std::size_t i = 1; i < waves.size(); ++i)
      regular = regular && waves[i].at - waves[i - 1].at == apart;
    if (regular)
      return fmt::format("{} new every {}", grouped(first->count), ttl::readable_duration(apart));
    const auto span = waves.back().at - waves.front().at;
    if (count < steady_min || span <= duration::zero())
      return {};
    const auto hour = duration{std::chrono::hours{1}};
    // Of as many gaps as there are, without an overflow.
    const auto each = std::max(span / static_cast<std::int64_t>(count - 1), duration{1});
    return fmt::format("about {} new an hour", grouped(static_cast<std::uint64_t>(hour / each)));
  }

  [[nodiscard]] std::string text() const {
    if (root)
      return "the root token";
    auto noun_end = std::min(words.find(' '), words.size());
    auto result = count == 1 ? "1 is a " + words
                             : fmt::format("{} are {}s{}", grouped(count),
                                           words.substr(0, noun_end), words.substr(noun_end));
    const auto how = arrivals();
    if (how.empty())
      return result;
    result += " (" + how;
    if (same_life && advertised > duration::zero())
      result += " x " + ttl::readable_duration(advertised);
    return result + ')';
  }
};

/// The owner of a lease, by its family if it has one; of a token the family alone, which a number
/// at the end of its handle shows.
std::string_view family_of(const lives::ledger& lives, const lives::life_record& life) {
  const auto handle = lives::owner_handle(lives, life);
  const auto family = lives::handle_family(handle);
  return family.size() < handle.size() || life.is_lease() ? family : std::string_view{};
}

/// Where it comes from: `by approle/web`, `from database/creds/ro`, `below `app``.
std::string source_of(const lives::ledger& lives, const lives::life_record& life) {
  if (life.is_lease())
    return life.path() ? " from " + *life.path() : std::string{};
  if (const auto login = lives.login_source(life); !login.empty())
    return " by " + login;
  auto result = life.with_role && life.role() ? " of role " + quoted(*life.role()) : std::string{};
  if (const auto* above = lives.get(life.above_slot)) {
    const auto family = lives::handle_family(lives.handle(*above));
    result += " below " + quoted(family.empty() ? lives.name(*above) : std::string{family});
  }
  return result;
}

bool is_root(const lives::life_record& life) { return life.root && !life.above; }

/// Those of one source are told apart by family where there are few of them.
class families {
public:
  void add(std::string_view family) {
    if (!family.empty() && seen_.size() <= families_shown_max &&
        std::find(seen_.begin(), seen_.end(), family) == seen_.end())
      seen_.emplace_back(family);
  }

  /// What has just been made has no handle yet: it is taken for one of the only family.
  [[nodiscard]] std::string words(std::string_view family) const {
    if (seen_.size() > families_shown_max)
      return {};
    if (family.empty() && seen_.size() == 1)
      family = seen_.front();
    return family.empty() ? std::string{} : " of " + quoted(std::string{family});
  }

private:
  static constexpr std::size_t families_shown_max = 3;
  std::vector<std::string> seen_;
};

} // namespace

std::string whose_words(const lives::ledger& lives,
                        const std::function<bool(const lives::life_record&)>& counted) {
  // Both are only looked up, never iterated.
  std::unordered_map<std::string, families> sources;
  std::unordered_map<std::string, std::size_t> places;
  const auto kind = [&](const lives::life_record& life) {
    return (life.is_lease() ? "lease" : "token") + source_of(lives, life);
  };
  for (const auto& life : lives.all())
    if (counted(life))
      sources[kind(life)].add(family_of(lives, life));
  std::vector<group> groups;
  for (const auto& life : lives.all()) {
    if (!counted(life))
      continue;
    auto words = kind(life);
    constexpr std::size_t noun = 5;
    words.insert(noun, sources[words].words(family_of(lives, life)));
    const auto root = is_root(life);
    const auto [at, fresh] = places.emplace(root ? "root" : words, groups.size());
    if (fresh)
      groups.push_back({std::move(words), root, 0, {}, {}, true});
    groups[at->second].add(life);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const group& a, const group& b) { return a.count > b.count; });
  std::string result;
  for (std::size_t i = 0; i < std::min(groups.size(), groups_shown_max); ++i)
    result += (result.empty() ? "" : ", ") + groups[i].text();
  if (groups.size() > groups_shown_max)
    result += ", others from " + plural(groups.size() - groups_shown_max, "more place");
  return result;
}

std::string unleased_words(const lives::ledger& lives) {
  std::map<std::string, std::uint64_t> groups;
  for (const auto& one : lives.unleased()) {
    const auto* maker = lives.get(one.maker);
    const auto family = maker == nullptr ? std::string_view{} : family_of(lives, *maker);
    ++groups["of " + quoted(lives.mount(one)) +
             (maker == nullptr
                  ? std::string{}
                  : " for " + quoted(family.empty() ? lives.name(*maker) : std::string{family}))];
  }
  std::vector<std::pair<std::string, std::uint64_t>> largest(groups.begin(), groups.end());
  std::stable_sort(largest.begin(), largest.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  largest.resize(std::min(largest.size(), groups_shown_max));
  std::string result;
  for (const auto& [words, count] : largest)
    result += (result.empty() ? "" : ", ") + grouped(count) + (count == 1 ? " is" : " are") +
              " without a lease, " + words;
  return result;
}

} // namespace lapse::cause
