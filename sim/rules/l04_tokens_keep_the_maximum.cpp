#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

using namespace std::chrono_literals;

// R-1614. The second is what whole-second arithmetic may overshoot. Maxima of single
// roles and users are not in the stream; those of mounts and the system are.
class tokens_keep_the_maximum final : public rule {
public:
  explicit tokens_keep_the_maximum(rule_context& in)
    : rule(l04.info, in, tokens_made | tokens_renewed) {}

  void token_made(slot t, const token_created& made) override {
    const auto& e = *made.facts;
    // R-1005: a wrapping token is not limited. R-235: nor is a root token with an explicit maximum.
    if (e.expire == never || e.wrapping || (token(t).root && e.bound == ttl_bound::explicit_max))
      return;
    judge(t, e.expire, now());
  }

  void token_renews(slot t, const token_renewed& e) override {
    const auto& life = token(t);
    auto max = limit(life);
    // Period and maximum come from the role or user as it is now: that a
    // renewal was a periodic one shows in what bound it, or in a period cut to the maximum.
    auto periodic = life.periodic || e.bound == ttl_bound::period ||
                    ((life.with_role || life.made_by_method()) && e.ttl == max);
    judge(t, e.expire, periodic ? now() : life.created);
  }

private:
  [[nodiscard]] duration limit(const lives::life_record& t) const {
    return in().limits().max_for(t.path() ? std::string_view{*t.path()} : std::string_view{});
  }

  void judge(slot t, instant expire, instant from) {
    auto max = limit(token(t));
    auto latest = later(later(ttl::floor_second(from), max), 1s);
    if (expire > latest)
      broken_by_token(t, "{subject} was granted life until " + ttl::readable_duration(expire) +
                             ", more than the maximum of " + ttl::readable_duration(max) +
                             " after " + ttl::readable_duration(from));
  }
};

} // namespace

constinit const built_in_rule l04{
    {"L04",
     "no grant lets a token live longer than the maximum of its mount or the system: after its "
     "issue, "
     "or after the renewal of a periodic one",
     "R-1614, R-231, R-233, R-404, R-409, R-410",
     "R-235: a root token with only an explicit maximum; R-1005: wrapping tokens"},
    &make_rule<tokens_keep_the_maximum>};

} // namespace lapse::rules
