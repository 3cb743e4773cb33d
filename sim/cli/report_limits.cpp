#include "sim/cli/report_limits.hpp"

#include "sim/plan/plan.hpp"
#include "sim/run/count_words.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

namespace lapse::cli {

namespace {

class limit_list {
public:
  explicit limit_list(const plan::plan& what) {
    for (const auto& property : what.properties)
      add(property);
    add(what.steps);
  }

  [[nodiscard]] std::vector<html::asserted_limit> take() { return std::move(limits_); }

private:
  void add(const plan::property& what) {
    using kind = plan::property::kind;
    // What one of several conditions says is no limit by itself.
    if (what.what == kind::never && what.conditions.size() > 1)
      return;
    const auto to = what.to.value_or(what.within ? later(what.from, *what.within) : never);
    for (const auto& condition : what.conditions)
      if (const auto* count = std::get_if<plan::count_check>(&condition)) {
        if (what.what != kind::never) {
          add(*count, count->expected, what.from, to);
          continue;
        }
        // What must never be so is a limit if it is open on one side, and not of all counts.
        const auto& [least, most] = count->expected;
        if (least && !most)
          add(*count, {{}, *least - 1}, what.from, to);
        else if (most && !least && *most < std::numeric_limits<std::int64_t>::max())
          add(*count, {*most + 1, {}}, what.from, to);
      }
  }

  // Of steps whose instant the file says; what follows a repeat may have any.
  void add(const std::vector<plan::step>& steps) {
    std::optional<instant> now = instant{0};
    for (const auto& step : steps) {
      const auto& when = step.when.value;
      if (step.when.from == plan::step_time::kind::at)
        now = when.low;
      else if (now && step.when.from == plan::step_time::kind::after)
        now = later(*now, when.low);
      if (!when.fixed())
        now.reset();
      for (const auto& one : step.expect)
        if (const auto* count = std::get_if<plan::count_check>(&one); count && now)
          add(*count, count->expected, *now, *now);
      if (std::holds_alternative<plan::repeat_step>(step.action))
        now.reset();
    }
  }

  void add(const plan::count_check& count, const plan::bounds& allowed, instant from, instant to) {
    const auto word = count.what;
    constexpr std::size_t limits_max = 1000;
    if (limits_.size() < limits_max &&
        (word == plan::count_word::tokens || word == plan::count_word::leases ||
         word == plan::count_word::secret_leases))
      limits_.push_back({run::subject_of(count), allowed.at_least, allowed.at_most, from, to});
  }

  std::vector<html::asserted_limit> limits_;
};

} // namespace

std::vector<html::asserted_limit> limits_of(const plan::plan& what) {
  return limit_list{what}.take();
}

} // namespace lapse::cli
