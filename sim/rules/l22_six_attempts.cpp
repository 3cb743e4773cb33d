#include "sim/rules/rule.hpp"

namespace lapse {

namespace {

constexpr std::int64_t attempts_max = 6;

class six_attempts final : public rule {
public:
  explicit six_attempts(rule_context& in) : rule(l22.info, in, attempts | surrenders | instants) {}

  void attempt_made(past_slot l, const revocation_attempted& e) override {
    const auto& past = lease(l);
    if (in().by_request(e))
      return;
    // the daily sweep may go on for ever.
    if (past.irrevocable)
      return;
    auto due = past.attempts + 1;
    auto reset = past.last_attempt != never && in().held_back(past.last_attempt);
    if (e.attempt > attempts_max)
      broken_by_lease(l, "attempt " + std::to_string(e.attempt) + " to revoke {subject}");
    else if (e.attempt != due && !(e.attempt == 1 && reset))
      broken_by_lease(l, "attempt " + std::to_string(e.attempt) +
                             " to revoke {subject} came after " + std::to_string(past.attempts) +
                             " failed ones");
    else if (e.ok)
      return;
    else if (e.attempt == attempts_max && e.next != never)
      broken_by_lease(l, "a seventh attempt to revoke {subject} was announced");
    else if (e.next == never)
      given_up_.push_back(l);
  }

  void lease_given_up(past_slot l, const lease_irrevocable& e) override {
    const auto& past = lease(l);
    if (past.last_attempt == never || past.next_attempt != never)
      broken_by_lease(l, "the revocation of {subject} was given up without a last attempt");
    else if (past.attempts < attempts_max && e.error.starts_with("out of retries"))
      broken_by_lease(l, "the revocation of {subject} was given up after " +
                             std::to_string(past.attempts) + " attempts");
  }

  void instant_settled() override {
    for (auto l : given_up_)
      if (!lease(l).irrevocable && !lease(l).gone)
        broken_by_lease(l,
                        "the last attempt to revoke {subject} failed, and it is not irrevocable");
    given_up_.clear();
  }

private:
  std::vector<past_slot> given_up_;
};

} // namespace

constinit const built_in_rule l22{{"L22",
                                   "the queue counts its attempts to revoke a lease one by one and "
                                   "gives up after the sixth, or after "
                                   "an error that no retry mends",
                                   "R-641, R-642, R-428",
                                   "R-614: attempts of requests do not count; R-643: nor do the "
                                   "daily ones; R-645: a seal starts the "
                                   "count again"},
                                  &make_rule<six_attempts>};

} // namespace lapse
