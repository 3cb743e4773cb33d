// Lookup, renewal and revocation of tokens (sections 1, 4.1, 5.1).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

namespace lapse::sequential {

token_record* model::find(const std::string& id) {
  auto at = tokens_.find(id);
  return at == tokens_.end() ? nullptr : &at->second;
}

const token_record* model::find(const std::string& id) const {
  auto at = tokens_.find(id);
  return at == tokens_.end() ? nullptr : &at->second;
}

//
bool model::valid(const token_record& t) const {
  if (t.batch()) {
    if (now_ > later(t.creation, t.ttl))
      return false;
    if (t.parent.empty() || flawed(flaw::batch_outlives_parent))
      return true;
    auto parent = find(t.parent);
    return parent && valid(*parent);
  }
  if (t.num_uses == -1)
    return false;
  if (t.root() && t.ttl.count() == 0)
    return true;
  return t.lease && t.lease->expire && *t.lease->expire >= now_;
}

token_record* model::usable(const std::string& id) {
  auto t = find(id);
  return t && valid(*t) ? t : nullptr;
}

// What answers say of a token from its making on.
shared_facts model::facts_of(const token_record& t) const {
  token_facts out;
  out.name = t.name;
  // Answers show whether it was made as an orphan, not under whom.
  out.parent = token_id{(t.lease ? t.lease->orphan : t.parent.empty()) ? 0U : 1U};
  out.policies = shared(t.policies);
  out.path = shared(t.path);
  if (t.meta)
    out.meta = shared(*t.meta);
  out.display_name = shared(t.display_name);
  if (!t.role.empty())
    out.role = shared(t.role);
  if (!t.entity.empty())
    out.entity = shared(t.entity);
  if (!t.cidrs.empty())
    out.bound_cidrs = shared(t.cidrs);
  out.ttl = t.ttl;
  out.explicit_max = t.explicit_max;
  out.period = t.period;
  out.issue = t.lease ? t.lease->issue : t.creation;
  out.renewable = t.lease && t.lease->renewable;
  out.has_lease = t.lease.has_value();
  return std::make_shared<const token_facts>(std::move(out));
}

// R-248, R-1707.
auth_block model::block_of(const token_record& t) const {
  auth_block out;
  out.facts = facts_of(t);
  out.lease_duration_s = seconds(t.ttl);
  out.num_uses = t.lease ? t.lease->num_uses : 0;
  return out;
}

// Tainted and expired records are shown.
answer model::lookup_token(const token_record* t, bool hide) {
  if (!t || (t->batch() && !valid(*t)))
    return error_answer(403, "bad token");
  token_lookup out;
  out.facts = facts_of(*t);
  out.hide_token = hide;
  out.num_uses = t->num_uses;
  out.orphan = t->parent.empty();
  if (t->batch()) {
    out.expire_time = later(t->creation, t->ttl);
  } else if (t->lease) {
    out.expire_time = t->lease->expire;
    out.last_renewal = t->lease->last_renewal;
    out.renewable = t->lease->renewable && t->lease->expire && *t->lease->expire >= now_;
  }
  if (out.expire_time)
    out.ttl_s = seconds(*out.expire_time - round1(now_));
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.body = std::move(out);
  return reply;
}

// R-403 #10, R-405 to: what the method allows now; an answer instead where
// it refuses, or has nothing to say.
std::optional<answer> model::renewal_limits(const token_record& t, ttl_inputs& in) {
  auto fail = [](const std::string& why) {
    return wrapped_error(500, "failed to renew entry: " + why);
  };
  auto m = mount_at(t.path);
  if (!m)
    return fail("no such mount");
  in.mount_default = default_ttl(*m);
  in.mount_max = max_ttl(*m);
  if (m->type == "token") {
    if (!flawed(flaw::renewal_forgets_grant))
      in.backend_ttl = t.lease->granted;
    in.explicit_max = t.explicit_max;
    in.period = t.period;
    if (t.role.empty())
      return std::nullopt;
    auto role = roles_.find(t.role);
    if (role == roles_.end())
      return fail("original token role \"" + t.role + "\" could not be found, not renewing");
    in.explicit_max =
        flawed(flaw::role_maximum_forgotten) ? duration{0} : role->second.explicit_max;
    in.period = role->second.period;
    return std::nullopt;
  }
  bool userpass = m->type == "userpass";
  auto meta = t.meta.value_or(std::map<std::string, std::string>{});
  auto name = meta[userpass ? "username" : "role_name"];
  auto at = m->logins.find(name);
  if (at == m->logins.end()) {
    if (userpass)
      return no_content();
    return fail("role \"" + name + "\" does not exist during renewal");
  }
  auto& s = at->second;
  auto without_default = [](names list) {
    list = normal_policies(list, false);
    std::erase(list, "default");
    return list;
  };
  if (userpass && without_default(s.policies) != without_default(t.policies))
    return fail("policies have changed, not renewing");
  in.backend_ttl = s.ttl;
  in.backend_max = s.max_ttl;
  in.period = s.period;
  in.explicit_max = t.lease->explicit_max;
  return std::nullopt;
}

//
answer model::renew_token(const std::string& id, fields& f, bool by_accessor) {
  auto increment = f.whole_seconds("increment");
  if (!f.error().empty())
    return field_error(f.error());
  // renew-accessor hides these texts.
  auto refuse = [&](const char* why) {
    return by_accessor ? wrapped_error(400, "invalid request") : error_answer(400, why);
  };
  if (id.empty())
    return refuse("missing token ID");
  auto t = usable(id);
  if (!t)
    return refuse("token not found");
  if (t->batch())
    return refuse("batch tokens cannot be renewed");
  if (!t->lease)
    return refuse("invalid lease ID");
  auto& l = *t->lease;
  if (!l.expire || !l.renewable)
    return refuse("lease is not renewable");
  ttl_inputs in;
  if (auto instead = renewal_limits(*t, in))
    return *instead;
  in.increment = increment;
  in.now = now_;
  in.start = l.issue;
  auto grant = grant_ttl(in, flawed(flaw::ttl_deadline_late));
  if (!grant.error.empty())
    return wrapped_error(500, grant.error);
  l.granted = grant.ttl;
  l.expire = later(flawed(flaw::increment_from_expiry) ? *l.expire : now_, grant.ttl);
  l.last_renewal = now_;
  arm(l.timer, *l.expire, l.id);
  auto block = block_of(*t);
  block.lease_duration_s = seconds(grant.ttl);
  block.hide_token = by_accessor;
  auto out = auth_answer(std::move(block));
  out.warnings = grant.warnings;
  if (auto unknown = f.unknown(); !unknown.empty())
    out.warnings.push_back(unknown);
  return out;
}

// an unknown or dead token is no error.
answer model::revoke_token(const std::string& id) {
  if (id.empty())
    return error_answer(400, "missing token ID");
  auto t = usable(id);
  if (!t)
    return no_content();
  if (t->batch())
    return error_answer(400, "batch tokens cannot be revoked");
  revoke_tree(id);
  return no_content();
}

//
answer model::revoke_orphan(call& c, const std::string& id) {
  if (id.empty())
    return error_answer(400, "missing token ID");
  if (!c.sudo)
    return error_answer(400, "root or sudo privileges required to revoke and orphan");
  auto t = usable(id);
  if (!t)
    return error_answer(400, "token to revoke not found");
  if (t->batch())
    return error_answer(400, "batch tokens cannot be revoked");
  if (flawed(flaw::orphans_die_too))
    revoke_tree(id);
  else
    revoke_one(id, true);
  return no_content();
}

//
answer model::by_accessor(call& c, const std::string& what) {
  fields f(c.what.body);
  auto accessor = f.text("accessor");
  if (!f.error().empty())
    return field_error(f.error());
  if (accessor.empty())
    return wrapped_error(400, "missing accessor");
  auto at = accessors_.find(accessor);
  if (at == accessors_.end() && what != "revoke")
    return wrapped_error(400, "invalid accessor");
  if (what == "lookup")
    return lookup_token(find(at->second), true);
  if (what == "renew")
    return renew_token(at->second, f, true);
  if (at == accessors_.end())
    return done({"No token found with this accessor"});
  auto id = at->second;
  if (!usable(id))
    return error_answer(400, "token not found");
  revoke_tree(id);
  return no_content();
}

//
answer model::tidy_tokens() {
  for (auto row = children_.begin(); row != children_.end();) {
    if (find(row->first)) {
      ++row;
      continue;
    }
    for (auto& child : row->second)
      if (auto t = find(child); t && t->parent == row->first)
        t->parent.clear();
    row = children_.erase(row);
  }
  auto out = done({"Tidy operation successfully started. Any information from the operation will "
                   "be printed to OpenBao's server logs."});
  out.status = 202;
  return out;
}

answer model::tokens(call& c) {
  auto op = c.what.op;
  bool update = op == operation::update || op == operation::create;
  auto& rest = c.rest;
  fields f(c.what.body);
  auto token = f.text("token");
  if (rest == "accessors/" || rest == "accessors") {
    if (op != operation::list)
      return unsupported_operation();
    names keys;
    for (auto& [accessor, id] : accessors_)
      keys.push_back(accessor);
    return key_list(keys);
  }
  if (rest == "roles" || rest.starts_with("roles/"))
    return token_roles(c);
  if (rest == "lookup" || rest == "lookup-self") {
    if (op != operation::read && !update)
      return unsupported_operation();
    bool self = rest == "lookup-self" || token.empty();
    return lookup_token(find(self ? c.caller->id : token), false);
  }
  bool creates = rest == "create" || rest == "create-orphan" || rest.starts_with("create/");
  bool known = creates;
  for (auto path : {"renew", "renew-self", "renew-accessor", "revoke", "revoke-self",
                    "revoke-accessor", "revoke-orphan", "lookup-accessor", "tidy"})
    known = known || rest == path;
  if (!known)
    return unsupported_path();
  if (!update)
    return unsupported_operation();
  if (creates)
    return create_token(c, rest.starts_with("create/") ? rest.substr(7) : std::string{},
                        rest == "create-orphan");
  if (rest == "tidy")
    return tidy_tokens();
  if (rest.ends_with("-accessor"))
    return by_accessor(c, rest.substr(0, rest.size() - 9));
  if (rest == "renew")
    return renew_token(token, f, false);
  if (rest == "renew-self")
    return renew_token(c.caller->id, f, false);
  if (rest == "revoke")
    return revoke_token(token);
  if (rest == "revoke-self")
    return revoke_token(c.caller->id);
  return revoke_orphan(c, token);
}

} // namespace lapse::sequential
