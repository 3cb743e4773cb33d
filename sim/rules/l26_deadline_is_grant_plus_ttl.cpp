#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class deadline_is_grant_plus_ttl final : public rule {
public:
  explicit deadline_is_grant_plus_ttl(rule_context& in)
    : rule(l26.info, in, tokens_made | tokens_renewed | leases_made | leases_renewed) {}

  void token_made(slot t, const token_created& made) override {
    const auto& e = *made.facts;
    // a batch token counts from its creation second. TTL 0 is no end.
    auto from = token(t).batch() ? ttl::floor_second(now()) : now();
    judge_token(t, e.ttl, e.expire, e.ttl > duration::zero() ? later(from, e.ttl) : never);
  }

  void token_renews(slot t, const token_renewed& e) override {
    judge_token(t, e.ttl, e.expire, later(now(), e.ttl));
  }

  void lease_made(slot l, const lease_created& e) override { judge_lease(l, e.ttl, e.expire); }

  void lease_renews(slot l, const lease_renewed& e) override { judge_lease(l, e.ttl, e.expire); }

private:
  void judge_token(slot t, duration ttl, instant expire, instant right) {
    if (expire != right)
      broken_by_token(t, "{subject} got a TTL of " + ttl::readable_duration(ttl) + ", but ends " +
                             (expire == never ? "never" : "at " + ttl::readable_duration(expire)));
  }

  void judge_lease(slot l, duration ttl, instant expire) {
    if (expire != later(now(), ttl))
      broken_by_lease(l, "{subject} got a TTL of " + ttl::readable_duration(ttl) + ", but ends " +
                             (expire == never ? "never" : "at " + ttl::readable_duration(expire)));
  }
};

} // namespace

constinit const built_in_rule l26{
    {"L26",
     "a grant sets the deadline to its own instant plus the TTL granted",
     "R-122, R-404, R-409, R-603, R-608",
     {}},
    &make_rule<deadline_is_grant_plus_ttl>};

} // namespace lapse::rules
