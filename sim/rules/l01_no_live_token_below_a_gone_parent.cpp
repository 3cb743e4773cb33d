#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// R-1611. On a server a child may slip through between the walk's last look and the taint
// . Here both are one step, so that window is no exception: a child that survives is a bug.
class no_live_token_below_a_gone_parent final : public rule {
public:
  explicit no_live_token_below_a_gone_parent(rule_context& in)
    : rule(l01.info, in, tokens_made | tokens_gone | instants) {}

  void token_made(slot t, const token_created&) override {
    auto above = token(t).above_slot;
    if (above != no_slot && token(above).is_gone())
      parents_.push_back(above);
  }

  void token_goes(slot t) override {
    if (token(t).first_child != no_slot)
      parents_.push_back(t);
  }

  void instant_settled() override {
    for (auto parent : parents_)
      lives().for_each_child(parent, [&](slot child) {
        if (token(child).stands(now()))
          broken_by_token(child, "{subject} still works although its parent {other} is gone",
                          names_token(parent));
      });
    parents_.clear();
  }

private:
  std::vector<slot> parents_;
};

} // namespace

constinit const built_in_rule l01{
    {"L01",
     "no token works below a parent that is gone, unless it was made an orphan before",
     "R-1611, R-511, R-521, R-524, R-528",
     {}},
    &make_rule<no_live_token_below_a_gone_parent>};

} // namespace lapse::rules
