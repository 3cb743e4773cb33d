#include "actors/vault/vault.hpp"

#include "actors/api/answers.hpp"
#include "actors/token/maker.hpp"

namespace lapse::vault {

vault::vault(caf::actor_config& cfg, token::server_data& shared, runtime::slot_ref self)
  : lease::lease_owner(cfg, shared.env, self), shared_(shared) {}

caf::behavior vault::make_behavior() {
  set_default_handler(caf::drop);
  set_down_handler([this](caf::down_msg& msg) { on_down(msg); });
  return {
      [this](const runtime::serve& msg) { on_serve(msg.x); },
      [this](const runtime::perform& msg) { on_perform(msg.x); },
      [this](const token::spawn_token& msg) {
        token::bring_up_token(*this, shared_, msg.facts, msg.bucket);
        finish(msg.x);
      },
      [this](const runtime::log_in& msg) { on_log_in(msg); },
      [this](const runtime::wrap_answer& msg) { on_wrap(msg.x); },
      [this](const runtime::adopt& msg) { watch(msg.child); },
      [this](const runtime::issue_lease& msg) { on_issue(msg); },
      [this](const runtime::revocation_done& msg) { continue_job(msg.ticket, msg.error); },
      [this](const runtime::boot&) { set_up(); },
  };
}

void vault::on_down(const caf::down_msg&) {
  env_.accesses.commutes();
  // Orphans, logins and their leases end by themselves; the registry forgets them.
}

void vault::on_serve(const runtime::exchange_ptr& x) {
  // Requests without a usable token: the few paths that need none, and logins.
  const std::string_view path = x->what->path;
  const bool status = answers_status(*x->what);
  const auto to = env_.mounts.route(path);
  if (env_.observed()) {
    x->mount = runtime::mount_table::shared(to.at);
    if (!status)
      env_.emit(request_received{x->number, x->what, x->by, nullptr, x->mount, std::nullopt, {}});
  }
  if (status)
    return serve_status(x);
  if (to.at != nullptr && api::is_special(to.at->special().unauthenticated, to.below)) {
    if (to.at->type == "system")
      return serve_path(paths(), *this, to.below, x);
    if (tell(to.at->backend, runtime::perform{x}))
      return;
  }
  // A login where nothing is mounted any more needs no token, but an auth method.
  x->refused = to.at == nullptr ? env_.mounts.removed(path) : nullptr;
  if (!x->refused)
    x->refused = plain_refusal(x->by.id || !x->by.text.empty() ? refusal_kind::no_life
                                                               : refusal_kind::no_token);
  finish(x, error_answer(403, "permission denied"));
}

void vault::serve_status(const runtime::exchange_ptr& x) {
  constexpr std::string_view mount = "sys/";
  auto found = status_paths().find(std::string_view{x->what->path}.substr(mount.size()), *x->what);
  if (found)
    return found->handler(*this, x, found->in);
  auto refusal = std::move(found.error());
  finish(x, refusal.status == 405 ? bare_error(405) : std::move(refusal));
}

void vault::on_perform(const runtime::exchange_ptr& x) {
  const auto to = env_.mounts.route(x->what->path);
  if (to.at != nullptr && to.at->type == "identity")
    return serve_identity(x, to.below);
  serve_path(paths(), *this, to.below, x);
}

void vault::serve_identity(const runtime::exchange_ptr& x, std::string_view below) {
  auto found = identity::identity_store::paths().find(below, *x->what);
  if (!found)
    return finish(x, std::move(found.error()));
  if (found->checked)
    x->path_warnings = found->checked->warnings;
  const identity::mount_by_accessor mount_of = [this](std::string_view accessor) {
    return env_.mounts.with_accessor(accessor);
  };
  finish(x, found->handler(**shared_.identities, {found->in, env_.unix_now(), mount_of}));
}

// -- leases nobody owns: of orphan batch tokens, and of tokens that ended meanwhile (R-529) ----

void vault::on_issue(const runtime::issue_lease& msg) {
  auto maker = msg.x->caller.id;
  std::optional<instant> batch_end;
  if (msg.x->caller.type == token_type::batch) {
    auto* s = env_.slots.find(maker);
    batch_end = s != nullptr ? s->expire : env_.now();
  }
  // A service token counts its leases itself; one that comes after its end must not get
  // the name of an earlier one.
  auto namer = batch_end ? maker.value : mix(maker.value);
  auto ordinal = ++ordinals_[namer];
  issue(msg, {}, namer, ordinal, batch_end);
}

} // namespace lapse::vault
