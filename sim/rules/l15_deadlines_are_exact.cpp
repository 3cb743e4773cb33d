#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse {

namespace {

class deadlines_are_exact final : public rule {
public:
  explicit deadlines_are_exact(rule_context& in) : rule(l15.info, in, token_ends | lease_ends) {}

  void token_ends_now(past_slot t, const token_ended& e) override {
    if (token(t).ended == never && e.cause == end_cause::deadline && late(token(t).expire))
      broken_by_token(t, "{subject} expired after its deadline, which was " +
                             format_duration(token(t).expire));
  }

  void lease_ends_now(past_slot l, const lease_ended& e) override {
    if (lease(l).ended == never && e.cause == end_cause::deadline && late(lease(l).expire))
      broken_by_lease(l, "{subject} expired after its deadline, which was " +
                             format_duration(lease(l).expire));
  }

  void run_over() override {
    for (past_slot t = 0; t < book().tokens(); ++t)
      if (token(t).ended == never && late(token(t).expire))
        broken_by_token(t, "{subject} never ended, although its deadline was " +
                               format_duration(token(t).expire));
    for (past_slot l = 0; l < book().leases(); ++l)
      if (lease(l).ended == never && late(lease(l).expire))
        broken_by_lease(l, "{subject} never ended, although its deadline was " +
                               format_duration(lease(l).expire));
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

} // namespace lapse
