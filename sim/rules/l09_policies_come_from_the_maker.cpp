#include "sim/rules/rule.hpp"

#include <algorithm>

namespace lapse::rules {

namespace {

// R-1619. That a maker has `sudo` is not in the stream. A maker whose policies nowhere mention it
// surely has none; others are given the benefit of the doubt.
class policies_come_from_the_maker final : public rule {
public:
  explicit policies_come_from_the_maker(rule_context& in) : rule(l09.info, in, tokens_made) {}

  void token_made(slot t, const token_created& made) override {
    const auto& e = *made.facts;
    const auto& life = token(t);
    // A role gives out its own policies, a login those of its user.
    if (life.maker == no_slot || life.with_role ||
        life.what == lives::life_record::kind::wrapping || life.made_by_method() ||
        token(life.maker).root)
      return;
    const auto& theirs = token(life.maker).policies();
    if (!e.policies || e.policies == theirs || subset(*e.policies, theirs) || may_sudo(theirs))
      return;
    broken_by_token(t, "{subject} has policies that its maker {other} does not have",
                    names_token(life.maker));
  }

private:
  // Both are sorted.
  [[nodiscard]] static bool subset(const std::vector<std::string>& mine,
                                   const shared_names& theirs) {
    if (!theirs)
      return mine.empty();
    return std::includes(theirs->begin(), theirs->end(), mine.begin(), mine.end());
  }

  [[nodiscard]] bool may_sudo(const shared_names& policies) const {
    return policies && std::any_of(policies->begin(), policies->end(),
                                   [this](const auto& name) { return in().may_sudo(name); });
  }
};

} // namespace

constinit const built_in_rule l09{
    {"L09", "a token made without role and sudo has no policy that its maker does not have",
     "R-1619, R-113, R-221, R-222",
     "R-202, R-226: makers with sudo and token roles give out any policy"},
    &make_rule<policies_come_from_the_maker>};

} // namespace lapse::rules
