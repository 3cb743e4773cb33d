// What a token does with a request made with it, before anything is performed: its own life, its
// policies, its use counter, in the order of R-301.

#include "actors/policy/sudo_path.hpp"
#include "actors/protocol/planted.hpp"
#include "actors/runtime/address.hpp"
#include "actors/token/creation.hpp"
#include "actors/token/token.hpp"

namespace lapse {

namespace {

constexpr std::string_view own_paths = "auth/token/";

} // namespace

bool token::usable() const {
  if (uses_ < 0 || ended_ || expire_ < env_.now())
    return false;
  if (!batch() || !parent_)
    return true;
  // a batch token is good only while its parent is.
  const auto* parent = env_.slots.find(parent_);
  return parent != nullptr && !parent->tainted && parent->expire >= env_.now();
}

const acl& token::rights() {
  env_.touch(shared_key::policies, access::read);
  auto now_s =
      env_.config().start_unix_s + std::chrono::floor<std::chrono::seconds>(env_.now()).count();
  auto stale = !rights_ || rights_version_ != shared_.policies.version() ||
               (rights_->expires() && *rights_->expires() <= now_s);
  if (stale) {
    template_values values;
    if (facts_->entity) {
      values.entity_id = *facts_->entity;
      if (auto i = shared_.entity_names.find(*facts_->entity); i != shared_.entity_names.end())
        values.entity_name = i->second;
    }
    static const std::vector<std::string> no_policies;
    rights_ =
        shared_.policies.acl_of(facts_->policies ? *facts_->policies : no_policies, values, now_s);
    rights_version_ = shared_.policies.version();
  }
  return *rights_;
}

operation token::asked_operation(const lapse::request& what) {
  if (what.op != operation::update)
    return what.op;
  std::string_view path = what.path;
  std::optional<bool> exists;
  constexpr std::string_view roles = "auth/token/roles/";
  if (path.starts_with(roles)) {
    env_.touch(shared_key::roles, access::read);
    exists = shared_.roles.find(path.substr(roles.size())) != nullptr;
  } else if (path.starts_with("cubbyhole/")) {
    exists = cubbyhole_ && cubbyhole_->count(std::string{path.substr(10)}) != 0;
  } else if (!path.starts_with(own_paths) && !path.starts_with("sys/")) {
    if (auto* m = env_.mounts.route(path); m != nullptr && m->engine) {
      env_.touch(m->backend.index, access::read);
      exists = m->engine->exists(path.substr(m->path.size()));
    }
  }
  return exists && !*exists ? operation::create : operation::update;
}

void token::on_serve(const exchange_ptr& x) {
  x->caller = facts_->name;
  x->caller_slot = self_;
  // unknown, expired and used-up tokens get the bare 403. So does a wrong address
  // which costs no use; a token without a TTL is not asked for its address.
  auto barred =
      facts_->bound_cidrs && facts_->ttl > duration::zero() && !admits(*facts_->bound_cidrs);
  const auto& what = *x->what;
  if (env_.observed())
    x->mount = env_.mounts.identity(what.path);
  if (!usable() || barred) {
    if (env_.observed())
      env_.emit(request_received{x->number, x->what, x->by, nullptr, x->mount, std::nullopt,
                                 "permission denied"});
    finish(x, error_answer(403, "permission denied"));
    return;
  }
  auto op = asked_operation(what);
  auto decision =
      rights().check(op, what.path, what.body.is_null() ? nullptr : &what.body, x->wrap);
  auto allowed = decision.allowed && (decision.sudo || !needs_sudo(what.path, op));
  x->sudo = decision.sudo;
  x->op = op;
  if (!allowed)
    x->refusal = wrap_error_text("permission denied");
  // Before the use is spent: the audit log shows the counter as the request found it.
  if (env_.observed())
    x->view = view(*x, op, allowed);
  if (allowed || !planted("denied-request-costs-no-use"))
    spend_use(x);
  if (env_.observed())
    env_.emit(request_received{x->number, x->what, x->by, x->view, x->mount, op, x->refusal});
  if (!allowed) {
    finish(x, wrapped_error(403, "permission denied"));
    return;
  }
  route(x);
}

std::shared_ptr<const caller_view> token::view(const exchange& x, operation op, bool allowed) {
  auto v = std::make_shared<caller_view>(caller_view{facts_, uses_, false, {}, false});
  v->allowed = allowed;
  if (allowed) {
    if (rights().root())
      v->granting_policies = {"root"};
    else
      v->granting_policies = rights().granting_policies(op, x.what->path);
  }
  return v;
}

void token::spend_use(const exchange_ptr& x) {
  // 0 stays 0; 1 becomes -1, which no ordinary lookup sees.
  if (uses_ <= 0)
    return;
  if (uses_ == 1) {
    x->last_use = true;
    if (!planted("last-use-taints-late"))
      taint();
  } else {
    uses_ -= planted("use-counted-twice") && uses_ > 2 ? 2 : 1;
    env_.touch(id().value, access::write);
  }
  if (env_.observed())
    env_.emit(token_used{id(), x->last_use ? -1 : uses_});
}

void token::route(const exchange_ptr& x) {
  std::string_view path = x->what->path;
  if (path.starts_with(own_paths)) {
    token_path(x, path.substr(own_paths.size()));
    return;
  }
  if (path.starts_with("cubbyhole/")) {
    cubbyhole(x, path.substr(10));
    return;
  }
  if (path.starts_with("sys/") || path.starts_with("identity/")) {
    // The wrapping token itself hands out what it wraps (R-1008).
    if (facts_->wrapping && (path == "sys/wrapping/unwrap" || path == "sys/wrapping/rewrap"))
      unwrap(x);
    else
      tell(env_.vault, perform{x});
    return;
  }
  auto* m = env_.mounts.route(path);
  if (m != nullptr && m->tainted)
    finish(x, error_answer(404, "no handler for route \"" + x->what->path +
                                    "\" on namespace \"\". route entry or namespace is tainted."));
  else if (m == nullptr || !tell(m->backend, perform{x}))
    finish(x, error_answer(404, "no handler for route \"" + x->what->path +
                                    "\". route entry not found."));
}

} // namespace lapse
