#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

constexpr std::int64_t attempts_max = 6;

class six_attempts final : public rule {
public:
  explicit six_attempts(rule_context& in) : rule(l22.info, in, attempts | surrenders | instants) {}

  void attempt_made(slot l, const revocation_attempted& e) override {
    const auto& life = lease(l);
    if (in().by_request(e))
      return;
    // the daily sweep may go on for ever.
    if (life.irrevocable())
      return;
    auto failed = in().retry_of(l).failed;
    auto due = failed + 1;
    auto reset = life.last_attempt != never && in().held_back(life.last_attempt);
    if (e.attempt > attempts_max)
      broken_by_lease(l, "attempt " + std::to_string(e.attempt) + " to revoke {subject}");
    else if (e.attempt != due && !(e.attempt == 1 && reset))
      broken_by_lease(l, "attempt " + std::to_string(e.attempt) +
                             " to revoke {subject} came after " + std::to_string(failed) +
                             " failed ones");
    else if (e.ok)
      return;
    else if (e.attempt == attempts_max && e.next != never)
      broken_by_lease(l, "a seventh attempt to revoke {subject} was announced");
    else if (e.next == never)
      given_up_.push_back(l);
  }

  void lease_given_up(slot l, const lease_irrevocable& e) override {
    const auto& life = lease(l);
    const auto retry = in().retry_of(l);
    if (life.last_attempt == never || retry.next != never)
      broken_by_lease(l, "the revocation of {subject} was given up without a last attempt");
    else if (retry.failed < attempts_max && e.error.starts_with("out of retries"))
      broken_by_lease(l, "the revocation of {subject} was given up after " +
                             std::to_string(retry.failed) + " attempts");
  }

  void instant_settled() override {
    for (auto l : given_up_)
      if (!lease(l).irrevocable() && !lease(l).is_gone())
        broken_by_lease(l,
                        "the last attempt to revoke {subject} failed, and it is not irrevocable");
    given_up_.clear();
  }

private:
  std::vector<slot> given_up_;
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

} // namespace lapse::rules
