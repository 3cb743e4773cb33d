// What a token does with a request made with it, before anything is performed: its own life, its
// policies, its use counter, in the order of R-301.

#include "actors/api/answers.hpp"
#include "actors/policy/policy_set.hpp"
#include "actors/runtime/address.hpp"
#include "actors/token/token.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lapse::token {

namespace {

/// Whether the request is about a token that its body names.
bool names_token(const request& what) {
  if (!what.body.is_object())
    return false;
  const auto i = what.body.find("token");
  return i != what.body.end() && i->is_string() && !i->get_ref<const std::string&>().empty();
}

constexpr std::string_view own_paths = "auth/token/";

// A header of 0 asks for no wrapping, and yet a policy takes it for one of no time.
std::optional<duration> asked_wrap(const runtime::exchange& x) {
  const auto& header = x.what->wrap_ttl;
  return !x.wrap && header && !header->empty() ? duration::zero() : x.wrap;
}

// The same listing with another `limit`.
request_ptr with_limit(const request& what, const std::string& limit) {
  auto result = std::make_shared<request>(what);
  result->parsed = nullptr;
  result->checked = nullptr;
  if (!result->body.is_object())
    result->body = nlohmann::json::object();
  result->body["limit"] = limit;
  return result;
}

refusal_ptr bound_elsewhere(const shared_facts& facts) {
  return std::make_shared<const lapse::refusal>([facts] {
    refusal_reason reason;
    reason.kind = refusal_kind::address;
    reason.text = fmt::format("its token is bound to {}, and the client's address is {}",
                              fmt::join(*facts->bound_cidrs, ", "), runtime::client_address);
    reason.remedy = runtime::admission_remedy();
    return reason;
  });
}

} // namespace

bool token::usable() const {
  if (uses_ < 0 || ended_ || expire_ < env_.now())
    return false;
  // R-122, R-1602: a batch token is good only while its parent is.
  return !batch() || env_.slots.parent_usable(parent_, env_.now());
}

// Why it is not, if it is not.
refusal_kind token::unusable_kind() const {
  if (uses_ < 0)
    return refusal_kind::used_up;
  return ended_ || expire_ < env_.now() ? refusal_kind::no_life : refusal_kind::no_parent;
}

//
bool token::entity_admits() const {
  if (!facts_->entity)
    return true;
  const auto* entity = shared_.identities->find(*facts_->entity);
  return entity != nullptr && !entity->disabled;
}

shared_names token::identity_policies() {
  if (!facts_->entity)
    return nullptr;
  const auto version = shared_.identities->version_of(*facts_->entity);
  if (identity_version_ != version) {
    identity_version_ = version;
    rights_.reset(); // templates may have other values, too
  }
  return identity_policies_of(shared_, *facts_->entity);
}

const policy::acl& token::rights() {
  const auto now = env_.unix_now();
  const auto granted = identity_policies();
  const auto good = [&](const policy::acl& rights) {
    return !rights.expires() || *rights.expires() > now.seconds;
  };
  const auto version = shared_.policies->version(now);
  if (rights_ && rights_version_ == version && good(*rights_))
    return *rights_;
  server_data::known_rights asked{facts_->policies, granted, facts_->entity, identity_version_,
                                  version};
  if (!shared_.last_rights || shared_.last_asked != asked || !good(*shared_.last_rights)) {
    shared_.last_rights = made_rights(granted);
    asked.policies_version = shared_.policies->version(now);
    shared_.last_asked = std::move(asked);
  }
  rights_ = shared_.last_rights;
  rights_version_ = shared_.last_asked.policies_version;
  return *rights_;
}

std::shared_ptr<const policy::acl> token::made_rights(const shared_names& granted) {
  auto names = facts_->policies ? *facts_->policies : std::vector<std::string>{};
  std::string identity;
  if (facts_->entity) {
    identity = *facts_->entity + ' ' + std::to_string(identity_version_);
    if (granted) {
      names.insert(names.end(), granted->begin(), granted->end());
      names = policy::sanitize_policies(std::move(names), false);
    }
  }
  const auto values = [this] {
    return facts_->entity ? shared_.identities->values_of(*facts_->entity)
                          : policy::template_values{};
  };
  return shared_.policies->acl_of(std::move(names), identity, values, env_.unix_now());
}

// Tells the same as the check did, from what it was asked; the rights are what they were then.
refusal_ptr token::refused_by_rights(const runtime::exchange_ptr& x, operation op) {
  return std::make_shared<const lapse::refusal>([rights = rights_, what = x->what, op,
                                                 wrap = asked_wrap(*x),
                                                 sudo = needs_sudo(x->what->path)] {
    return rights->denial(op, what->path, what->body.is_null() ? nullptr : &what->body, wrap, sudo);
  });
}

tl::expected<operation, answer> token::asked_operation(const lapse::request& what) {
  if (what.op != operation::update)
    return what.op;
  std::string_view path = what.path;
  tl::expected<std::optional<bool>, answer> exists;
  auto ask = [this](auto check, const api::field_data& in) { return check(*this, in); };
  if (path.starts_with(own_paths)) {
    exists = paths().exists(path.substr(own_paths.size()), what, ask);
  } else if (!path.starts_with("sys/")) {
    const auto to = env_.mounts.route(path);
    if (to.at != nullptr && to.at->type == "cubbyhole") {
      exists = cubbyhole_paths().exists(to.below, what, ask);
    } else if (to.at != nullptr && to.at->engine) {
      exists = env_.engine_of(*to.at).exists(to.below, what);
    }
  }
  if (!exists)
    return tl::unexpected{std::move(exists.error())};
  return exists->value_or(true) ? operation::update : operation::create;
}

