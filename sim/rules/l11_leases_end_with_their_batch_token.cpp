#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class leases_end_with_their_batch_token final : public rule {
public:
  explicit leases_end_with_their_batch_token(rule_context& in)
    : rule(l11.info, in, leases_made | leases_renewed) {}

  void lease_made(slot l, const lease_created& e) override { judge(l, e.expire); }
  void lease_renews(slot l, const lease_renewed& e) override { judge(l, e.expire); }

private:
  void judge(slot l, instant expire) {
    auto maker = lease(l).maker;
    if (maker == no_slot || !token(maker).batch() || expire <= token(maker).expire)
      return;
    broken_by_lease(l,
                    "{subject} was granted until " + ttl::readable_duration(expire) +
                        ", past the end of its batch token {other} at " +
                        ttl::readable_duration(token(maker).expire),
                    names_token(maker));
  }
};

} // namespace

constinit const built_in_rule l11{
    {"L11", "no grant lets a lease made by a batch token outlive that token", "R-425, R-605", {}},
    &make_rule<leases_end_with_their_batch_token>};

} // namespace lapse::rules
