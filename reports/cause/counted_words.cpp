#include "reports/cause/counted_words.hpp"

#include "reports/cause/cause.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lapse::cause {

namespace {

constexpr std::size_t groups_shown_max = 3;

std::string group_of(const lives::ledger& lives, const lives::life_record& life) {
  if (life.root && !life.above)
    return "the root token";
  if (!life.is_lease() && life.above)
    return "below " + quoted(lives.name(life.above));
  return life.path() ? "from " + *life.path() : std::string{};
}

/// The largest groups of those that `counted` picks, the first made first among equals.
template <class Counted>
std::string largest_groups(const lives::ledger& lives, Counted&& counted) {
  std::vector<std::pair<std::string, std::uint64_t>> groups;
  // Only looked up, never iterated.
  std::unordered_map<std::string, std::size_t> places;
  for (const auto& life : lives.all()) {
    if (!counted(life))
      continue;
    auto name = group_of(lives, life);
    if (name.empty())
      continue;
    auto [at, fresh] = places.emplace(name, groups.size());
    if (fresh)
      groups.emplace_back(std::move(name), 0);
    ++groups[at->second].second;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string result;
  for (std::size_t i = 0; i < std::min(groups.size(), groups_shown_max); ++i) {
    const auto& [name, count] = groups[i];
    result += result.empty() ? "" : ", ";
    result += name.starts_with("the ") ? name : std::to_string(count) + ' ' + name;
  }
  if (groups.size() > groups_shown_max)
    result += ", others from " + std::to_string(groups.size() - groups_shown_max) + " more places";
  return result;
}

} // namespace

std::string tokens_words(const lives::ledger& lives) {
  return largest_groups(lives, [&](const lives::life_record& life) {
    return !life.is_lease() && !life.is_gone() && (!life.batch() || life.stands(lives.now()));
  });
}

std::string leases_words(const lives::ledger& lives) {
  return largest_groups(lives, [](const lives::life_record& life) {
    return !life.is_gone() && (life.is_lease() || life.has_lease);
  });
}

std::string secret_leases_words(const lives::ledger& lives) {
  return largest_groups(
      lives, [](const lives::life_record& life) { return life.is_lease() && !life.is_gone(); });
}

std::string credentials_words(const lives::ledger& lives) {
  return largest_groups(lives, [](const lives::life_record& life) { return life.credentials > 0; });
}

} // namespace lapse::cause
