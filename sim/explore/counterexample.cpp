#include "sim/explore/counterexample.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/ids.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"
#include "sim/document/node.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"
#include "sim/engine/replay_strategy.hpp"
#include "sim/language/scenario_files.hpp"
#include "sim/plan/range_draw.hpp"
#include "sim/run/count_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace lapse::explore {

namespace {

/// How many random runs look for other choices when the replayed ones no longer lead to the
/// failure.
constexpr std::uint64_t random_tries = 24;

std::string drawn_text(const plan::range_place& place, const plan::range_draw& draws) {
  if (const auto* times = std::get_if<plan::ranged<duration>>(&place.range))
    return ttl::format_duration(draws.pick(*times, {}));
  return fmt::format("{}", draws.pick(std::get<plan::ranged<std::int64_t>>(place.range), {}));
}

/// A sentence without the names between backquotes, which are free; paths are not.
std::string without_names(const std::string& text) {
  std::string result;
  cause::for_each_part(text, [&](std::string_view part, bool is_name) {
    auto free = is_name && part.find('/') == std::string_view::npos;
    result += free ? std::string_view{"`"} : part;
  });
  return result;
}

/// What evidence says apart from times and amounts, which shrinking changes.
std::string without_numbers(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto digit = is_digit(text[i]);
    auto inside =
        i > 0 && (std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0 || text[i - 1] == '_');
    if (!digit || inside) {
      result += text[i];
      continue;
    }
    // A word that begins with a digit is a time or an amount, which may be `20,001`.
    const auto digit_at = [&](std::size_t at) { return at < text.size() && is_digit(text[at]); };
    while (i + 1 < text.size() && (std::isalnum(static_cast<unsigned char>(text[i + 1])) != 0 ||
                                   (text[i + 1] == ',' && digit_at(i) && digit_at(i + 2))))
      ++i;
    result += '#';
  }
  return result;
}

/// One case on its way to the smallest.
class reduction {
public:
  reduction(const counterexample_source& source) : source_(source) {
    // A run in plain file order needs no decisions to repeat it.
    decided_ = source.run.recipe.interleave;
  }

  std::optional<counterexample> run(const shrink::shrink_options& options) {
    auto start = first_case();
    if (!start)
      return std::nullopt;
    counterexample result;
    result.fails_as_given = fails_as_given();
    if (decided_ && fails_plainly(*start, std::nullopt)) {
      // Nothing to choose: no claim of an order.
      decided_ = false;
      start->decisions.clear();
    }
    needs_order_ = decided_ && !fails_in_file_order(*start);
    auto confirmed = confirm(*start);
    if (!confirmed)
      return std::nullopt;
    auto oracle = [this](const shrink::shrink_case& candidate) { return confirm(candidate); };
    auto shrunk = shrink::shrink(*confirmed, oracle, options);
    result.plain = !decided_;
    result.tries = shrunk.tries;
    result.steps_before = shrunk.steps_before;
    result.steps_after = shrunk.steps_after;
    result.finished = shrunk.finished;
    result.text = complete(shrunk.best);
    for (const auto& one : shrunk.best.decisions)
      result.deviations += one.index != 0 ? 1 : 0;
    auto loaded = language::load_scenario(result.text, source_.file, source_.loading);
    if (const auto* what = loaded ? &*loaded : nullptr)
      result.failures = run_trial(*what, {}).failures;
    if (other_ && other_steps_ < result.steps_after) {
      result.other = std::move(other_);
      result.other_steps = other_steps_;
    }
    // What was looked for comes first.
    std::stable_partition(result.failures.begin(), result.failures.end(),
                          [this](const failure& f) { return wanted(f); });
    return result;
  }

private:
  [[nodiscard]] bool wanted(const failure& f) const {
    const auto& first = source_.run.failures.front();
    // A rule's sentence says all. A property may be broken in several ways, of which one was found.
    auto rule = first.id.starts_with("L");
    return f.same_kind(first) && (rule || cause_in(f) == cause_in(first));
  }

  /// What its evidence says of the cause, whatever the times and names.
  [[nodiscard]] static std::string cause_in(const failure& f) {
    return without_numbers(without_names(std::string{run::without_whose(f.evidence)}));
  }

  /// Whether the candidate's run failed as wanted. Of one that fails for another cause, the
  /// smallest is remembered.
  [[nodiscard]] bool fails(const trial& done, const shrink::shrink_case& candidate) const {
    if (fails(done))
      return true;
    for (const auto& f : done.failures)
      if (f.same_kind(source_.run.failures.front())) {
        auto steps = shrink::count_steps(candidate.text);
        if (!other_ || steps < other_steps_) {
          other_ = f;
          other_steps_ = steps;
        }
        break;
      }
    return false;
  }

  [[nodiscard]] bool fails(const trial& done) const {
    return std::any_of(done.failures.begin(), done.failures.end(),
                       [this](const failure& f) { return wanted(f); });
  }

