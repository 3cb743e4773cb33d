#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// R-1616: uses granted never exceed num_uses, because each takes exactly one and none follows the
// last.
class uses_count_down final : public rule {
public:
  explicit uses_count_down(rule_context& in) : rule(l06.info, in, uses | requests) {}

  void use_spent(slot t, const token_used& e) override {
    const auto& life = token(t);
    spent_ = t;
    if (life.batch())
      broken_by_token(t, "a use of the batch token {subject} was counted");
    else if (life.uses_left == 0)
      broken_by_token(t, "a use of {subject}, whose uses are not limited, was counted");
    else if (life.uses_left < 0)
      broken_by_token(t, "{subject} was used again after its last use");
    else if (auto left = life.uses_left == 1 ? -1 : life.uses_left - 1; e.left != left)
      broken_by_token(t, "a use took {subject} from " + std::to_string(life.uses_left) + " to " +
                             std::to_string(e.left) + " uses left");
  }

  // The use is taken before the request is told of, whatever becomes of it.
  void request_let_in(slot t, const request_received&) override {
    if (token(t).uses_left != 0 && !token(t).batch() && spent_ != t)
      broken_by_token(t, "a request with {subject} took none of its uses");
    spent_ = no_slot;
  }

private:
  slot spent_ = no_slot;
};

} // namespace

constinit const built_in_rule l06{
    {"L06",
     "each use of a limited token takes exactly one, and none follows the last",
     "R-1616, R-241, R-301, R-302, R-306, R-312",
     {}},
    &make_rule<uses_count_down>};

} // namespace lapse::rules
