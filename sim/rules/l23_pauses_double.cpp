#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

using namespace std::chrono_literals;

class pauses_double final : public rule {
public:
  explicit pauses_double(rule_context& in) : rule(l23.info, in, attempts) {}

  void attempt_made(slot l, const revocation_attempted& e) override {
    if (in().by_request(e))
      return;
    const auto& life = lease(l);
    if (auto due = in().retry_of(l).next; due != never && !life.irrevocable())
      judge_instant(l, life, due);
    if (!e.ok && e.next != never)
      judge_pause(l, e);
  }

private:
  void judge_instant(slot l, const lives::life_record& life, instant due) {
    if (now() < due && !hurried(life))
      broken_by_lease(l, "an attempt to revoke {subject} came before its time, which was " +
                             ttl::readable_duration(due));
    else if (now() > due && !in().slow() && !in().held_back(due))
      broken_by_lease(l, "an attempt to revoke {subject} came after its time, which was " +
                             ttl::readable_duration(due));
  }

  // a second revocation during the pause, by a request or with the owner, and an unseal.
  [[nodiscard]] bool hurried(const lives::life_record& life) const {
    if (in().running(request_class::any) || in().slow() || in().held_back(life.last_attempt))
      return true;
    return life.above_slot != no_slot && token(life.above_slot).is_gone() &&
           token(life.above_slot).gone >= life.last_attempt;
  }

  void judge_pause(slot l, const revocation_attempted& e) {
    if (e.attempt < 1 || e.attempt > 5)
      return;
    duration pause = 10s * (1 << e.attempt);
    auto wait = e.next - now();
    auto right = in().settings().revocation_jitter ? wait >= pause / 2 && wait < pause * 3 / 2
                                                   : wait == pause;
    if (!right)
      broken_by_lease(l, "the pause after attempt " + std::to_string(e.attempt) +
                             " to revoke {subject} is " + ttl::readable_duration(wait) +
                             " instead of " + ttl::readable_duration(pause));
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

} // namespace lapse::rules
