#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

class one_end_one_cause final : public rule {
public:
  explicit one_end_one_cause(rule_context& in)
    : rule(l12.info, in, token_ends | tokens_gone | lease_ends | leases_gone) {}

  void token_ends_now(slot t, const token_ended& e) override {
    if (token(t).reported.at != never)
      broken_by_token(t, "{subject} ended twice: because of " + words(token(t).reported.cause) +
                             ", then because of " + words(e.cause));
    else if (now() >= token(t).expire && e.cause != end_cause::deadline)
      broken_by_token(t,
                      "{subject} had reached its deadline, but ended because of " + words(e.cause));
    else if ((e.cause == end_cause::ancestor) != static_cast<bool>(e.because))
      broken_by_token(t, "{subject} ended because of " + words(e.cause) +
                             ", which does not say whose end took it along");
  }

  void token_goes(slot t) override {
    if (token(t).is_gone())
      broken_by_token(t, "{subject} was removed twice");
  }

  void lease_ends_now(slot l, const lease_ended& e) override {
    // A renewal that R-425 allows begins another life.
    if (lease(l).reported.at != never)
      broken_by_lease(l, "{subject} ended twice: because of " + words(lease(l).reported.cause) +
                             ", then because of " + words(e.cause));
    else if (now() >= lease(l).expire && e.cause != end_cause::deadline)
      broken_by_lease(l,
                      "{subject} had reached its deadline, but ended because of " + words(e.cause));
    else if ((e.cause == end_cause::ancestor) != static_cast<bool>(e.because))
      broken_by_lease(l, "{subject} ended because of " + words(e.cause) +
                             ", which does not say whose end took it along");
  }

  void lease_goes(slot l) override {
    if (lease(l).is_gone())
      broken_by_lease(l, "{subject} was removed twice");
  }

private:
  [[nodiscard]] static std::string words(end_cause cause) {
    return cause == end_cause::ancestor ? "an ancestor" : std::string{to_string(cause)};
  }
};

} // namespace

constinit const built_in_rule l12{
    {"L12", "every token and lease ends once, of one cause: the first, on a tie its own deadline",
     "R-1601, R-1603, R-120, R-501, R-511",
     "R-425: a lease of a batch token that was renewed while its revocation waited ends once more"},
    &make_rule<one_end_one_cause>};

} // namespace lapse::rules
