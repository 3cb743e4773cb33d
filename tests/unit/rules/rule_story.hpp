#pragma once

#include "sim/rules/rule_monitor.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lapse {

using namespace lives;
using namespace rules;

/// A stream written by hand, for tests of the built-in rules: what happened, one line per event.
/// Token 7 is called `t7` in evidence, lease 7 `l7`.
class rule_story {
public:
  explicit rule_story(const rule_settings& settings = {}, std::vector<std::string> off = {})
    : rules_(settings, events_.lives(), off) {
    events_.add(rules_);
  }

  void at(instant t) { now_ = t; }
  void tell(token_facts made) {
    tell(token_created{std::make_shared<const token_facts>(std::move(made))});
  }
  void tell(event_body body) { events_.put(event{now_, std::move(body)}); }

  // -- tokens ------------------------------------------------------------------

  /// A service token as `auth/token/create` makes it; `ttl` 0 never ends.
  [[nodiscard]] token_facts made(std::uint64_t id, std::uint64_t parent = 0,
                                 duration ttl = std::chrono::hours{1}) const {
    token_facts e;
    e.name.id = token_id{id};
    e.parent = e.maker = token_id{parent};
    e.path = std::make_shared<const std::string>("auth/token/create");
    e.ttl = ttl;
    e.expire = ttl > duration::zero() ? later(now_, ttl) : never;
    e.renewable = true;
    return e;
  }

  void token(std::uint64_t id, std::uint64_t parent = 0, duration ttl = std::chrono::hours{1}) {
    tell(made(id, parent, ttl));
  }

  void batch(std::uint64_t id, std::uint64_t parent = 0, duration ttl = std::chrono::hours{1}) {
    auto e = made(id, parent, ttl);
    e.name.type = token_type::batch;
    e.has_lease = e.renewable = false;
    tell(e);
  }

  void renew(std::uint64_t id, duration ttl) {
    tell(token_renewed{token_id{id}, ttl, later(now_, ttl), ttl_bound::increment});
  }

  void end(std::uint64_t id, end_cause cause, std::uint64_t because = 0) {
    tell(token_ended{token_id{id}, cause, token_id{because}});
  }

  void gone(std::uint64_t id) { tell(token_gone{token_id{id}}); }
  void orphaned(std::uint64_t id) { tell(token_orphaned{token_id{id}}); }
  void used(std::uint64_t id, std::int64_t left) { tell(token_used{token_id{id}, left}); }

  // -- leases ------------------------------------------------------------------

  void lease(std::uint64_t id, std::uint64_t owner, duration ttl = std::chrono::hours{1},
             std::uint64_t maker = 0) {
    lease_created e;
    e.lease.lease = lease_id{id};
    e.owner = token_id{owner};
    e.maker = token_id{maker == 0 ? owner : maker};
    e.mount = "database/";
    e.ttl = ttl;
    e.expire = later(now_, ttl);
    tell(e);
  }

  void renew_lease(std::uint64_t id, duration ttl) {
    tell(lease_renewed{lease_id{id}, ttl, later(now_, ttl), ttl_bound::increment});
  }

  void end_lease(std::uint64_t id, end_cause cause, std::uint64_t because = 0,
                 std::uint64_t owner = 0) {
    tell(lease_ended{lease_id{id}, cause, token_id{because}, token_id{owner}});
  }

  void attempt(std::uint64_t id, std::int64_t number, bool ok, instant next = never) {
    tell(revocation_attempted{lease_id{id}, number, ok, ok ? "" : "down", next});
  }

  void lease_gone_now(std::uint64_t id) { tell(lease_gone{lease_id{id}}); }

  void credential(std::uint64_t lease, std::int64_t by) {
    tell(credential_changed{"database/", by, lease_id{lease}});
  }

  // -- requests ----------------------------------------------------------------

  void received(std::string path, std::uint64_t caller = 0) {
    request what;
    what.op = operation::update;
    what.path = std::move(path);
    received(std::move(what), caller);
  }

  void received(request what, std::uint64_t caller = 0) {
    request_received e;
    e.number = ++number_;
    asked_ = std::make_shared<const request>(std::move(what));
    e.what = asked_;
    if (caller != 0) {
      auto view = std::make_shared<caller_view>();
      token_facts facts;
      facts.name.id = token_id{caller};
      view->facts = std::make_shared<const token_facts>(facts);
      e.caller = std::move(view);
    }
    tell(e);
  }

  /// Answers the latest request.
  void answered(const answer& reply = {}) {
    request_answered e;
    e.number = number_;
    e.what = asked_;
    e.reply = &reply;
    tell(e);
  }

  // -- verdicts ----------------------------------------------------------------

  /// Ends the run; `id: evidence` of all that was broken.
  [[nodiscard]] std::vector<std::string> broken() {
    rules_.finish(now_);
    return broken_so_far();
  }

  [[nodiscard]] std::vector<std::string> broken_so_far() {
    std::vector<std::string> result;
    auto name = [](const rule_subject& what) {
      if (what.token)
        return "t" + std::to_string(what.token.value);
      return what.lease ? "l" + std::to_string(what.lease.value) : std::string{};
    };
    for (const auto& each : rules_.take_broken(name))
      result.push_back(each.id + ": " + each.evidence);
    return result;
  }

  /// Ends the run; the evidence of the only break of rule `id`, empty if it did not break once.
  [[nodiscard]] std::string evidence(const std::string& id) {
    std::string found;
    for (const auto& each : broken())
      if (each.starts_with(id + ": ")) {
        if (!found.empty())
          return {};
        found = each.substr(id.size() + 2);
      }
    return found;
  }

private:
  event_stream events_;
  rule_monitor rules_;
  instant now_{0};
  std::uint64_t number_ = 0;
  request_ptr asked_;
};

using lines = std::vector<std::string>;

} // namespace lapse