  /// What `lapse run` shows of the scenario that was searched.
  [[nodiscard]] bool fails_as_given() const {
    auto loaded = language::load_scenario(source_.text, source_.file, source_.loading);
    return loaded && fails(run_trial(*loaded, {}));
  }

  [[nodiscard]] bool fails_plainly(const shrink::shrink_case& candidate,
                                   std::optional<std::uint64_t> seed) const {
    auto loaded = language::load_scenario(candidate.text, source_.file, source_.loading);
    run::run_options how;
    how.seed = seed;
    return loaded && fails(run_trial(*loaded, how));
  }

  /// Fails in file order already, with the values drawn.
  [[nodiscard]] bool fails_in_file_order(const shrink::shrink_case& candidate) const {
    auto loaded = language::load_scenario(candidate.text, source_.file, source_.loading);
    return loaded && fails_plainly(candidate,
                                   loaded->ranges > 0 ? std::optional{loaded->seed} : std::nullopt);
  }

  [[nodiscard]] std::optional<shrink::shrink_case> first_case() const {
    auto loaded = language::load_scenario(source_.text, source_.file, source_.loading);
    const auto* what = loaded ? &*loaded : nullptr;
    if (what == nullptr)
      return std::nullopt;
    auto seed = source_.run.recipe.seed;
    auto scenario = document::read_document(source_.text);
    if (!scenario)
      return std::nullopt;
    const auto& values = source_.run.recipe.range_values;
    if (seed || !values.empty())
      fill_ranges(*scenario, *what, plan::range_draw{seed, values});
    scenario->erase("decisions");
    // It will be written to another folder.
    language::take_in_files(*scenario, source_.loading.folder);
    auto draws = what->server.revocation_jitter ||
                 std::any_of(what->range_places.begin(), what->range_places.end(),
                             [](const plan::range_place& p) { return p.in_repeat; });
    if (seed && draws) {
      scenario->erase("seed");
      auto entry = document::plain_entry("seed", fmt::format("{}", *seed));
      scenario->children.insert(scenario->children.begin() + 1, std::move(entry));
    }
    return shrink::shrink_case{document::write_document(*scenario), source_.run.decisions};
  }

  /// The case with the choices of a run that failed as wanted, if any of those tried did.
  [[nodiscard]] std::optional<shrink::shrink_case>
  confirm(const shrink::shrink_case& candidate) const {
    auto loaded = language::load_scenario(candidate.text, source_.file, source_.loading);
    const auto* what = loaded ? &*loaded : nullptr;
    if (what == nullptr)
      return std::nullopt;
    engine::decision_list made;
    run::run_options how;
    if (!decided_)
      return fails(run_trial(*what, how), candidate)
                 ? std::optional{shrink::shrink_case{candidate.text, {}}}
                 : std::nullopt;
    // What only some orders show must stay like that, or shrinking would end at another failure.
    if (needs_order_ && fails_in_file_order(candidate))
      return std::nullopt;
    how.interleave = true;
    how.decisions = &made;
    how.seed = what->seed;
    engine::replay_strategy replay(candidate.decisions);
    how.chooser = &replay;
    if (fails(run_trial(*what, how), candidate))
      return shrink::shrink_case{candidate.text, std::move(made)};
    if (candidate.decisions.empty())
      return std::nullopt;
    for (std::uint64_t i = 0; i < random_tries && !made.empty(); ++i) {
      auto choices = made.size();
      made.clear();
      auto chooser = make_strategy(i % 2 == 0 ? sampling::random : sampling::pct, i, choices);
      how.chooser = chooser.get();
      if (fails(run_trial(*what, how)))
        return shrink::shrink_case{candidate.text, std::move(made)};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string complete(const shrink::shrink_case& best) const {
    if (!decided_)
      return best.text;
    auto scenario = document::read_document(best.text);
    if (!scenario)
      return best.text;
    scenario->add("decisions", document::quoted_value(engine::to_text(best.decisions)));
    return document::write_document(*scenario);
  }

  const counterexample_source& source_;
  bool decided_ = true;
  bool needs_order_ = false;
  mutable std::optional<failure> other_;
  mutable std::size_t other_steps_ = 0;
};

} // namespace

void fill_ranges(document::document_node& scenario, const plan::plan& what,
                 const plan::range_draw& draws) {
  // What an alias shares was read at one place: the first draw stands for all of it.
  std::map<std::pair<int, int>, std::string> drawn;
  for (const auto& place : what.range_places)
    if (!place.in_repeat || draws.same_each_round())
      drawn.emplace(std::pair{place.where.line, place.where.column}, drawn_text(place, draws));
  auto fill = [&](const auto& self, document::document_node& node) -> void {
    auto found = drawn.find({node.at.line, node.at.column});
    if (node.is_scalar() && found != drawn.end())
      node.text = found->second;
    for (auto& child : node.children)
      self(self, child);
  };
  fill(fill, scenario);
}

std::optional<counterexample> make_counterexample(const counterexample_source& source,
                                                  const shrink::shrink_options& options) {
  return reduction(source).run(options);
}

} // namespace lapse::explore
