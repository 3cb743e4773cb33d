#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class credentials_are_accounted_for final : public rule {
public:
  explicit credentials_are_accounted_for(rule_context& in) : rule(l25.info, in, credentials) {}

  void credential_moves(slot l, const credential_changed& e) override {
    sum_ += e.by;
    if (l != no_slot) {
      auto mine = lease(l).credentials + e.by;
      if (mine < 0)
        broken_by_lease(l, "a credential of {subject} was taken away that did not exist");
      else if (mine > 1)
        broken_by_lease(l, "{subject} has more than one credential");
    } else if (sum_ < 0) {
      broken_by_run("fewer than no credentials exist at " + e.mount);
    }
  }

private:
  std::int64_t sum_ = 0;
};

} // namespace

constinit const built_in_rule l25{
    {"L25",
     "a lease has at most one credential, and none is taken away that does not exist",
     "R-634, R-647",
     {}},
    &make_rule<credentials_are_accounted_for>};

} // namespace lapse::rules
