#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// All of a batch token is in its id. R-246: `num_uses` of a batch role is shown but stands for
// nothing, so it is not looked at.
class batch_tokens_store_nothing final : public rule {
public:
  explicit batch_tokens_store_nothing(rule_context& in)
    : rule(l10.info, in, tokens_made | tokens_renewed | cubbyholes | orphanings) {}

  void token_made(slot t, const token_created& e) override {
    if (token(t).above_slot != no_slot && token(token(t).above_slot).batch())
      broken_by_token(t, "{subject} is a child of the batch token {other}",
                      names_token(token(t).above_slot));
    if (!token(t).batch())
      return;
    if (e.facts->has_lease)
      broken_by_token(t, "the batch token {subject} has a lease");
    else if (e.facts->renewable)
      broken_by_token(t, "the batch token {subject} is renewable");
    else if (token(t).root)
      broken_by_token(t, "the batch token {subject} is a root token");
  }

  void token_renews(slot t, const token_renewed&) override {
    if (token(t).batch())
      broken_by_token(t, "the batch token {subject} was renewed");
  }

  void cubbyhole_changes(slot t, const cubbyhole_changed&) override {
    if (token(t).batch())
      broken_by_token(t, "the batch token {subject} has a cubbyhole");
  }

  void token_orphaned(slot t) override {
    if (token(t).batch())
      broken_by_token(t, "the batch token {subject} lost its parent and lives on");
  }
};

} // namespace

constinit const built_in_rule l10{
    {"L10",
     "a batch token has no lease, no renewal, no cubbyhole and no children",
     "R-105, R-203 #2 and #12, R-242, R-419, R-525, R-609, R-1002",
     {}},
    &make_rule<batch_tokens_store_nothing>};

} // namespace lapse::rules
