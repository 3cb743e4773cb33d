#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

using namespace std::chrono_literals;

class leases_keep_the_maximum final : public rule {
public:
  explicit leases_keep_the_maximum(rule_context& in)
    : rule(l19.info, in, leases_made | leases_renewed) {}

  void lease_made(slot l, const lease_created& e) override { judge(l, e.expire); }

  void lease_renews(slot l, const lease_renewed& e) override { judge(l, e.expire); }

private:
  void judge(slot l, instant expire) {
    auto max = in().limits().max_for(lives().mount(lease(l)));
    // The second is what whole-second arithmetic may overshoot.
    auto latest = later(later(ttl::floor_second(lease(l).created), max), 1s);
    if (expire > latest)
      broken_by_lease(l, "{subject} was granted until " + ttl::readable_duration(expire) +
                             ", more than the maximum of " + ttl::readable_duration(max) +
                             " after its issue at " + ttl::readable_duration(lease(l).created));
  }
};

} // namespace

constinit const built_in_rule l19{{"L19",
                                   "no grant lets a lease live longer after its issue than the "
                                   "maximum of its mount or the system",
                                   "R-231, R-233, R-410, R-423, R-602",
                                   {}},
                                  &make_rule<leases_keep_the_maximum>};

} // namespace lapse::rules
