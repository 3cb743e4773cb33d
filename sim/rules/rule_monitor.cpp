#include "sim/rules/rule_monitor.hpp"

#include "actors/protocol/event_visitor.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace lapse::rules {

namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::string short_name(const rule_subject& subject) {
  if (subject.token)
    return "token " + text(token_name{subject.token, token_type::service, nullptr}).substr(0, 8);
  if (subject.lease)
    return fmt::format("lease {:08x}", subject.lease.value >> 32);
  return "the run";
}

} // namespace

rule_monitor::rule_monitor(const rule_settings& settings, const lives::ledger& lives,
                           std::span<const std::string> off)
  : context_(settings, lives) {
  for (const auto* each : all_rules()) {
    if (std::find(off.begin(), off.end(), each->info.id) != off.end())
      continue;
    rules_.push_back(each->make(context_));
    auto* made = rules_.back().get();
    for (int i = 0; i < rule::watches_max; ++i)
      if ((made->watches() >> i & 1u) != 0)
        by_watch_[static_cast<std::size_t>(i)].push_back(made);
  }
}

rule_monitor::~rule_monitor() = default;

rule_monitor::rule_list& rule_monitor::watching(rule::watch what) noexcept {
  return by_watch_[static_cast<std::size_t>(std::countr_zero(static_cast<std::uint32_t>(what)))];
}

template <class Call>
void rule_monitor::tell(rule::watch what, Call&& call) {
  for (auto* each : watching(what))
    call(*each);
}

/// Hands each event to the rules that watch its kind, with the slot of what it is about.
struct rule_monitor::watched : ignores<run_started, client_family, client_asked, client_changed,
                                       handle_bound, expectation_failed, unexpected_refusal,
                                       expected_refusal, rule_broken, warning_raised, run_ended> {
  using ignores::operator();
  using slot = lives::ledger::slot;

  watched(rule_monitor& by, instant at) : by(by), context(by.context_), at(at) {}

  rule_monitor& by;
  rule_context& context;
  instant at;

  // -- rules see what is made when its record begins ------------------------------

  void operator()(const token_created& e) const {
    by.made_ =
        e.facts->name.id && context.lives().slot_of(e.facts->name.id) == lives::ledger::no_slot;
  }
  void operator()(const lease_created& e) const {
    by.made_ = e.lease.lease && context.lives().slot_of(e.lease.lease) == lives::ledger::no_slot;
  }

  // -- tokens ----------------------------------------------------------------------

  void operator()(const token_renewed& e) const {
    tell_of(rule::tokens_renewed, e.token, [&](rule& r, slot t) { r.token_renews(t, e); });
  }
  void operator()(const token_used& e) const {
    tell_of(rule::uses, e.token, [&](rule& r, slot t) { r.use_spent(t, e); });
  }
  void operator()(const token_orphaned& e) const {
    tell_of(rule::orphanings, e.token, [&](rule& r, slot t) { r.token_orphaned(t); });
  }
  void operator()(const token_ended& e) const {
    tell_of(rule::token_ends, e.token, [&](rule& r, slot t) { r.token_ends_now(t, e); });
  }
  void operator()(const token_gone& e) const {
    tell_of(rule::tokens_gone, e.token, [&](rule& r, slot t) { r.token_goes(t); });
  }
  void operator()(const cubbyhole_changed& e) const {
    tell_of(rule::cubbyholes, e.token, [&](rule& r, slot t) { r.cubbyhole_changes(t, e); });
  }

  // -- leases ----------------------------------------------------------------------

  void operator()(const lease_renewed& e) const {
    auto l = tell_of(rule::leases_renewed, e.lease, [&](rule& r, slot l) { r.lease_renews(l, e); });
    if (l != lives::ledger::no_slot)
      context.note(l, e);
  }
  void operator()(const lease_ended& e) const {
    tell_of(rule::lease_ends, e.lease, [&](rule& r, slot l) { r.lease_ends_now(l, e); });
  }
  void operator()(const lease_gone& e) const {
    tell_of(rule::leases_gone, e.lease, [&](rule& r, slot l) { r.lease_goes(l); });
  }
  void operator()(const revocation_attempted& e) const {
    auto l = tell_of(rule::attempts, e.lease, [&](rule& r, slot l) { r.attempt_made(l, e); });
    if (l != lives::ledger::no_slot)
      context.note(l, e);
  }
  void operator()(const lease_irrevocable& e) const {
    tell_of(rule::surrenders, e.lease, [&](rule& r, slot l) { r.lease_given_up(l, e); });
  }
  void operator()(const credential_changed& e) const {
    auto l = context.lives().slot_of(e.lease);
    by.tell(rule::credentials, [&](rule& r) { r.credential_moves(l, e); });
  }

  // -- requests, the server and the outside -------------------------------------------

  void operator()(const request_received& e) const {
    if (e.caller)
      tell_of(rule::requests, e.caller->facts->name.id,
              [&](rule& r, slot t) { r.request_let_in(t, e); });
    context.note(e);
  }
  void operator()(const request_answered& e) const {
    context.note(e);
    by.tell(rule::answers, [&](rule& r) { r.answer_given(e); });
  }
  void operator()(const seal_changed& e) const {
    context.sealed_ = e.sealed;
    if (!e.sealed)
      context.unsealed_ = at;
  }
  void operator()(const fault_injected& e) const {
    context.slow_ = context.slow_ || e.what.what == fault::kind::backend_slow;
  }

  /// The slot of `id`; rules never see what was never made.
  template <class Id, class Call>
  slot tell_of(rule::watch what, Id id, Call&& call) const {
    auto where = context.lives().slot_of(id);
    if (where != lives::ledger::no_slot)
      by.tell(what, [&](rule& r) { call(r, where); });
    return where;
  }
};

void rule_monitor::settle() {
  tell(rule::instants, [](rule& r) { r.instant_settled(); });
}

void rule_monitor::before_event(const event& e, const lives::ledger&) {
  if (rules_.empty())
    return;
  if (e.at > context_.now_) {
    settle();
    context_.settle(e.at);
  }
  std::visit(watched{*this, e.at}, e.body);
}

void rule_monitor::on_event(const event& e, const lives::ledger& lives) {
  if (!made_)
    return;
  made_ = false;
  auto where = lives.size() - 1;
  if (const auto* token = std::get_if<token_created>(&e.body))
    tell(rule::tokens_made, [&](rule& r) { r.token_made(where, *token); });
  else if (const auto* lease = std::get_if<lease_created>(&e.body))
    tell(rule::leases_made, [&](rule& r) { r.lease_made(where, *lease); });
}

void rule_monitor::finish(instant now, bool cut_short) {
  settle();
  context_.cut_short_ = cut_short;
  if (now > context_.now_)
    context_.settle(now);
  for (auto& each : rules_)
    each->run_over();
}

std::vector<rule_broken> rule_monitor::take_broken(const name_function& name) {
  auto name_of = [&](const rule_subject& subject) {
    auto handle = name ? name(subject) : std::string{};
    return handle.empty() ? short_name(subject) : handle;
  };
  std::vector<rule_broken> result;
  for (auto& each : std::exchange(context_.breaks(), {})) {
    replace_all(each.text, "{subject}", name_of(each.subject));
    replace_all(each.text, "{other}", name_of(each.other));
    result.push_back({std::string{each.what->id}, std::string{each.what->sentence},
                      "at " + ttl::readable_duration(each.at) + ": " + each.text, 0});
  }
  return result;
}

} // namespace lapse::rules
