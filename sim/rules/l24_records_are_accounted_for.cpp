#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// Counts agree if no record is lost: each belongs to what lives, to what the queue still has to do,
// or to what it gave up. Whoever is in none of these would be counted by nobody.
class records_are_accounted_for final : public rule {
public:
  explicit records_are_accounted_for(rule_context& in) : rule(l24.info, in, 0) {}

  void run_over() override {
    for (slot t = 0; t < lives().size(); ++t) {
      const auto& life = token(t);
      if (!life.is_lease() && life.reported.at != never && !life.is_gone() && !life.irrevocable() &&
          lost(life.reported.at, duration::zero()))
        broken_by_token(t, "{subject} ended at " + ttl::readable_duration(life.reported.at) +
                               " and is neither gone nor irrevocable");
    }
    for (slot l = 0; l < lives().size(); ++l) {
      const auto& life = lease(l);
      if (!life.is_lease() || life.reported.at == never || life.is_gone() || life.irrevocable())
        continue;
      auto next = in().retry_of(l).next;
      if (next == never ? lost(life.reported.at, in().settings().lease_revocation_delay)
                        : overdue(next))
        broken_by_lease(l, "{subject} ended at " + ttl::readable_duration(life.reported.at) +
                               "; nobody revokes it, and nobody gave up");
    }
  }

private:
  [[nodiscard]] bool overdue(instant due) const noexcept {
    return due < now() && !in().slow() && !in().held_back(due) && !in().request_open();
  }

  /// The run may be over while the queue's work is under way: what it takes is waited for.
  [[nodiscard]] bool lost(instant ended, duration of_its_kind) const noexcept {
    return overdue(later(later(ended, in().settings().revocation_delay), of_its_kind));
  }
};

} // namespace

constinit const built_in_rule l24{{"L24",
                                   "when nothing is left to do, each record is alive, waits for "
                                   "its revocation, or is irrevocable",
                                   "R-1603, R-504, R-521, R-631, R-641, R-642, R-1732",
                                   "R-651: a seal holds revocations back"},
                                  &make_rule<records_are_accounted_for>};

} // namespace lapse::rules
