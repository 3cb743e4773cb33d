#include "reports/html/facts.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace lapse::html {

namespace {

/// Tokens whose end took most along get lines of their own, at most so many.
constexpr std::size_t pinned_causes_max = 16;
constexpr std::size_t pinned_names_max = 32;
/// The axis goes on to the last advertised end, but not further than so many times the run: what
/// happened must stay readable. Where little happened it may be further.
constexpr std::int64_t run_widths_max = 3;
constexpr std::int64_t run_widths_max_if_few = 10;
constexpr std::size_t few_instants = 8;
/// The axis of a run that took no time is no longer than this, or it would show nothing but
/// emptiness.
constexpr instant axis_of_no_time_max{std::chrono::minutes{1}};

std::vector<lives::ending> ends_of(const lives::ledger& lives) {
  std::vector<lives::ending> result;
  result.reserve(lives.size());
  for (const auto& life : lives.all())
    result.push_back(lives.end_of(life));
  return result;
}

std::vector<std::uint32_t> taken_by(const page_facts& facts) {
  std::vector<std::uint32_t> result(facts.ends.size());
  for (const auto& end : facts.ends) {
    if (end.at == never || end.cause != end_cause::ancestor)
      continue;
    if (auto because = facts.lives.slot_of(end.because); because != page_facts::none)
      ++result[because];
  }
  return result;
}

/// What must not drown in a crowd: the subjects of failed expectations, and the greatest causes.
std::vector<bool> pinned_in(const page_facts& facts) {
  std::vector<bool> result(facts.ends.size());
  // Only looked up, never iterated.
  std::unordered_set<std::string> names;
  for (const auto& card : facts.findings.failures.all())
    for (const auto& failure : card.shown)
      if (names.size() < pinned_names_max)
        names.insert(failure.subject);
  std::vector<std::uint32_t> causes;
  for (std::uint32_t i = 0; i < facts.ends.size(); ++i) {
    const auto& handle = facts.lives.handle(facts.life(i));
    result[i] = !handle.empty() && names.count(handle) != 0;
    if (facts.taken[i] > 1)
      causes.push_back(i);
  }
  std::stable_sort(causes.begin(), causes.end(), [&](std::uint32_t a, std::uint32_t b) {
    return facts.taken[a] > facts.taken[b];
  });
  causes.resize(std::min(causes.size(), pinned_causes_max));
  for (auto cause : causes)
    result[cause] = true;
  return result;
}

/// How many instants there are at which something began or ended, counted up to `few_instants`.
bool few_happened(const page_facts& facts) {
  std::set<instant> seen;
  for (std::uint32_t i = 0; i < facts.ends.size() && seen.size() <= few_instants; ++i) {
    seen.insert(facts.life(i).created);
    if (facts.ends[i].at != never)
      seen.insert(facts.ends[i].at);
  }
  return seen.size() <= few_instants;
}

time_axis axis_of(const page_facts& facts) {
  auto now = facts.lives.now();
  auto widths = few_happened(facts) ? run_widths_max_if_few : run_widths_max;
  auto most = now > never / widths ? never : now * widths;
  auto end = now;
  auto first_beyond = never;
  for (std::uint32_t i = 0; i < facts.ends.size(); ++i) {
    auto advertised = facts.life(i).expire;
    if (advertised <= most)
      end = std::max(end, advertised);
    else
      first_beyond = std::min(first_beyond, advertised);
  }
  if (end <= instant::zero())
    // Nothing but the first instant: as far as the first deadline, if it is near.
    return time_axis{std::min(first_beyond, axis_of_no_time_max)};
  if (first_beyond != never)
    // Room for what runs off the page.
    end = std::max(end, later(now, now / 4));
  return time_axis{end};
}

} // namespace

line_times times_of(const page_facts& facts, const outline_node& node) {
  line_times t;
  for (auto i : node.members) {
    const auto& life = facts.life(i);
    const auto& end = facts.ends[i];
    t.created_first = std::min(t.created_first, life.created);
    t.created_last = std::max(t.created_last, life.created);
    t.advertised_first = std::min(t.advertised_first, life.expire);
    t.advertised_last = std::max(t.advertised_last, life.expire);
    t.renewals += life.renewals;
    t.irrevocable += life.given_up;
    auto lived = (end.at == never ? facts.lives.now() : end.at) - life.created;
    t.lived_least = std::min(t.lived_least, lived);
    t.lived_most = std::max(t.lived_most, lived);
    if (end.at == never)
      continue;
    ++t.ended;
    t.end_first = std::min(t.end_first, end.at);
    t.end_last = std::max(t.end_last, end.at);
    t.gone_last = std::max(t.gone_last, life.carried_out(end));
  }
  return t;
}

page_facts::page_facts(const lives::ledger& run, const renewal_marks& renewals_of,
                       const run_findings& seen, const html_options& how)
  : lives(run), renewals(renewals_of), findings(seen), options(how), ends(ends_of(lives)),
    ahead(lives.outlooks()), axis(instant::zero()) {
  taken = taken_by(*this);
  lines = make_outline(lives, ends, pinned_in(*this));
  for (const auto& node : lines.nodes)
    times.push_back(times_of(*this, node));
  axis = axis_of(*this);
}

} // namespace lapse::html
