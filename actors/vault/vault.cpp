#include "actors/vault/vault.hpp"

#include "actors/api/answers.hpp"
#include "actors/policy/policy_set.hpp"
#include "actors/runtime/address.hpp"
#include "actors/token/creation.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::vault {

namespace {

constexpr std::uint64_t wrap_salt = 0x77726170ULL;

shared_names share(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

shared_text share(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

} // namespace

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
  const token::identity_access noted{shared_};
  auto found = identity::identity_store::paths().find(below, *x->what);
  if (!found)
    return finish(x, std::move(found.error()));
  if (found->checked)
    x->path_warnings = found->checked->warnings;
  const identity::mount_by_accessor mount_of = [this](std::string_view accessor) {
    return env_.mounts.with_accessor(accessor);
  };
  finish(x, found->handler(shared_.identities, {found->in, env_.unix_now(), mount_of}));
}

// -- logins (R-701 to R-710) ---------------------------------------------------------------

const identity::identity_entity* vault::entity_of(const runtime::mount& at,
                                                  const runtime::login_terms& terms, bool& made) {
  made = false;
  if (terms.alias.empty())
    return nullptr;
  auto& known = shared_.identities;
  const identity::alias_terms alias{at.accessor, terms.alias, terms.alias_metadata};
  const token::identity_access noted{shared_};
  const auto& entity = known.find_or_make(alias, env_.unix_now(), made);
  if (!entity.disabled)
    known.refresh_external_groups(*entity.id, at.accessor, terms.groups);
  return &entity;
}

void vault::on_log_in(const runtime::log_in& msg) {
  const auto& x = msg.x;
  const auto& terms = msg.terms;
  auto* m = env_.mounts.find(msg.mount_path);
  if (m == nullptr)
    return finish(x, error_answer(403, "permission denied"));
  auto new_entity = false;
  const auto* entity = entity_of(*m, terms, new_entity);
  if (entity != nullptr && entity->disabled)
    return finish(x, error_answer(403, "permission denied"));
  token_facts r;
  if (entity != nullptr)
    r.entity = entity->id;
  r.policies = share(policy::sanitize_policies(terms.policies, !terms.no_default_policy));
  auto identity_policies = token::shown_identity_policies(shared_, r);
  for (const auto& names : {r.policies, identity_policies})
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
      if (name == "root")
        return finish(x, error_answer(400, "auth methods cannot create root tokens"));
      if (name == "response-wrapping")
        return finish(x, error_answer(400, "cannot assign policy \"response-wrapping\""));
    }
  //
  auto batch =
      m->token_type == "batch" ||
      (m->token_type != "service" &&
       (terms.type == "batch" || (terms.type != "service" && m->token_type == "default-batch")));
  auto in = lease::mount_limits(env_, msg.mount_path);
  in.backend_ttl = terms.ttl;
  in.period = terms.period;
  in.backend_max = terms.max_ttl;
  in.explicit_max = terms.explicit_max_ttl;
  auto grant = ttl::calculate_ttl(in);
  if (grant.error != nullptr)
    return finish(x, error_answer(500, grant.error));
  r.name.type = batch ? token_type::batch : token_type::service;
  r.path = env_.slots.bucket(x->what->path).path;
  r.meta = std::make_shared<const std::map<std::string, std::string>>(terms.metadata);
  if (terms.metadata.empty())
    r.meta = nullptr;
  // the mount path without auth/, then the method's part.
  auto name = msg.mount_path.substr(5);
  for (auto& c : name)
    if (c == '/')
      c = '-';
  name += terms.display_name;
  if (!name.empty() && name.back() == '-')
    name.pop_back();
  r.display_name = share(std::move(name));
  if (!terms.bound_cidrs.empty())
    r.bound_cidrs = share(terms.bound_cidrs);
  r.uses = batch ? 0 : terms.num_uses; // of a batch token shown once, never enforced
  r.issue = env_.now();
  r.ttl = grant.ttl;
  r.asked = terms.ttl;
  r.bound = grant.bound == ttl_bound::own ? ttl_bound::role : grant.bound;
  r.no_default_policy = terms.no_default_policy;
  r.expire = later(batch ? r.created() : r.issue, grant.ttl);
  r.renewable = !batch;
  r.has_lease = !batch;
  r.login = std::make_shared<const login_origin>(
      login_origin{runtime::mount_table::shared(m), terms.principal, terms.groups});
  if (!batch) {
    r.explicit_max = terms.explicit_max_ttl;
    r.period = terms.period;
  }
  const auto principal = number_of(msg.mount_path + "\n" + terms.principal);
  auto& known = principals_[principal];
  if (known.last)
    token::share_with(r, *known.last);
  auto facts = token::named(std::move(r), principal, ++known.made);
  constexpr std::size_t remembered_max = 4096;
  if (known.last || principals_.size() <= remembered_max)
    known.last = facts;
  token::show_made(env_, *x, facts, terms.num_uses, new_entity, std::move(identity_policies));
  // Unlike a creation (R-1706), a login says nothing of policies that do not exist
  // (login-userpass).
  for (auto& warning : grant.warnings)
    x->reply.warnings.push_back(std::move(warning));
  token::bring_up_token(*this, shared_, std::move(facts));
  finish(x);
}

