#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse {

namespace {

using namespace std::chrono_literals;

class pauses_double final : public rule {
public:
  explicit pauses_double(rule_context& in) : rule(l23.info, in, attempts) {}

  void attempt_made(past_slot l, const revocation_attempted& e) override {
    if (in().by_request(e))
      return;
    const auto& past = lease(l);
    if (past.next_attempt != never && !past.irrevocable)
      judge_instant(l, past);
    if (!e.ok && e.next != never)
      judge_pause(l, e);
  }

private:
  void judge_instant(past_slot l, const lease_past& past) {
    if (now() < past.next_attempt && !hurried(past))
      broken_by_lease(l, "an attempt to revoke {subject} came before its time, which was " +
                             format_duration(past.next_attempt));
    else if (now() > past.next_attempt && !in().slow() && !in().held_back(past.next_attempt))
      broken_by_lease(l, "an attempt to revoke {subject} came after its time, which was " +
                             format_duration(past.next_attempt));
  }

  // a second revocation during the pause, by a request or with the owner, and an unseal.
  [[nodiscard]] bool hurried(const lease_past& past) const {
    if (in().running(request_class::any) || in().slow() || in().held_back(past.last_attempt))
      return true;
    return past.owner != no_past && token(past.owner).gone &&
           token(past.owner).gone_at >= past.last_attempt;
  }

  void judge_pause(past_slot l, const revocation_attempted& e) {
    if (e.attempt < 1 || e.attempt > 5)
      return;
    duration pause = 10s * (1 << e.attempt);
    auto wait = e.next - now();
    auto right = in().settings().revocation_jitter ? wait >= pause / 2 && wait < pause * 3 / 2
                                                   : wait == pause;
    if (!right)
      broken_by_lease(l, "the pause after attempt " + std::to_string(e.attempt) +
                             " to revoke {subject} is " + format_duration(wait) + " instead of " +
                             format_duration(pause));
  }
};

} // namespace

constinit const built_in_rule l23{
    {"L23",
     "failed attempts to revoke a lease are repeated after 20, 40, 80, 160 and 320 s, with jitter "
     "after "
     "0.5 to 1.5 times that",
     "R-641",
     "R-645: a second revocation or an unseal during the pause starts the next attempt at once"},
    &make_rule<pauses_double>};

} // namespace lapse
