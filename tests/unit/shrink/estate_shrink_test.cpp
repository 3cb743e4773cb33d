#include "sim/document/node.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"
#include "sim/explore/estate_generator.hpp"
#include "sim/explore/trial.hpp"
#include "sim/language/loader.hpp"
#include "sim/language/verbs.hpp"
#include "sim/shrink/handle_links.hpp"
#include "sim/shrink/shrinker.hpp"
#include "sim/shrink/step_removal.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::explore;
using namespace lapse::language;
using namespace lapse::plan;
using namespace lapse::shrink;

// How far from the true minimum shrinking ends, over random estates. With LAPSE_SHRINK_CASES=N in
// the environment N estates instead of a few, and a line of figures.

namespace {

std::uint64_t cases() {
  const auto* text = std::getenv("LAPSE_SHRINK_CASES");
  return text == nullptr ? 12 : std::strtoull(text, nullptr, 10);
}

bool loads(const std::string& text) { return load_scenario(text, "estate", {}).has_value(); }

// -- cases that fail by what stands in them --------------------------------------------

// What tells a step from all others: its verb, what it is about, and the names it gives.
using step_mark = std::vector<std::string>;

step_mark mark_of(const document_node& step) {
  step_mark result;
  for (const auto& entry : step.children)
    if (&entry == &step.children.front() || entry.key == "save" || entry.key == "wrap")
      result.push_back(entry.key + '=' + entry.text);
  if (!result.empty() &&
      (step.children.front().key == "at" || step.children.front().key == "after"))
    result.front() =
        step.children.size() > 1 ? step.children[1].key + '=' + step.children[1].text : "time";
  return result;
}

void marks_of(const document_node& list, std::vector<std::pair<node_id, step_mark>>& out) {
  for (const auto& step : list.children) {
    if (const auto* inner = inner_steps(step))
      marks_of(*inner, out);
    else
      out.emplace_back(step.id, mark_of(step));
  }
}

struct marked_case {
  std::string text;
  std::vector<step_mark> wanted;
  /// Steps without which the wanted ones cannot be.
  std::size_t minimum = 0;
};

// Some steps of an estate at random, and those that bind what they need; whoever asks can be root.
std::optional<marked_case> marked(std::uint64_t seed) {
  marked_case result{generated_scenario(seed), {}, 0};
  auto document = *read_document(result.text);
  std::vector<std::pair<node_id, step_mark>> all;
  marks_of(*document.find("steps"), all);
  std::mt19937_64 draw{seed};
  std::set<node_id> chosen;
  std::set<step_mark> seen;
  for (std::size_t i = 0, count = 1 + draw() % 4; i < count; ++i) {
    const auto& [id, mark] = all[draw() % all.size()];
    auto times = std::count_if(all.begin(), all.end(),
                               [&, m = mark](const auto& one) { return one.second == m; });
    if (times == 1 && mark.front() != "time" && mark.front().find('{') == std::string::npos &&
        seen.insert(mark).second)
      chosen.insert(id);
  }
  auto links = link_steps(document);
  auto needed = support(links, chosen, false);
  std::set<node_id> others;
  for (const auto& link : links)
    if (needed.count(link.id) == 0)
      others.insert(link.id);
  remove_steps(document, others, orphaned_step::to_root);
  if (chosen.empty() || !loads(write_document(document)))
    return std::nullopt; // a step needs a mount or role that another step makes
  for (const auto& [id, mark] : all)
    if (chosen.count(id) > 0)
      result.wanted.push_back(mark);
  result.minimum = needed.size();
  return result;
}

// The wanted steps stand there, in their order.
bool has_marks(const std::string& text, const std::vector<step_mark>& wanted) {
  auto document = read_document(text);
  std::vector<std::pair<node_id, step_mark>> all;
  if (const auto* steps = document ? document->find("steps") : nullptr)
    marks_of(*steps, all);
  std::size_t next = 0;
  for (const auto& [id, mark] : all)
    if (next < wanted.size() && mark == wanted[next])
      ++next;
  return next == wanted.size() && loads(text);
}

struct figures {
  std::uint64_t cases = 0;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  std::uint64_t minimum = 0;
  double ratios = 0;
  double ratio_max = 0;
  std::uint64_t tries = 0;
  std::uint64_t tries_max = 0;
  std::uint64_t at_minimum = 0;
  std::uint64_t finished = 0;

  void add(const shrink_result& result, std::size_t known_minimum) {
    ++cases;
    before += result.steps_before;
    after += result.steps_after;
    minimum += known_minimum;
    auto ratio = static_cast<double>(result.steps_after) /
                 static_cast<double>(std::max<std::size_t>(known_minimum, 1));
    ratios += ratio;
    ratio_max = std::max(ratio_max, ratio);
    tries += result.tries;
    tries_max = std::max<std::uint64_t>(tries_max, result.tries);
    at_minimum += result.steps_after == known_minimum ? 1 : 0;
    finished += result.finished ? 1 : 0;
  }

