#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class removed_only_when_revoked final : public rule {
public:
  explicit removed_only_when_revoked(rule_context& in) : rule(l21.info, in, leases_gone) {}

  void lease_goes(slot l) override {
    if (lease(l).revoked || lease(l).is_gone())
      return;
    if (in().running(request_class::prefix) || in().tidying())
      return;
    broken_by_lease(l, "{subject} was removed although no backend had revoked it");
  }
};

} // namespace

constinit const built_in_rule l21{
    {"L21", "the record of a lease is removed only after its backend has revoked it",
     "R-634, R-642, R-643, R-647",
     "R-618, R-620: revoke-force and tidy remove it whatever the backend says"},
    &make_rule<removed_only_when_revoked>};

} // namespace lapse::rules
