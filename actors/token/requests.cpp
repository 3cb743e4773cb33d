// What a token performs itself at `auth/token/`, and what it answers when another token asks about
// it.

#include "actors/api/answers.hpp"
#include "actors/api/field.hpp"
#include "actors/token/creation.hpp"
#include "actors/token/token.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::token {

namespace {

answer missing_token() { return error_answer(400, "missing token ID"); }

answer missing_accessor() { return wrapped_error(400, "missing accessor"); }

} // namespace

// -- creation ----------------------------------------------------------------------------------

void token::create(const runtime::exchange_ptr& x, const api::field_data& in, bool orphan_path) {
  const auto& params = create_params::of(*x->what, in);
  creator by{*facts_, uses_, x->sudo, rights().root()};
  auto planned = plan_token(shared_, by, params, in.captured("role_name"), orphan_path);
  if (!planned) {
    x->refused = std::move(planned.error().why);
    return finish(x, std::move(planned.error().reply));
  }
  auto& plan = *planned;
  auto facts = named(std::move(plan.facts), id().value, ++made_);
  show_made(env_, *x, facts, plan.shown_uses, false, shown_identity_policies(shared_, *facts));
  x->reply.warnings = std::move(plan.warnings);
  if (!facts->parent) {
    tell_vault(spawn_token{x, std::move(facts), plan.bucket});
    return;
  }
  supervise(bring_up_token(*this, shared_, std::move(facts), plan.bucket), children_);
  finish(x);
}

// -- lookups -------------------------------------------------------------------------------------

void token::look_up_self(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, describe(false));
}

void token::look_up(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = in.text("token");
  if (wanted.empty())
    return finish(x, describe(false));
  auto* s = env_.slots.find(env_.slots.token_of(wanted));
  if (s == nullptr) // a dead token whose record is there is found
    return finish(x, error_answer(403, "bad token"));
  ask(*s, {x, runtime::lease_request::what::lookup, {}});
}

void token::look_up_accessor(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = in.text("accessor");
  if (wanted.empty())
    return finish(x, missing_accessor());
  auto* s = env_.slots.find(parse_accessor(wanted).value_or(token_id{}));
  if (s == nullptr || s->type == token_type::batch)
    return finish(x, wrapped_error(400, "invalid accessor"));
  ask(*s, {x, runtime::lease_request::what::lookup, {}});
}

void token::ask(const runtime::slot& whom, const runtime::lease_request& msg) {
  auto at = env_.slots.ref_of(whom);
  if (at == self_)
    on_request(msg);
  else if (!tell(at, msg))
    finish(msg.x, unknown_token(msg));
}

answer token::unknown_token(const runtime::lease_request& msg) {
  return msg.verb == runtime::lease_request::what::renew ? error_answer(400, "token not found")
                                                         : error_answer(403, "bad token");
}

void token::on_request(const runtime::lease_request& msg) {
  std::string_view path = msg.x->what->path;
  if (msg.verb == runtime::lease_request::what::capabilities)
    return finish(msg.x, capabilities(*msg.x->what));
  if (msg.verb == runtime::lease_request::what::rights)
    return finish(msg.x, data_answer(rights().overview()));
  if (msg.verb == runtime::lease_request::what::visible_mounts)
    return show_mounts(msg.x);
  if (msg.verb == runtime::lease_request::what::wrapping) {
    // R-1007
    finish(msg.x,
           data_answer({{"creation_path", wrapped_->path},
                        {"creation_time", rfc3339(facts_->issue, env_.config().start_unix_s)},
                        {"creation_ttl", whole_seconds(facts_->ttl)}}));
    return;
  }
  auto of_lease = path.starts_with("sys/leases/");
  if (msg.verb == runtime::lease_request::what::renew) {
    if (of_lease)
      finish(msg.x, error_answer(400, lease_refusal()));
    else
      renew_lease(msg.x, msg.increment);
    return;
  }
  if (of_lease)
    return finish(msg.x, describe_lease());
  // a batch token that has ended, by itself or with its parent, is not found.
  if (batch() && !usable())
    return finish(msg.x, error_answer(403, "bad token"));
  finish(msg.x, describe(path == "auth/token/lookup-accessor"));
}

void token::show_mounts(const runtime::exchange_ptr& x) {
  if (!usable())
    return finish(x, error_answer(403, "permission denied"));
  x->visible_mounts.emplace();
  for (const auto& [path, m] : env_.mounts.all())
    if (rights().opens(path))
      x->visible_mounts->push_back(path);
  tell_vault(runtime::perform{x});
}

answer token::capabilities(const lapse::request& what) {
  // one sorted list per path, and `capabilities` if a single path was asked.
  if ((batch() && !usable()) || !entity_admits())
    return wrapped_error(400, "invalid token");
  api::field_reader in{what.body};
  auto paths = in.comma_list("paths");
  if (!paths.given() || paths.value->empty())
    paths = in.comma_list("path");
  nlohmann::json data = nlohmann::json::object();
  for (const auto& path : *paths.value)
    data[path] = rights().capabilities(path);
  if (paths.value->size() == 1)
    data["capabilities"] = data[paths.value->front()];
  auto reply = data_answer(std::move(data));
  reply.shape = envelope::top_level;
  return reply;
}

