#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class one_backend_revocation final : public rule {
public:
  explicit one_backend_revocation(rule_context& in) : rule(l20.info, in, attempts) {}

  void attempt_made(slot l, const revocation_attempted& e) override {
    if (lease(l).is_gone())
      broken_by_lease(l, "a backend was told to revoke {subject} after it was removed");
    else if (e.ok && lease(l).revoked)
      broken_by_lease(l, "a backend revoked {subject} twice");
  }
};

} // namespace

constinit const built_in_rule l20{
    {"L20",
     "a backend carries out the revocation of a lease once, and is not asked again after it",
     "R-634, R-1603",
     {}},
    &make_rule<one_backend_revocation>};

} // namespace lapse::rules
