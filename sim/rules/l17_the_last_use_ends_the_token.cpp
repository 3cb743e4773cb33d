#include "sim/rules/rule.hpp"

#include <algorithm>

namespace lapse::rules {

namespace {

class the_last_use_ends_the_token final : public rule {
public:
  explicit the_last_use_ends_the_token(rule_context& in) : rule(l17.info, in, uses | instants) {}

  void use_spent(slot t, const token_used& e) override {
    if (e.left < 0)
      used_up_.push_back(t);
  }

  void instant_settled() override {
    if (used_up_.empty())
      return;
    // The request of the last use still runs, for longer if a backend is slow.
    auto waits = in().request_open();
    auto over = [&](slot t) {
      if (token(t).reported.at == never && !waits)
        broken_by_token(t, "{subject} had its last use and did not end with that request");
      return token(t).reported.at != never || !waits;
    };
    used_up_.erase(std::remove_if(used_up_.begin(), used_up_.end(), over), used_up_.end());
  }

private:
  std::vector<slot> used_up_;
};

} // namespace

constinit const built_in_rule l17{
    {"L17", "a token ends with the request of its last use", "R-302, R-303, R-308, R-1008", {}},
    &make_rule<the_last_use_ends_the_token>};

} // namespace lapse::rules
