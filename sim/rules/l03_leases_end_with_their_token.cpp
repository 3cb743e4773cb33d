#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// R-1613.
class leases_end_with_their_token final : public rule {
public:
  explicit leases_end_with_their_token(rule_context& in)
    : rule(l03.info, in, tokens_gone | leases_made | leases_renewed | instants) {}

  void token_goes(slot t) override {
    if (token(t).first_lease != no_slot)
      owners_.push_back(t);
  }

  void lease_made(slot l, const lease_created&) override { suspect(l); }
  void lease_renews(slot l, const lease_renewed&) override { suspect(l); }

  void instant_settled() override {
    for (auto owner : owners_)
      lives().for_each_lease(owner, [&](slot l) {
        // what was made for a request that was under way when its token went.
        if (lease(l).reported.at == never && lease(l).expire > now() && !lease(l).late)
          broken_by_lease(l, "{subject} still stands although its token {other} is gone",
                          names_token(owner));
      });
    owners_.clear();
  }

private:
  void suspect(slot l) {
    auto owner = lease(l).above_slot;
    if (owner != no_slot && token(owner).is_gone())
      owners_.push_back(owner);
  }

  std::vector<slot> owners_;
};

} // namespace

constinit const built_in_rule l03{
    {"L03", "a token that is gone owns no lease that stands", "R-1613, R-504, R-514, R-604",
     "R-529: a lease made for a request that was under way when its token went"},
    &make_rule<leases_end_with_their_token>};

} // namespace lapse::rules