  void print(const char* name) const {
    if (std::getenv("LAPSE_SHRINK_CASES") == nullptr || cases == 0)
      return;
    auto n = static_cast<double>(cases);
    std::cout << name << ": cases " << cases << ", steps " << static_cast<double>(before) / n
              << " to " << static_cast<double>(after) / n << ", mean ratio " << ratios / n
              << ", worst " << ratio_max << ", at minimum " << at_minimum << ", tries "
              << static_cast<double>(tries) / n << ", most " << tries_max << ", finished "
              << finished << "\n";
  }
};

} // namespace

TEST_CASE("random steps of random estates are found to within a tenth of the minimum") {
  figures all;
  for (std::uint64_t seed = 1; all.cases < cases(); ++seed) {
    auto one = marked(seed);
    if (!one)
      continue;
    CAPTURE(seed);
    auto oracle = [&](const shrink_case& candidate) {
      return has_marks(candidate.text, one->wanted) ? std::optional{candidate} : std::nullopt;
    };
    REQUIRE(oracle({one->text, {}}));
    auto result = shrink::shrink({one->text, {}}, oracle, {});
    CHECK(oracle(result.best));
    CHECK(result.tries <= 500);
    if (result.steps_after != one->minimum && std::getenv("LAPSE_SHRINK_SHOW")) {
      std::cout << "seed " << seed << " minimum " << one->minimum << " tries " << result.tries
                << "\n";
      for (const auto& m : one->wanted)
        std::cout << "  wanted " << m.front() << "\n";
      std::cout << result.best.text << "\n";
    }
    all.add(result, one->minimum);
  }
  all.print("marked steps");
  CHECK(all.ratios <= 1.1 * static_cast<double>(all.cases));
}

// -- cases that fail when they are run ----------------------------------------------------

namespace {

// A property, not a built-in rule.
bool breaks(const std::string& text) {
  auto loaded = load_scenario(text, "estate", {});
  const auto* what = loaded ? &*loaded : nullptr;
  if (what == nullptr)
    return false;
  auto run = run_trial(*what, {});
  return run.outcome.setup_errors.empty() &&
         std::any_of(run.failures.begin(), run.failures.end(),
                     [](const failure& one) { return one.id.find('L') != 0; });
}

// Steps left if it breaks without them, containers counted; `most` if it does not.
std::size_t steps_without(const document_node& document, const std::set<node_id>& doomed,
                          std::size_t most) {
  for (auto orphans : {orphaned_step::to_root, orphaned_step::to_maker, orphaned_step::goes}) {
    auto candidate = document;
    remove_steps(candidate, doomed, orphans);
    if (auto text = write_document(candidate); count_steps(text) < most && breaks(text))
      most = count_steps(text);
  }
  return most;
}

// The fewest steps of the document (at most `most`) with which it still fails, by trying all.
std::size_t fewest(const document_node& document, std::size_t most) {
  auto links = link_steps(document);
  std::vector<node_id> ids;
  for (const auto& link : links)
    ids.push_back(link.id);
  auto result = most;
  for (std::size_t size = 0; size < result; ++size) {
    std::vector<bool> kept(ids.size());
    std::fill_n(kept.begin(), std::min(size, ids.size()), true);
    do {
      std::set<node_id> doomed;
      for (std::size_t i = 0; i < ids.size(); ++i)
        if (!kept[i])
          doomed.insert(ids[i]);
      result = steps_without(document, doomed, result);
    } while (std::prev_permutation(kept.begin(), kept.end()));
  }
  return result;
}

} // namespace

TEST_CASE("random estates that break a property when run shrink to within a tenth of the fewest "
          "steps") {
  constexpr const char* properties[] = {"never:\n  - { status: 403 }\n",
                                        "never:\n  - { status: 400 }\n",
                                        "never:\n  - { leases: { at_least: 4 } }\n",
                                        "never:\n  - { tokens: { at_least: 4 } }\n",
                                        "never:\n  - { backend_revocations: { at_least: 2 } }\n",
                                        "always:\n  - { credentials: { at_most: 1 } }\n"};
  figures all;
  for (std::uint64_t seed = 1; all.cases < cases() && seed < 100 * cases(); ++seed) {
    auto text = generated_scenario(seed) + properties[seed % 6];
    if (!breaks(text))
      continue;
    CAPTURE(text);
    auto result = shrink::shrink(
        {text, {}},
        [](const shrink_case& one) { return breaks(one.text) ? std::optional{one} : std::nullopt; },
        {});
    CHECK(breaks(result.best.text));
    // All subsets of a large estate are too many; up to three of its steps are not.
    auto most =
        std::min<std::size_t>(result.steps_after, std::getenv("LAPSE_SHRINK_CASES") ? 3 : 2);
    auto known = fewest(*read_document(text), most);
    if (known == most)
      known = std::max(known, fewest(*read_document(result.best.text), result.steps_after));
    if (result.steps_after != known && std::getenv("LAPSE_SHRINK_SHOW"))
      std::cout << "seed " << seed << " fewest " << known << " tries " << result.tries << "\n"
                << result.best.text << "\n";
    all.add(result, known);
  }
  all.print("properties of runs");
  CHECK(all.ratios <= 1.1 * static_cast<double>(all.cases));
}
