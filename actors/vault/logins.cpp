// Logins: from what an auth method says of its caller to the token.

#include "actors/lease/granting.hpp"
#include "actors/policy/policy_set.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/token/maker.hpp"
#include "actors/ttl/calculate.hpp"
#include "actors/vault/vault.hpp"

namespace lapse::vault {

namespace {

/// The same as one shared already, if it is: a fleet logs in with one role.
template <class T>
std::shared_ptr<const T> share(T what, const std::shared_ptr<const T>& known) {
  return known && *known == what ? known : std::make_shared<const T>(std::move(what));
}

} // namespace

const identity::identity_entity* vault::entity_of(const runtime::mount& at,
                                                  const runtime::login_terms& terms, bool& made) {
  made = false;
  if (terms.alias.empty())
    return nullptr;
  const identity::alias_terms alias{at.accessor, terms.alias, terms.alias_metadata};
  const auto known = *shared_.identities;
  const auto& entity = known->find_or_make(alias, env_.unix_now(), made);
  if (!entity.disabled)
    known->refresh_external_groups(*entity.id, at.accessor, terms.groups);
  return &entity;
}

void vault::on_log_in(const runtime::log_in& msg) {
  const auto& x = msg.x;
  const auto& terms = msg.terms;
  auto* m = env_.mounts.find(msg.mount_path);
  if (m == nullptr)
    return finish(x, error_answer(403, "permission denied"));
  auto new_entity = false;
  const auto* entity = entity_of(*m, terms, new_entity); // R-1723: the same each time
  if (entity != nullptr && entity->disabled) {
    x->refused = plain_refusal(refusal_kind::entity);
    return finish(x, error_answer(403, "permission denied"));
  }
  static const token_facts nobody;
  const auto principal = number_of(msg.mount_path + "\n" + terms.principal);
  auto& known = principals_[principal];
  const auto& last = known.last ? *known.last : nobody;
  token_facts r;
  if (entity != nullptr)
    r.entity = entity->id;
  r.policies =
      share(policy::sanitize_policies(terms.policies, !terms.no_default_policy), last.policies);
  auto identity_policies = token::shown_identity_policies(shared_, r);
  for (const auto* names : {&r.policies, &identity_policies})
    if (*names)
      for (const auto& name : **names) {
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
  auto& bucket = env_.slots.bucket(x->what->path);
  r.path = bucket.path;
  if (!terms.metadata.empty())
    r.meta = share(terms.metadata, last.meta);
  // the mount path without auth/, then the method's part.
  auto name = msg.mount_path.substr(5);
  for (auto& c : name)
    if (c == '/')
      c = '-';
  name += terms.display_name;
  if (!name.empty() && name.back() == '-')
    name.pop_back();
  r.display_name = share(std::move(name), last.display_name);
  if (!terms.bound_cidrs.empty())
    r.bound_cidrs = share(terms.bound_cidrs, last.bound_cidrs);
  r.uses = batch ? 0 : terms.num_uses; // of a batch token shown once, never enforced
  r.issue = env_.now();
  r.ttl = grant.ttl;
  r.asked = terms.ttl;
  r.bound = grant.bound == ttl_bound::own ? ttl_bound::role : grant.bound;
  r.no_default_policy = terms.no_default_policy;
  r.expire = later(batch ? r.created() : r.issue, grant.ttl);
  r.renewable = !batch;
  r.has_lease = !batch;
  r.login = share(login_origin{runtime::mount_table::shared(m), terms.principal, terms.groups},
                  last.login);
  if (!batch) {
    r.explicit_max = terms.explicit_max_ttl;
    r.period = terms.period;
  }
  auto facts = token::named(std::move(r), principal, ++known.made);
  constexpr std::size_t remembered_max = 4096;
  if (known.last || principals_.size() <= remembered_max)
    known.last = facts;
  token::show_made(env_, *x, facts, terms.num_uses, new_entity, std::move(identity_policies));
  // Unlike a creation (R-1706), a login says nothing of policies that do not exist
  // (login-userpass).
  for (auto& warning : grant.warnings)
    x->reply.warnings.push_back(std::move(warning));
  token::bring_up_token(*this, shared_, std::move(facts), &bucket);
  finish(x);
}

} // namespace lapse::vault
