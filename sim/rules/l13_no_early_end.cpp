#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class no_early_end final : public rule {
public:
  explicit no_early_end(rule_context& in)
    : rule(l13.info, in, token_ends | tokens_gone | lease_ends | leases_gone | attempts) {}

  void token_ends_now(slot t, const token_ended& e) override {
    if (e.cause == end_cause::deadline && now() < token(t).expire)
      broken_by_token(t, "{subject} expired, but its deadline is " + when(token(t).expire));
  }

  void token_goes(slot t) override {
    if (token(t).reported.at == never)
      broken_by_token(t, "{subject} was removed while it was alive");
  }

  void lease_ends_now(slot l, const lease_ended& e) override {
    if (e.cause == end_cause::deadline && now() < lease(l).expire)
      broken_by_lease(l, "{subject} expired, but its deadline is " + when(lease(l).expire));
  }

  void lease_goes(slot l) override {
    if (lease(l).reported.at == never)
      broken_by_lease(l, "{subject} was removed while it stood");
  }

  void attempt_made(slot l, const revocation_attempted&) override {
    // A request that revokes asks the backend first.
    if (lease(l).reported.at == never && !in().running(request_class::any) && !in().unmounting())
      broken_by_lease(l, "a backend was told to revoke {subject} while it stood");
  }

private:
  [[nodiscard]] static std::string when(instant deadline) {
    return deadline == never ? "never" : ttl::readable_duration(deadline);
  }
};

} // namespace

constinit const built_in_rule l13{
    {"L13",
     "nothing expires before its deadline, and nothing is removed or revoked before it ended",
     "R-120, R-122, R-514, R-521, R-631, R-634",
     {}},
    &make_rule<no_early_end>};

} // namespace lapse::rules