answer token::describe(bool hide_id) {
  token_lookup d;
  d.facts = facts_;
  d.hide_token = hide_id;
  d.num_uses = batch() ? 0 : uses_;
  d.orphan = !parent_;
  if (expire_ != never) { // of the initial root nothing is shown of an end
    d.expire_time = expire_;
    d.ttl_s = whole_seconds(expire_ - ttl::round_second(env_.now()));
  }
  d.identity_policies = identity_policies();
  if (renewed_ != never)
    d.last_renewal = renewed_;
  d.renewable = facts_->renewable;
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.body = std::move(d);
  return reply;
}

answer token::describe_lease() const {
  lease_lookup d;
  d.lease.token = facts_->name;
  d.lease.path = facts_->path;
  d.issue_time = facts_->issue;
  if (expire_ != never) {
    d.expire_time = expire_;
    d.ttl_s = whole_seconds(expire_ - ttl::round_second(env_.now()));
  }
  if (renewed_ != never)
    d.last_renewal = renewed_;
  d.renewable = facts_->renewable && expire_ >= env_.now();
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.body = std::move(d);
  return reply;
}

// -- revocation -----------------------------------------------------------------------------------

void token::revoke(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = in.text("token");
  if (wanted.empty())
    return finish(x, missing_token());
  auto* s = env_.slots.find(env_.slots.token_of(wanted));
  // any token, whoever asks. R-501: unknown, expired or tainted: 204, nothing happens.
  if (s == nullptr || !s->usable_at(env_.now()))
    return finish(x, no_content());
  if (s->type == token_type::batch)
    return finish(x, error_answer(400, "batch tokens cannot be revoked"));
  send_revocation(env_.slots.ref_of(*s), {x, end_cause::revoke, {}, false, {}});
}

void token::send_revocation(runtime::slot_ref whom, const runtime::revoke_token& msg) {
  if (whom == self_)
    on_revoke(msg);
  else if (!tell(whom, msg))
    finish(msg.x, no_content());
}

void token::revoke_self(const runtime::exchange_ptr& x, const api::field_data&) {
  if (batch())
    return finish(x, error_answer(400, "batch tokens cannot be revoked"));
  // on its last use the deferred revocation does the work.
  if (x->last_use)
    finish(x, no_content());
  else
    on_revoke({x, end_cause::revoke, {}, false, {}});
}

void token::revoke_orphan(const runtime::exchange_ptr& x, const api::field_data& in) {
  // this test follows the empty-token test and precedes the lookup.
  auto wanted = in.text("token");
  if (wanted.empty())
    return finish(x, missing_token());
  if (!x->sudo)
    return finish(x, error_answer(400, "root or sudo privileges required to revoke and orphan"));
  auto* s = env_.slots.find(env_.slots.token_of(wanted));
  if (s == nullptr || !s->usable_at(env_.now()))
    return finish(x, error_answer(400, "token to revoke not found"));
  if (s->type == token_type::batch)
    return finish(x, error_answer(400, "batch tokens cannot be revoked"));
  send_revocation(env_.slots.ref_of(*s), {x, end_cause::revoke, {}, true, {}});
}

void token::revoke_accessor(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto wanted = in.text("accessor");
  if (wanted.empty())
    return finish(x, missing_accessor());
  auto* s = env_.slots.find(parse_accessor(wanted).value_or(token_id{}));
  if (s == nullptr || s->type == token_type::batch) {
    answer reply;
    reply.status = 200;
    reply.shape = envelope::normal;
    reply.warnings = {"No token found with this accessor"};
    finish(x, std::move(reply));
    return;
  }
  if (!s->usable_at(env_.now()))
    return finish(x, error_answer(400, "token not found"));
  send_revocation(env_.slots.ref_of(*s), {x, end_cause::revoke, {}, false, {}});
}

// -- accessors, tidy ------------------------------------------------------------------------

void token::list_accessors(const runtime::exchange_ptr& x, const api::field_data&) {
  std::vector<std::string> found;
  env_.slots.for_each_record([&](const runtime::slot_identity& s) {
    if (s.kind == runtime::slot_kind::token && s.type == token_type::service)
      found.push_back(accessor_text(s.facts->name));
  });
  std::sort(found.begin(), found.end());
  finish(x, data_answer({{"keys", std::move(found)}}));
}

void token::tidy(const runtime::exchange_ptr& x, const api::field_data&) {
  // What it cleans up on a real server (rows whose token is gone) does not arise here but
  // for the dangling rows of R-526.
  env_.slots.forget_former_children();
  finish(x, api::tidy_started());
}

// -- a wrapping token hands out what it wraps (R-1008, R-1009) -----------------------------------

void token::unwrap(const runtime::exchange_ptr& x) {
  if (!wrapped_ || (x->caller_slot != self_ && !usable()))
    return finish(x, api::bad_wrapping_token());
  if (x->what->path == "sys/wrapping/rewrap") {
    x->reply = *wrapped_->reply;
    x->wrap = facts_->ttl;
    x->wrap_path = wrapped_->path;
  } else {
    x->reply = answer{};
    x->reply.status = wrapped_->reply->status;
    x->reply.shape = wrapped_->reply->shape;
    x->reply.unwrapped = wrapped_->reply;
  }
  if (x->caller_slot == self_) {
    finish(x);
    return;
  }
  // Somebody else unwraps: the wrapping token's use is consumed and it goes.
  taint();
  if (env_.observed())
    env_.emit(token_used{id(), -1});
  finish(x);
  runtime::revoke_token used_up{nullptr, end_cause::last_use, {}, true, {}};
  on_revoke(used_up);
}

} // namespace lapse::token
