#include "reports/cause/refusal_words.hpp"

#include "actors/ttl/duration.hpp"
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

/// Whether the limit that ended it is one that renewals cannot move, so that its length says more.
bool at_maximum(ttl_bound bound) noexcept {
  return bound == ttl_bound::mount_max || bound == ttl_bound::backend_max ||
         bound == ttl_bound::explicit_max;
}

std::string group_of(const lives::ledger& lives, const lives::life_record& life) {
  if (life.root && !life.above)
    return "the root token";
  if (!life.is_lease() && life.above)
    return "below " + quoted(lives.name(life.above));
  return life.path ? "from " + *life.path : std::string{};
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

std::string end_words(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return life.expire == never ? "never ends"
                                : "is to end at " + ttl::format_duration(life.expire);
  const auto expired = end.cause == end_cause::deadline;
  auto text = std::string{expired                            ? "expired"
                          : end.cause == end_cause::last_use ? "ended"
                                                             : "was revoked"} +
              " at " + ttl::format_duration(end.at) + ": ";
  return text + full_reason(lives, life);
}

std::string full_reason(const lives::ledger& lives, const lives::life_record& life) {
  const auto end = lives.end_of(life);
  if (end.at == never)
    return {};
  auto text = reason(lives, life);
  if (end.cause == end_cause::deadline && at_maximum(life.bound))
    text += " (" + ttl::format_duration(end.at - life.created) + ')';
  const auto* top = end.cause == end_cause::ancestor ? lives.find(end.because) : nullptr;
  // Of other ends the reason of what was taken along says as much.
  if (top != nullptr && lives.end_of(*top).cause == end_cause::deadline)
    text += ": " + full_reason(lives, *top);
  return text;
}

std::string refusal_words(const lives::ledger& lives, const refusal_ptr& refused,
                          const credential& by) {
  if (!refused)
    return {};
  const auto& why = refused->reason();
  const auto* life = by.id ? lives.find(by.id) : nullptr;
  const auto ended = life != nullptr && lives.end_of(*life).at != never;
  if (ended && (why.kind == refusal_kind::no_life || why.kind == refusal_kind::used_up))
    return quoted(lives.name(*life)) + ' ' + end_words(lives, *life);
  return why.text;
}

std::string readable_error(std::string_view error) {
  auto list = error.find(":\n\t* ");
  if (list == std::string_view::npos || error.substr(0, list).find(" occurred") == error.npos)
    return std::string{error};
  std::string result;
  for (auto rest = error.substr(list + 2); !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with("\t* "))
      line.remove_prefix(3);
    if (!line.empty())
      (result += result.empty() ? "" : "; ") += line;
  }
  return result;
}

std::string tokens_words(const lives::ledger& lives) {
  return largest_groups(lives, [&](const lives::life_record& life) {
    return !life.is_lease() && !life.is_gone() && (!life.batch() || life.stands(lives.now()));
  });
}

std::string leases_words(const lives::ledger& lives) {
  return largest_groups(lives, [](const lives::life_record& life) {
    return life.is_lease() ? !life.is_gone() : life.has_lease && !life.is_gone();
  });
}

} // namespace lapse::cause
