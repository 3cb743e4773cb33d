#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// R-1617. A batch token looks at its parent at each use, so it needs no walk to reach it, and
// revoke-orphan does not save it.
class batch_tokens_end_with_their_parent final : public rule {
public:
  explicit batch_tokens_end_with_their_parent(rule_context& in)
    : rule(l07.info, in, token_ends | requests | instants) {}

  void token_ends_now(slot t, const token_ended&) override {
    if (token(t).batch_parent)
      parents_.push_back(t);
  }

  void request_let_in(slot t, const request_received&) override {
    if (!token(t).batch() || token(t).above_slot == no_slot)
      return;
    const auto& parent = token(token(t).above_slot);
    if (parent.reported.at < now() || parent.expire < now())
      broken_by_token(t, "{subject} was let in after its parent {other} had ended",
                      names_token(token(t).above_slot));
  }

  void instant_settled() override {
    for (auto parent : parents_)
      lives().for_each_child(parent, [&](slot child) {
        if (token(child).batch() && token(child).reported.at == never)
          broken_by_token(child, "the batch token {subject} outlives its parent {other}",
                          names_token(parent));
      });
    parents_.clear();
  }

private:
  std::vector<slot> parents_;
};

} // namespace

constinit const built_in_rule l07{{"L07",
                                   "a batch token is never usable after its parent has ended",
                                   "R-1617, R-122, R-522, R-525, R-527",
                                   {}},
                                  &make_rule<batch_tokens_end_with_their_parent>};

} // namespace lapse::rules