// -- response wrapping (R-1005) --------------------------------------------------------------

namespace {

/// Says in `info` which token or secret id the answer is about.
void name_content(const runtime::exchange& x, const runtime::mount* at, wrap_info& info) {
  if (const auto* block = std::get_if<auth_block>(&x.reply.body)) {
    info.wrapped = block->facts->name;
  } else if (const auto* data = std::get_if<nlohmann::json>(&x.reply.body);
             data && data->is_object() && at != nullptr && at->type == "approle") {
    if (const auto i = data->find("secret_id_accessor"); i != data->end() && i->is_string())
      info.wrapped_secret_id = i->get<std::string>();
  }
}

} // namespace

void vault::on_wrap(const runtime::exchange_ptr& x) {
  if (x->what->signed_wrapping) {
    x->reply = error_answer(501, "lapse does not model signed wrapping tokens");
    return runtime::send_answer(env_, *x);
  }
  auto ttl = *x->wrap;
  static const auto policies = share(std::vector<std::string>{"response-wrapping"});
  static const auto no_name = share(std::string{});
  token_facts r;
  r.maker = x->caller.id;
  r.policies = policies;
  r.display_name = no_name;
  r.path = env_.slots.bucket(x->what->path).path;
  r.uses = 1;
  r.issue = env_.now();
  r.ttl = r.explicit_max = r.asked = ttl;
  r.expire = later(r.issue, ttl);
  r.wrapping = true;
  r.no_default_policy = true;
  auto maker = (r.maker ? r.maker.value : number_of(x->what->path)) ^ wrap_salt;
  auto facts = token::named(std::move(r), maker, ++ordinals_[maker]);
  wrap_info info;
  info.token = facts->name;
  info.ttl_s = whole_seconds(ttl);
  info.creation_time = facts->issue;
  info.creation_path = x->wrap_path.value_or(x->what->path);
  // R-1009: what is wrapped anew is not looked into.
  if (!x->wrap_path)
    name_content(*x, env_.mounts.route(x->what->path).at, info);
  if (x->reply.shape == envelope::top_level)
    x->reply.shape = envelope::normal;
  auto inside = std::make_unique<token::wrapped_answer>(token::wrapped_answer{
      std::make_shared<const answer>(std::move(x->reply)), info.creation_path});
  token::bring_up_token(*this, shared_, std::move(facts), nullptr, std::move(inside));
  x->reply = answer{};
  x->reply.status = 200;
  x->reply.shape = envelope::normal;
  x->reply.wrap = std::move(info);
  runtime::send_answer(env_, *x);
}

// -- leases nobody owns: of orphan batch tokens, and of tokens that ended meanwhile (R-529) ----

void vault::on_issue(const runtime::issue_lease& msg) {
  auto maker = msg.x->caller.id;
  std::optional<instant> batch_end;
  if (msg.x->caller.type == token_type::batch) {
    auto* s = env_.slots.find(maker);
    batch_end = s != nullptr ? s->expire : env_.now();
  }
  // A service token counts its leases itself; one that comes behind its end must not get
  // the name of an earlier one.
  auto namer = batch_end ? maker.value : mix(maker.value);
  auto ordinal = ++ordinals_[namer];
  issue(msg, {}, namer, ordinal, batch_end);
}

} // namespace lapse::vault