bool token::needs_sudo(std::string_view path) {
  if (path.starts_with(own_paths))
    return api::is_special(paths().special().sudo, path.substr(own_paths.size()));
  const auto to = env_.mounts.route(path);
  return to.at != nullptr && api::is_special(to.at->special().sudo, to.below);
}

void token::on_serve(const runtime::serve& msg) {
  const auto& x = msg.x;
  x->caller = facts_->name;
  x->caller_slot = self_;
  // unknown, expired and used-up tokens get the bare 403. So does a wrong address
  // which costs no use; a token without a TTL is not asked for its address.
  auto barred = facts_->bound_cidrs && facts_->ttl > duration::zero() &&
                !runtime::admits(*facts_->bound_cidrs);
  const auto asked_for = x->what;
  const auto& what = *asked_for;
  if (env_.observed())
    x->mount = env_.mounts.identity(what.path);
  if (!usable() || barred) {
    if (env_.observed())
      env_.emit(request_received{x->number, x->what, x->by, nullptr, x->mount, std::nullopt,
                                 "permission denied"});
    x->refused = usable() ? bound_elsewhere(facts_) : plain_refusal(unusable_kind());
    finish(x, error_answer(403, "permission denied"));
    return;
  }
  if (!entity_admits())
    return refuse_entity(x);
  auto asked = asked_operation(what);
  auto op = asked.value_or(what.op);
  auto decision =
      rights().check(op, what.path, what.body.is_null() ? nullptr : &what.body, asked_wrap(*x));
  auto allowed = decision.allowed && (decision.sudo || !needs_sudo(what.path));
  if (decision.limit)
    x->what = with_limit(what, *decision.limit);
  x->sudo = decision.sudo;
  x->op = op;
  if (env_.observed()) {
    if (!allowed)
      x->refused = refused_by_rights(x, op);
    // Before the use is spent: the audit log shows the counter as the request found it.
    x->view = view(*x, op, allowed);
  }
  spend_use(x);
  if (env_.observed())
    env_.emit(request_received{x->number, x->what, x->by, x->view, x->mount, op, x->refusal()});
  if (!asked)
    return finish(x, std::move(asked.error()));
  if (!allowed) { // after its use is spent
    finish(x, wrapped_error(403, "permission denied"));
    return;
  }
  route(x);
}

// the use is spent all the same.
void token::refuse_entity(const runtime::exchange_ptr& x) {
  spend_use(x);
  x->refused = plain_refusal(refusal_kind::entity);
  if (env_.observed())
    env_.emit(request_received{x->number, x->what, x->by, nullptr, x->mount, std::nullopt,
                               "permission denied"});
  finish(x, error_answer(403, "permission denied"));
}

std::shared_ptr<const caller_view> token::view(const runtime::exchange& x, operation op,
                                               bool allowed) {
  auto v = std::make_shared<caller_view>(
      caller_view{facts_, uses_, false, {}, {}, false, identity_policies()});
  v->allowed = allowed;
  if (allowed) {
    auto by = rights().granted_by(op, x.what->path);
    v->granting_policies = std::move(by.policies);
    v->granting_rule = std::move(by.rule);
  }
  return v;
}

void token::spend_use(const runtime::exchange_ptr& x) {
  // 0 stays 0; 1 becomes -1, which no ordinary lookup sees. R-310: requests come one by one.
  if (uses_ <= 0)
    return;
  if (uses_ == 1) {
    x->last_use = true;
    taint();
  } else {
    --uses_;
    env_.touch(id().value, runtime::access::write);
  }
  if (env_.observed())
    env_.emit(token_used{id(), x->last_use ? -1 : uses_});
}

void token::route(const runtime::exchange_ptr& x) {
  std::string_view path = x->what->path;
  if (path.starts_with(own_paths))
    return serve_path(paths(), *this, path.substr(own_paths.size()), x);
  const auto to = env_.mounts.route(path);
  if (to.at == nullptr) {
    x->refused = env_.mounts.removed(path);
    return finish(x, api::no_route(x->what->path));
  }
  if (to.at->tainted)
    return finish(x, error_answer(404, "no handler for route \"" + x->what->path +
                                           "\" on namespace \"\". route entry or namespace is "
                                           "tainted."));
  if (to.at->type == "token")
    return serve_path(paths(), *this, to.below, x);
  if (to.at->type == "cubbyhole") {
    if (batch())
      return finish(x, error_answer(400, "cubbyhole operations are only supported by 'service' "
                                         "type tokens"));
    if (!cubbyhole_)
      cubbyhole_ = std::make_unique<std::map<std::string, nlohmann::json, std::less<>>>();
    return serve_path(cubbyhole_paths(), *this, to.below, x);
  }
  // The wrapping token itself hands out what it wraps (R-1008), unless another is named.
  if (facts_->wrapping && !names_token(*x->what) &&
      (path == "sys/wrapping/unwrap" || path == "sys/wrapping/rewrap"))
    return unwrap(x);
  if (!tell(to.at->engine ? to.at->backend : env_.vault, runtime::perform{x}))
    finish(x, api::no_route(x->what->path));
}

} // namespace lapse::token
