#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

#include <algorithm>

namespace lapse::rules {

namespace {

// An answer may need time, but it comes. A request that an actor dropped on its way would
// leave its client waiting for ever, and an expectation about its answer would never be judged.
class every_request_is_answered final : public rule {
public:
  explicit every_request_is_answered(rule_context& in) : rule(l27.info, in, 0) {}

  void run_over() override {
    const auto& open = in().open_requests();
    // Of a served world each client has got 503 by then.
    if (open.empty() || in().cut_short())
      return;
    const auto& first = *std::min_element(
        open.begin(), open.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    auto text = std::string{to_string(first.what->op)} + " " + first.what->path + ", issued at " +
                ttl::readable_duration(first.issued) + ", had no answer when the run ended";
    if (open.size() > 1)
      text += ", and " + std::to_string(open.size() - 1) + " later without one";
    broken_by_run(std::move(text));
  }
};

} // namespace

constinit const built_in_rule l27{
    {"L27", "every request is answered before the run ends", "R-614, R-1732", {}},
    &make_rule<every_request_is_answered>};

} // namespace lapse::rules
