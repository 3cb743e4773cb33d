#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class what_ended_does_not_return final : public rule {
public:
  explicit what_ended_does_not_return(rule_context& in)
    : rule(l16.info, in, tokens_renewed | uses | requests | leases_renewed) {}

  void token_renews(slot t, const token_renewed&) override {
    if (!token(t).stands(now()))
      broken_by_token(t, "{subject} was renewed" + since(token(t).reported.at, token(t).expire));
  }

  void use_spent(slot t, const token_used&) override {
    if (!token(t).stands(now()))
      broken_by_token(t, "{subject} was used" + since(token(t).reported.at, token(t).expire));
  }

  void request_let_in(slot t, const request_received&) override {
    if (!token(t).stands(now()))
      broken_by_token(t, "{subject} was let in" + since(token(t).reported.at, token(t).expire));
  }

  void lease_renews(slot l, const lease_renewed&) override {
    const auto& life = lease(l);
    if (life.is_gone() || life.irrevocable())
      broken_by_lease(l, life.is_gone()
                             ? "{subject} was renewed after it was removed"
                             : "{subject} was renewed after its revocation was given up");
    else if (!life.stands(now()) && !may_return(life))
      broken_by_lease(l, "{subject} was renewed" + since(life.reported.at, life.expire));
  }

private:
  // the tests for "expired" are skipped for a lease made by a batch token, as long as that
  // token is valid.
  [[nodiscard]] bool may_return(const lives::life_record& l) const {
    if (l.maker == no_slot || !token(l.maker).batch() || !token(l.maker).stands(now()))
      return false;
    auto parent = token(l.maker).above_slot;
    return parent == no_slot || token(parent).stands(now());
  }

  [[nodiscard]] static std::string since(instant ended, instant expire) {
    return " after it had ended at " + ttl::readable_duration(ended == never ? expire : ended);
  }
};

} // namespace

constinit const built_in_rule l16{
    {"L16", "what has ended does not come back: it is neither used nor let in nor renewed",
     "R-120, R-302, R-403, R-422, R-426, R-428, R-531",
     "R-425: a lease of a living batch token, renewed while its revocation waits"},
    &make_rule<what_ended_does_not_return>};

} // namespace lapse::rules
