#include "tests/unit/rules/rule_story.hpp"

#include <algorithm>

using namespace lapse;
using namespace std::chrono_literals;

TEST_CASE("a lease removed without a revocation at its backend breaks L21") {
  rule_story s;
  s.token(1);
  s.lease(5, 1, 10min);
  s.at(10min);
  s.end_lease(5, end_cause::deadline);
  s.attempt(5, 1, false, 10min + 20s);
  s.lease_gone_now(5);
  CHECK(s.broken() == lines{"L21: at 10m: l5 was removed although no backend had revoked it"});
}

TEST_CASE("revoke-force removes a lease whatever the backend says (R-618)") {
  rule_story s;
  s.token(1);
  s.lease(5, 1);
  s.received("sys/leases/revoke-force/database");
  s.attempt(5, 1, false);
  s.end_lease(5, end_cause::prefix);
  s.lease_gone_now(5);
  s.answered();
  CHECK(s.broken() == lines{});
}

TEST_CASE("a tidy removes a lease long after its answer only where a backend is slow (R-620)") {
  auto broken = [](bool slow) {
    rule_story s;
    s.token(1);
    s.lease(5, 1);
    if (slow) {
      fault what;
      what.what = fault::kind::backend_slow;
      what.takes = 1min;
      s.tell(fault_injected{what});
    }
    s.received("sys/leases/tidy");
    s.answered();
    s.at(1min);
    s.lease_gone_now(5);
    auto found = s.broken();
    return std::any_of(found.begin(), found.end(),
                       [](const auto& line) { return line.starts_with("L21"); });
  };
  CHECK_FALSE(broken(true));
  CHECK(broken(false));
}
