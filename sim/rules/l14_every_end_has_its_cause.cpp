#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// A walk ends children before their parent, so what took a token along is looked at when the
// instant is over. Each entity is held against its own parent or owner alone: in a chain all of
// them are.
class every_end_has_its_cause final : public rule {
public:
  explicit every_end_has_its_cause(rule_context& in)
    : rule(l14.info, in, token_ends | lease_ends | instants) {}

  void token_ends_now(slot t, const token_ended& e) override {
    if (token(t).reported.at != never)
      return;
    if (e.cause == end_cause::ancestor)
      tokens_.push_back(t);
    else if (e.cause == end_cause::last_use ? !used_up(token(t)) : !asked(e.cause))
      broken_by_token(t, "{subject} ended because of " + std::string{to_string(e.cause)} +
                             ", but nothing of the kind happened");
  }

  void lease_ends_now(slot l, const lease_ended& e) override {
    if (lease(l).reported.at != never)
      return;
    if (e.cause == end_cause::ancestor)
      leases_.push_back(l);
    else if (e.cause == end_cause::last_use || !asked(e.cause))
      broken_by_lease(l, "{subject} ended because of " + std::string{to_string(e.cause)} +
                             ", but nothing of the kind happened");
    else if (e.cause == end_cause::tidy && kept_by_tidy(lease(l)))
      broken_by_lease(l, "tidy ended {subject}, although its token {other} is still there",
                      names_token(lease(l).maker));
  }

  void instant_settled() override {
    for (auto t : tokens_)
      if (token(t).above_slot == no_slot
              ? !left_behind(token(t).reported.because)
              : !took_along(token(t).above_slot, token(t).reported.because))
        broken_by_token(t,
                        "{subject} ended because of {other}, whose end cannot have taken it along",
                        {token(t).reported.because, {}});
    for (auto l : leases_)
      if (lease(l).above_slot != no_slot &&
          !took_along(lease(l).above_slot, lease(l).reported.because))
        broken_by_lease(l,
                        "{subject} ended because of {other}, whose end cannot have taken it along",
                        {lease(l).reported.because, {}});
    tokens_.clear();
    leases_.clear();
  }

private:
  // Unwrapping and rewrapping by another token take the wrapping token's use, too (R-1008, R-1009).
  [[nodiscard]] bool used_up(const lives::life_record& t) const noexcept {
    return t.uses_left == -1 ||
           (t.what == lives::life_record::kind::wrapping && in().running(request_class::any));
  }

  [[nodiscard]] bool asked(end_cause cause) const noexcept {
    switch (cause) {
      case end_cause::revoke:
        return in().running(request_class::any);
      case end_cause::prefix:
        return in().running(request_class::prefix);
      case end_cause::mount:
        return in().unmounting();
      case end_cause::tidy:
        return in().running(request_class::tidy);
      default:
        return true;
    }
  }

  // a service token counts until it is gone, a batch token while it and its parent are
  // valid.
  [[nodiscard]] bool kept_by_tidy(const lives::life_record& l) const {
    if (l.maker == no_slot)
      return false;
    const auto& maker = token(l.maker);
    if (!maker.batch())
      return !maker.is_gone();
    return maker.stands(now()) &&
           (maker.above_slot == no_slot || token(maker.above_slot).stands(now()));
  }

  // Whether the end of `above` takes along what names `because` as the topmost token.
  [[nodiscard]] bool took_along(slot above, token_id because) const {
    const auto& life = token(above);
    if (life.reported.at == never)
      return false;
    auto topmost =
        life.reported.cause == end_cause::ancestor ? life.reported.because : life.token();
    if (because == topmost)
      return true;
    // At its own deadline `above` may have been on the way of a walk from further up.
    return life.reported.at == life.expire && has_ended(because);
  }

  // rows that revoke-orphan left behind lead from a later token with the same chosen id to
  // children that are none any more. Unknown parents leave nothing to tell.
  [[nodiscard]] bool left_behind(token_id because) const {
    auto t = lives().slot_of(because);
    return t == no_slot || (token(t).custom() != nullptr && has_ended(because));
  }

  [[nodiscard]] bool has_ended(token_id id) const {
    auto t = lives().slot_of(id);
    return t != no_slot && token(t).reported.at != never;
  }

  std::vector<slot> tokens_;
  std::vector<slot> leases_;
};

} // namespace

constinit const built_in_rule l14{
    {"L14",
     "every end has a cause that happened: a request, a last use, or the end of the token above it",
     "R-303, R-501, R-504, R-514, R-521, R-604, R-616, R-620, R-1008",
     "R-526: a later token with the chosen id of one that was revoked and orphaned takes the "
     "former "
     "children along"},
    &make_rule<every_end_has_its_cause>};

} // namespace lapse::rules
