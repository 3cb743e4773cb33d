#include "sim/explore/estate_generator_timeline.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

// Steps about tokens.

namespace lapse::explore {

// -- making them -----------------------------------------------------------------------

bool estate_timeline::create(generated_step& step) {
  generated_token token;
  token.name = fmt::format("t{}", ++tokens_made_);
  step.add("create", token.name);
  auto caller = add_caller(step, 35);
  token.parent = caller;
  if (!estate_.token_roles.empty() && draws_.chance(40)) {
    const auto& role = draws_.one_of(estate_.token_roles);
    step.add("role", role);
  } else if (now_and_then(estate_feature::orphan, 25)) {
    step.add("orphan", "true");
    token.parent = -1;
  }
  if (now_and_then(estate_feature::no_parent, 20)) {
    step.add("no_parent", "true");
    token.parent = -1;
  }
  add_parameters(step, token);
  add_policies(step, caller);
  add_wrapping(step);
  waiting_tokens_.push_back(std::move(token));
  if (!in_together_)
    bind_waiting();
  return true;
}

void estate_timeline::add_parameters(generated_step& step, generated_token& token) {
  token.end = now_ + estate_.spans.back();
  if (draws_.chance(80)) {
    auto ttl = span();
    step.add("ttl", span_text(ttl));
    token.end = now_ + ttl;
  }
  auto batch = now_and_then(estate_feature::batch, 25);
  if (batch)
    step.add("type", "batch");
  if (now_and_then(estate_feature::period, batch ? 3 : 25)) {
    auto period = span();
    step.add("period", ttl::format_duration(period));
    token.end = now_ + period;
  }
  if (now_and_then(estate_feature::explicit_maximum, batch ? 3 : 25)) {
    auto longest = span();
    step.add("explicit_max_ttl", span_text(longest));
    token.end = std::min(token.end, now_ + longest);
  }
  if (now_and_then(estate_feature::use_limit, batch ? 3 : 25)) {
    auto uses = 1 + draws_.below(4);
    step.add("num_uses", std::to_string(uses));
  }
  if (now_and_then(estate_feature::unrenewable, 15))
    step.add("renewable", "false");
  if (now_and_then(estate_feature::custom_id, 15)) {
    // Few, so that an id is used again.
    auto which = 1 + draws_.below(3);
    step.add("id", fmt::format("custom-{}", which));
  }
}

// Without policies root's child is a root token, and others' have their maker's.
void estate_timeline::add_policies(generated_step& step, int caller) {
  if (caller < 0 && now_and_then(estate_feature::root_child, 20))
    return;
  if (caller >= 0 && draws_.chance(40))
    return;
  const auto& policy = draws_.one_of(estate_.policies);
  auto more = draws_.chance(20);
  // Most tokens should be able to do something.
  auto able = caller < 0 && draws_.chance(60);
  auto names = document::sequence_of({document::plain_value(able ? "maker" : policy)});
  if (more)
    names.children.push_back(document::plain_value("reader"));
  step.add("policies", std::move(names));
}

bool estate_timeline::log_in(generated_step& step) {
  if (estate_.users.empty())
    return false;
  const auto& user = draws_.one_of(estate_.users);
  generated_token token;
  token.name = fmt::format("t{}", ++tokens_made_);
  token.end = now_ + user.ttl;
  step.add("login", token.name);
  step.add("with", fmt::format("{}/{}", user.mount, user.name));
  add_wrapping(step);
  waiting_tokens_.push_back(std::move(token));
  if (!in_together_)
    bind_waiting();
  return true;
}

// -- looking at them, renewing them ------------------------------------------------------

bool estate_timeline::look_up(generated_step& step) {
  auto token = some_token();
  step.add("lookup", name_of(token));
  auto form = draws_.below(3);
  if (form == 0)
    step.add("self", "true");
  else if (form == 1)
    step.add("by", "accessor");
  return true;
}

bool estate_timeline::renew(generated_step& step) {
  auto token = some_token();
  if (token < 0)
    return false;
  step.add("renew", name_of(token));
  auto form = draws_.below(4);
  if (form <= 1)
    step.add("self", "true");
  else if (form == 2)
    step.add("by", "accessor");
  if (form > 1)
    add_caller(step, 60);
  auto increment = span();
  if (draws_.chance(70))
    step.add("increment", span_text(increment));
  book_.extend(token, now_ + increment);
  return true;
}

bool estate_timeline::keep(generated_step& step) {
  auto token = some_token();
  if (in_together_ || token < 0)
    return false;
  auto every = span();
  auto rounds = 1 + draws_.below(6);
  auto until = now_ + every * static_cast<std::int64_t>(rounds);
  step.add("keep", name_of(token));
  step.add("every", ttl::format_duration(every));
  step.add("until", ttl::format_duration(until));
  if (draws_.chance(40)) {
    auto increment = span();
    step.add("increment", ttl::format_duration(increment));
  }
  book_.extend(token, until + every);
  return true;
}

// -- ending them ---------------------------------------------------------------------------

bool estate_timeline::revoke(generated_step& step) {
  auto token = some_token();
  if (token < 0 && !draws_.chance(5)) // root itself, sometimes
    return false;
  step.add("revoke", name_of(token));
  add_caller(step, 70);
  if (token >= 0)
    book_.end_token(token);
  return true;
}

bool estate_timeline::revoke_by_accessor(generated_step& step) {
  auto token = some_token();
  if (token < 0)
    return false;
  step.add("revoke", name_of(token));
  step.add("by", "accessor");
  add_caller(step, 70);
  book_.end_token(token);
  return true;
}

bool estate_timeline::revoke_self(generated_step& step) {
  auto token = some_token();
  if (token < 0)
    return false;
  step.add("revoke", name_of(token));
  step.add("self", "true");
  book_.end_token(token);
  return true;
}

bool estate_timeline::revoke_orphan(generated_step& step) {
  auto token = some_token();
  if (token < 0)
    return false;
  step.add("revoke_orphan", name_of(token));
  add_caller(step, 70);
  // Its children live on, which the book does not know; they are spoken of as if dead.
  book_.end_token(token);
  return true;
}

// -- what is in them -----------------------------------------------------------------------

bool estate_timeline::unwrap(generated_step& step) {
  auto wrapper = book_.some_token(draws_, now_, true);
  if (wrapper < 0)
    return false;
  step.add("unwrap", name_of(wrapper));
  if (draws_.chance(30))
    add_caller(step, 40);
  book_.end_token(wrapper);
  return true;
}

bool estate_timeline::use_cubbyhole(generated_step& step) {
  auto token = some_token();
  if (token < 0)
    return false;
  auto form = draws_.below(4);
  if (form == 0) {
    step.add("read", "cubbyhole/a");
  } else if (form == 1) {
    step.add("delete", "cubbyhole/a");
  } else {
    step.add("write", "cubbyhole/a");
    step.add("data", document::map_with("v", "1"));
  }
  step.add("as", name_of(token));
  return true;
}

} // namespace lapse::explore
