#include "sim/rules/rule_monitor.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <type_traits>
#include <utility>

namespace lapse {

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

rule_monitor::rule_monitor(const rule_settings& settings, std::span<const std::string> off)
  : context_(settings) {
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

void rule_monitor::settle() {
  tell(rule::instants, [](rule& r) { r.instant_settled(); });
}

void rule_monitor::on_event(const event& e) {
  if (rules_.empty())
    return;
  if (e.at > context_.now_) {
    settle();
    context_.settle(e.at);
  }
  see(e);
}

void rule_monitor::finish(instant now) {
  settle();
  if (now > context_.now_)
    context_.settle(now);
  for (auto& each : rules_)
    each->run_over();
}

void rule_monitor::see(const event& e) {
  auto& book = context_.book_;
  auto of_token = [&](rule::watch what, token_id id, const auto& body, auto call) {
    auto t = book.token_slot(id);
    if (t == no_past)
      return no_past;
    for (auto* each : watching(what)) {
      if constexpr (std::is_invocable_v<decltype(call), rule&, past_slot, decltype(body)>)
        std::invoke(call, *each, t, body);
      else
        std::invoke(call, *each, t);
    }
    return t;
  };
  auto of_lease = [&](rule::watch what, lease_id id, const auto& body, auto call) {
    auto l = book.lease_slot(id);
    if (l == no_past)
      return no_past;
    for (auto* each : watching(what)) {
      if constexpr (std::is_invocable_v<decltype(call), rule&, past_slot, decltype(body)>)
        std::invoke(call, *each, l, body);
      else
        std::invoke(call, *each, l);
    }
    return l;
  };
  std::visit(
      [&](const auto& body) {
        using kind = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<kind, token_created>) {
          if (auto t = book.add(e.at, body); t != no_past)
            tell(rule::tokens_made, [&](rule& r) { r.token_made(t, body); });
        } else if constexpr (std::is_same_v<kind, token_renewed>) {
          if (auto t = of_token(rule::tokens_renewed, body.token, body, &rule::token_renews);
              t != no_past)
            book.take(t, body);
        } else if constexpr (std::is_same_v<kind, token_used>) {
          if (auto t = of_token(rule::uses, body.token, body, &rule::use_spent); t != no_past)
            book.take(t, body);
        } else if constexpr (std::is_same_v<kind, token_orphaned>) {
          if (auto t = of_token(rule::orphanings, body.token, body, &rule::token_orphans);
              t != no_past)
            book.take(t, body);
        } else if constexpr (std::is_same_v<kind, token_ended>) {
          if (auto t = of_token(rule::token_ends, body.token, body, &rule::token_ends_now);
              t != no_past)
            book.take(t, e.at, body);
        } else if constexpr (std::is_same_v<kind, token_gone>) {
          if (auto t = of_token(rule::tokens_gone, body.token, body, &rule::token_goes);
              t != no_past && !book.token(t).gone)
            book.take(t, e.at, body);
        } else if constexpr (std::is_same_v<kind, cubbyhole_changed>) {
          of_token(rule::cubbyholes, body.token, body, &rule::cubbyhole_changes);
        } else if constexpr (std::is_same_v<kind, lease_created>) {
          if (auto l = book.add(e.at, body); l != no_past)
            tell(rule::leases_made, [&](rule& r) { r.lease_made(l, body); });
        } else if constexpr (std::is_same_v<kind, lease_renewed>) {
          if (auto l = of_lease(rule::leases_renewed, body.lease, body, &rule::lease_renews);
              l != no_past)
            book.take(l, body);
        } else if constexpr (std::is_same_v<kind, lease_ended>) {
          if (auto l = of_lease(rule::lease_ends, body.lease, body, &rule::lease_ends_now);
              l != no_past)
            book.take(l, e.at, body);
        } else if constexpr (std::is_same_v<kind, lease_gone>) {
          if (auto l = of_lease(rule::leases_gone, body.lease, body, &rule::lease_goes);
              l != no_past)
            book.take(l, body);
        } else if constexpr (std::is_same_v<kind, revocation_attempted>) {
          if (auto l = of_lease(rule::attempts, body.lease, body, &rule::attempt_made);
              l != no_past)
            book.take(l, e.at, body, context_.by_request(body));
        } else if constexpr (std::is_same_v<kind, lease_irrevocable>) {
          if (body.token) {
            if (auto t = book.token_slot(body.token); t != no_past)
              book.give_up_token(t);
          } else if (auto l = of_lease(rule::surrenders, body.lease, body, &rule::lease_given_up);
                     l != no_past) {
            book.give_up_lease(l);
          }
        } else if constexpr (std::is_same_v<kind, credential_changed>) {
          auto l = book.lease_slot(body.lease);
          tell(rule::credentials, [&](rule& r) { r.credential_moves(l, body); });
          if (l != no_past)
            book.take(l, body);
        } else if constexpr (std::is_same_v<kind, request_received>) {
          if (body.caller && !watching(rule::requests).empty())
            of_token(rule::requests, body.caller->facts->name.id, body, &rule::request_let_in);
          context_.take(body);
        } else if constexpr (std::is_same_v<kind, request_answered>) {
          context_.take(body);
          tell(rule::answers, [&](rule& r) { r.answer_given(body); });
        } else if constexpr (std::is_same_v<kind, seal_changed>) {
          context_.sealed_ = body.sealed;
          if (!body.sealed)
            context_.unsealed_ = e.at;
        } else if constexpr (std::is_same_v<kind, fault_injected>) {
          context_.slow_ = context_.slow_ || body.what.what == fault::kind::backend_slow;
        }
      },
      e.body);
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
                      "at " + format_duration(each.at) + ": " + each.text, 0});
  }
  return result;
}

} // namespace lapse
