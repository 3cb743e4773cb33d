#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class leases_belong_to_their_maker final : public rule {
public:
  explicit leases_belong_to_their_maker(rule_context& in) : rule(l18.info, in, leases_made) {}

  void lease_made(slot l, const lease_created& e) override {
    auto maker = lease(l).maker;
    if (maker == no_slot)
      return;
    const auto& life = token(maker);
    token_id owner = life.batch() ? parent_of(life) : life.token();
    if (e.owner == owner || (life.batch() && life.made_as_child && life.above_slot == no_slot))
      return;
    // whoever went while the request was under way owns nothing more.
    if (!e.owner &&
        (life.is_gone() || (life.above_slot != no_slot && token(life.above_slot).is_gone())))
      return;
    broken_by_lease(l,
                    e.owner ? "{subject}, made by {other}, would end with another token"
                            : "{subject}, made by {other}, ends with no token",
                    names_token(maker));
  }

private:
  [[nodiscard]] token_id parent_of(const lives::life_record& t) const {
    return t.above_slot == no_slot ? token_id{} : token(t.above_slot).token();
  }
};

} // namespace

constinit const built_in_rule l18{{"L18",
                                   "a lease belongs to the service token that made it, or to the "
                                   "parent of the batch token that did",
                                   "R-604, R-1012",
                                   "R-529: a maker that went while its request was under way"},
                                  &make_rule<leases_belong_to_their_maker>};

} // namespace lapse::rules
