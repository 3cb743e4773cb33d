#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class deadlines_are_exact final : public rule {
public:
  explicit deadlines_are_exact(rule_context& in) : rule(l15.info, in, token_ends | lease_ends) {}

  void token_ends_now(slot t, const token_ended& e) override {
    if (token(t).reported.at == never && e.cause == end_cause::deadline && late(token(t).expire))
      broken_by_token(t, "{subject} expired after its deadline, which was " +
                             ttl::readable_duration(token(t).expire));
  }

  void lease_ends_now(slot l, const lease_ended& e) override {
    if (lease(l).reported.at == never && e.cause == end_cause::deadline && late(lease(l).expire))
      broken_by_lease(l, "{subject} expired after its deadline, which was " +
                             ttl::readable_duration(lease(l).expire));
  }

  void run_over() override {
    for (slot t = 0; t < lives().size(); ++t)
      if (!token(t).is_lease() && token(t).reported.at == never && late(token(t).expire))
        broken_by_token(t, "{subject} never ended, although its deadline was " +
                               ttl::readable_duration(token(t).expire));
    for (slot l = 0; l < lives().size(); ++l)
      if (lease(l).is_lease() && lease(l).reported.at == never && late(lease(l).expire))
        broken_by_lease(l, "{subject} never ended, although its deadline was " +
                               ttl::readable_duration(lease(l).expire));
  }

private:
  // While the server is sealed no deadline is looked at; the overdue follow the unseal.
  [[nodiscard]] bool late(instant deadline) const noexcept {
    return now() > deadline && !in().held_back(deadline);
  }
};

} // namespace

constinit const built_in_rule l15{
    {"L15", "nothing lives past its deadline: it expires at exactly that instant",
     "R-120, R-122, R-521, R-631", "R-651: a seal holds deadlines back until the unseal"},
    &make_rule<deadlines_are_exact>};

} // namespace lapse::rules
