#include "actors/ttl/duration.hpp"
#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

using namespace std::chrono_literals;

// R-1615.
class explicit_maximum_is_final final : public rule {
public:
  explicit explicit_maximum_is_final(rule_context& in)
    : rule(l05.info, in, tokens_made | tokens_renewed) {}

  void token_made(slot t, const token_created& e) override { judge(t, e.facts->expire); }

  void token_renews(slot t, const token_renewed& e) override {
    // with a role, the role as it is now decides alone.
    if (!token(t).with_role)
      judge(t, e.expire);
  }

private:
  void judge(slot t, instant expire) {
    const auto& life = token(t);
    const auto explicit_max = life.from->explicit_max;
    if (explicit_max <= duration::zero())
      return;
    // The second is what whole-second arithmetic may overshoot.
    if (expire > later(later(ttl::floor_second(life.created), explicit_max), 1s))
      broken_by_token(
          t,
          "{subject} was granted life until " +
              (expire == never ? std::string{"the end of time"} : ttl::readable_duration(expire)) +
              ", past its explicit maximum of " + ttl::readable_duration(explicit_max) + " from " +
              ttl::readable_duration(life.created));
  }
};

} // namespace

constinit const built_in_rule l05{
    {"L05", "no grant lets a token live past its explicit maximum", "R-1615, R-231, R-406, R-410",
     "R-407: on renewal of a token made with a role, the role's explicit maximum of that time "
     "replaces the token's"},
    &make_rule<explicit_maximum_is_final>};

} // namespace lapse::rules
