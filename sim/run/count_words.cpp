#include "sim/run/count_words.hpp"

#include "actors/lives/handle_family.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/amounts.hpp"
#include "reports/cause/cause.hpp"
#include "reports/cause/counted_words.hpp"
#include "sim/run/filtered_counts.hpp"
#include "sim/run/rate_window.hpp"
#include "sim/run/world_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace lapse::run {

namespace {

/// Before whose it is.
constexpr std::string_view whose_mark = "; ";

std::string number(std::int64_t count) {
  return cause::grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)));
}

std::string filter_words(const plan::count_filter& filter) {
  std::string result;
  if (!filter.mount.empty())
    result += " of " + filter.mount;
  if (!filter.role.empty())
    result += " with role " + filter.role;
  if (!filter.of.empty())
    result += " of " + cause::quoted(filter.of);
  return result;
}

std::string bounds_words(const plan::bounds& bounds) {
  if (bounds.at_least && bounds.at_most && *bounds.at_least == *bounds.at_most)
    return "exactly " + number(*bounds.at_least);
  std::string result;
  if (bounds.at_least)
    result = "at least " + number(*bounds.at_least);
  if (bounds.at_most)
    result += (result.empty() ? "at most " : " and at most ") + number(*bounds.at_most);
  return result;
}

} // namespace

std::string subject_of(const plan::count_check& count) {
  return std::string{to_string(count.what)} + filter_words(count.filter);
}

std::string who_is_counted(const plan::count_check& count, const lives::ledger& lives) {
  switch (count.what) {
    case plan::count_word::tokens:
    case plan::count_word::accessors:
    case plan::count_word::leases:
    case plan::count_word::secret_leases:
      return cause::whose_words(lives, [&](const lives::life_record& life) {
        return is_counted(lives, life, count.what, count.filter);
      });
    case plan::count_word::cubbyholes:
      return cause::whose_words(lives, [](const lives::life_record& life) {
        return life.has_cubbyhole && !life.is_gone();
      });
    case plan::count_word::credentials: {
      auto result = cause::whose_words(
          lives, [](const lives::life_record& life) { return life.credentials > 0; });
      const auto others = cause::unleased_words(lives);
      return result + (result.empty() || others.empty() ? "" : ", ") + others;
    }
    case plan::count_word::backend_revocations:
      return cause::whose_words(lives, [](const lives::life_record& life) { return life.revoked; });
  }
  return {};
}

std::string count_words(const plan::count_check& count, std::int64_t value,
                        std::optional<instant> at, bool within, const lives::ledger& lives) {
  std::string noun{to_string(count.what)};
  std::replace(noun.begin(), noun.end(), '_', ' ');
  noun.pop_back(); // its s
  auto result = cause::plural(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)), noun) +
                filter_words(count.filter);
  if (at)
    result += " at " + ttl::readable_duration(*at);
  if (!within)
    result += ", " + bounds_words(count.expected);
  const auto who = who_is_counted(count, lives);
  return who.empty() ? result : result.append(whose_mark) + who;
}

std::string rate_words(const rate_window& seen, const lives::ledger& lives) {
  const auto& what = seen.what();
  const auto& all = seen.seen();
  const auto kind = what.of.value_or(attempt_kind::other);
  auto result =
      fmt::format("{} {} in {} up to {}, at most {}", number(static_cast<std::int64_t>(all.size())),
                  plural_of(kind), ttl::readable_duration(what.per),
                  ttl::readable_duration(all.back().at), number(what.at_most));
  std::map<std::string, std::uint64_t> groups;
  for (const auto& one : all) {
    const auto* life = lives.find(one.by);
    if (life != nullptr) {
      const auto family = lives::handle_family(lives.handle(*life));
      ++groups["by " + cause::quoted(family.empty() ? lives.name(*life) : std::string{family})];
    } else if (one.mount) {
      ++groups["at " + one.mount->path];
    }
  }
  std::vector<std::pair<std::string, std::uint64_t>> largest(groups.begin(), groups.end());
  std::stable_sort(largest.begin(), largest.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  constexpr std::size_t groups_shown_max = 3;
  largest.resize(std::min(largest.size(), groups_shown_max));
  for (const auto& [words, count] : largest) {
    result += &words == &largest.front().first ? whose_mark : std::string_view{", "};
    result += number(static_cast<std::int64_t>(count)) + ' ' + words;
  }
  return result;
}

std::string_view without_whose(std::string_view evidence) {
  for (auto at = evidence.find(whose_mark); at != std::string_view::npos;
       at = evidence.find(whose_mark, at + 1)) {
    const auto rest = evidence.substr(at + whose_mark.size());
    if (!rest.empty() &&
        ((rest.front() >= '0' && rest.front() <= '9') || rest.starts_with("the root token")))
      return evidence.substr(0, at);
  }
  return evidence;
}

} // namespace lapse::run
