#pragma once

#include "sim/rules/rule_context.hpp"

#include <memory>

namespace lapse::rules {

/// A built-in lifecycle rule as a monitor. It says at construction what it watches and is called
/// for nothing else: a rule costs what its events cost. Each call comes before the event is entered
/// in the ledger, but for what was just made, whose record begins with the call.
class rule {
public:
  using slot = lives::ledger::slot;
  static constexpr slot no_slot = lives::ledger::no_slot;

  enum watch : std::uint32_t {
    tokens_made = 1u << 0,
    tokens_renewed = 1u << 1,
    uses = 1u << 2,
    orphanings = 1u << 3,
    token_ends = 1u << 4,
    tokens_gone = 1u << 5,
    cubbyholes = 1u << 6,
    leases_made = 1u << 7,
    leases_renewed = 1u << 8,
    lease_ends = 1u << 9,
    leases_gone = 1u << 10,
    attempts = 1u << 11,
    surrenders = 1u << 12,
    credentials = 1u << 13,
    requests = 1u << 14,
    answers = 1u << 15,
    instants = 1u << 16
  };
  static constexpr int watches_max = 17;

  rule(const rule_info& what, rule_context& in, std::uint32_t watches)
    : what_(what), in_(in), watches_(watches) {}
  virtual ~rule() = default;
  rule(const rule&) = delete;
  rule& operator=(const rule&) = delete;

  [[nodiscard]] std::uint32_t watches() const noexcept { return watches_; }

  // -- events, by what is watched ------------------------------------------------------

  virtual void token_made(slot, const token_created&) {}
  virtual void token_renews(slot, const token_renewed&) {}
  virtual void use_spent(slot, const token_used&) {}
  virtual void token_orphaned(slot) {}
  virtual void token_ends_now(slot, const token_ended&) {}
  virtual void token_goes(slot) {}
  virtual void cubbyhole_changes(slot, const cubbyhole_changed&) {}
  virtual void lease_made(slot, const lease_created&) {}
  virtual void lease_renews(slot, const lease_renewed&) {}
  virtual void lease_ends_now(slot, const lease_ended&) {}
  virtual void lease_goes(slot) {}
  virtual void attempt_made(slot, const revocation_attempted&) {}
  virtual void lease_given_up(slot, const lease_irrevocable&) {}
  /// @param lease `no_slot` for a credential without a lease
  virtual void credential_moves([[maybe_unused]] slot lease, const credential_changed&) {}
  /// A request with the token `caller`, which was found usable.
  virtual void request_let_in([[maybe_unused]] slot caller, const request_received&) {}
  virtual void answer_given(const request_answered&) {}
  /// All of this instant is over, or the run is: nothing without delay is left to happen.
  virtual void instant_settled() {}
  /// The run is over; called for every rule, after the last `instant_settled`.
  virtual void run_over() {}

protected:
  [[nodiscard]] const lives::ledger& lives() const noexcept { return in_.lives(); }
  [[nodiscard]] const lives::life_record& token(slot at) const { return in_.lives().at(at); }
  [[nodiscard]] const lives::life_record& lease(slot at) const { return in_.lives().at(at); }
  [[nodiscard]] instant now() const noexcept { return in_.now(); }
  [[nodiscard]] const rule_context& in() const noexcept { return in_; }

  void broken_by_token(slot t, std::string text, rule_subject other = {}) {
    in_.report(what_, {token(t).token(), {}}, std::move(text), other);
  }
  void broken_by_lease(slot l, std::string text, rule_subject other = {}) {
    in_.report(what_, {{}, lease(l).lease()}, std::move(text), other);
  }
  /// For what is no single entity's fault: once per run.
  void broken_by_run(std::string text) { in_.report(what_, {}, std::move(text)); }
  [[nodiscard]] rule_subject names_token(slot t) const { return {token(t).token(), {}}; }

private:
  const rule_info& what_;
  rule_context& in_;
  std::uint32_t watches_;
};

/// A rule's entry in the catalogue, defined in the file of its id.
struct built_in_rule {
  rule_info info;
  std::unique_ptr<rule> (*make)(rule_context& in);
};

template <class Rule>
[[nodiscard]] std::unique_ptr<rule> make_rule(rule_context& in) {
  return std::make_unique<Rule>(in);
}

extern const built_in_rule l01, l02, l03, l04, l05, l06, l07, l08, l09, l10, l11, l12, l13, l14,
    l15, l16, l17, l18, l19, l20, l21, l22, l23, l24, l25, l26, l27;

} // namespace lapse::rules
