#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// R-1612. Batch children are stored nowhere and so take no part in the walk; L07 watches
// them. revoke-orphan lets its children go before the token is gone.
class children_go_before_their_parent final : public rule {
public:
  explicit children_go_before_their_parent(rule_context& in) : rule(l02.info, in, tokens_gone) {}

  void token_goes(slot t) override {
    if (token(t).is_gone() || token(t).children == 0)
      return;
    lives().for_each_child(t, [&](slot child) {
      if (!token(child).is_gone() && !token(child).batch())
        broken_by_token(t, "{subject} is gone before its child {other}", names_token(child));
    });
  }
};

} // namespace

constinit const built_in_rule l02{{"L02",
                                   "a revocation of a tree removes children before their parent",
                                   "R-1612, R-511, R-514",
                                   {}},
                                  &make_rule<children_go_before_their_parent>};

} // namespace lapse::rules
