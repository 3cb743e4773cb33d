#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// R-1618. A lookup tells what the token knows of itself. A renewal's auth block shows the value
// at creation and says nothing (R-1707).
class orphans_stay_orphans final : public rule {
public:
  explicit orphans_stay_orphans(rule_context& in) : rule(l08.info, in, orphanings | answers) {}

  void token_orphaned(slot t) override {
    if (!token(t).made_as_child || token(t).orphaned)
      broken_by_token(t, "{subject} lost a parent that it did not have");
  }

  void answer_given(const request_answered& e) override {
    if (e.reply == nullptr)
      return;
    const auto* found = std::get_if<token_lookup>(&e.reply->body);
    if (found == nullptr)
      return;
    auto t = lives().slot_of(found->facts->name.id);
    if (t == no_slot)
      return;
    auto orphan = !token(t).made_as_child || token(t).orphaned;
    if (orphan && !found->orphan)
      broken_by_token(t, "a lookup shows {subject}, which is an orphan, with a parent");
    else if (!orphan && found->orphan)
      broken_by_token(t, "a lookup shows {subject} as an orphan, which has a parent");
  }
};

} // namespace

constinit const built_in_rule l08{
    {"L08", "a token becomes an orphan at most once, and an orphan gets no parent again",
     "R-1618, R-115, R-123, R-524",
     "R-526 does not change it: rows left behind reach former children without becoming their "
     "parent"},
    &make_rule<orphans_stay_orphans>};

} // namespace lapse::rules
