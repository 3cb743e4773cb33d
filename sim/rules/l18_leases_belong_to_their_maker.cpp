#include "sim/rules/rule.hpp"

namespace lapse {

namespace {

class leases_belong_to_their_maker final : public rule {
public:
  explicit leases_belong_to_their_maker(rule_context& in) : rule(l18.info, in, leases_made) {}

  void lease_made(past_slot l, const lease_created& e) override {
    auto maker = lease(l).maker;
    if (maker == no_past)
      return;
    const auto& past = token(maker);
    token_id owner = past.batch ? parent_of(past) : past.id;
    if (e.owner == owner || (past.batch && past.child && past.parent == no_past))
      return;
    // whoever went while the request was under way owns nothing more.
    if (!e.owner && (past.gone || (past.parent != no_past && token(past.parent).gone)))
      return;
    broken_by_lease(l,
                    e.owner ? "{subject}, made by {other}, would end with another token"
                            : "{subject}, made by {other}, ends with no token",
                    names_token(maker));
  }

private:
  [[nodiscard]] token_id parent_of(const token_past& t) const {
    return t.parent == no_past ? token_id{} : token(t.parent).id;
  }
};

} // namespace

constinit const built_in_rule l18{{"L18",
                                   "a lease belongs to the service token that made it, or to the "
                                   "parent of the batch token that did",
                                   "R-604, R-1012",
                                   "R-529: a maker that went while its request was under way"},
                                  &make_rule<leases_belong_to_their_maker>};

} // namespace lapse
