// Creation of tokens (section 2).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <algorithm>

namespace lapse::sequential {

namespace {

bool contains(const names& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool contained(const names& some, const names& all) {
  return std::all_of(some.begin(), some.end(), [&](auto& one) { return contains(all, one); });
}

bool globbed(const names& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](auto& glob) { return glob_matches(glob, name); });
}

// A list in Go's %q form.
std::string quoted_list(const names& list) {
  std::string out = "[";
  for (auto& name : list)
    out += (out.size() > 1 ? " \"" : "\"") + name + '"';
  return out + ']';
}

// one `-` per character (not byte) outside the set.
std::string display_name(const std::string& wanted) {
  if (wanted.empty())
    return "token";
  std::string out = "token-";
  for (unsigned char c : wanted) {
    if ((c & 0xc0) == 0x80)
      continue;
    bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += fine ? static_cast<char>(c) : '-';
  }
  if (out.back() == '-')
    out.pop_back();
  return out;
}

const char* custom_id_warning =
    "Supplying a custom ID for the token uses the weaker SHA1 hashing instead of the more secure "
    "SHA2-256 HMAC for token obfuscation. SHA1 hashed tokens on the wire leads to less secure "
    "lookups.";

// R-203 #5: only the first that is given is tested.
std::string bad_for_batch(fields& f) {
  auto given = [&](const char* name, std::string& error) {
    auto read = duration_from(f.text(name));
    if (!read.error.empty())
      error = std::string("'") + name + "' value could not be parsed";
    return read.value.count() != 0;
  };
  std::string error;
  std::string reason;
  if (!f.text("explicit_max_ttl").empty()) {
    if (given("explicit_max_ttl", error))
      reason = "explicit_max_ttl";
  } else if (f.whole("num_uses") != 0) {
    reason = "num_uses";
  } else if (!f.text("period").empty() && given("period", error)) {
    reason = "period";
  }
  if (!error.empty())
    return error;
  return reason.empty() ? reason : "batch tokens cannot have \"" + reason + "\" set";
}

//
std::string resolved_type(const std::string& wanted, const token_role* role) {
  if (!role)
    return wanted;
  if (role->type == "service" || role->type == "batch")
    return role->type;
  return wanted.empty() && role->type == "default-batch" ? "batch" : wanted;
}

//
std::string bad_id(const std::string& id) {
  if (id.starts_with("hvs."))
    return "custom token ID cannot have the 'hvs.' prefix";
  if (id.starts_with("s."))
    return "custom token ID cannot have the 's.' prefix";
  return id.find('.') == std::string::npos ? std::string{}
                                           : "custom token ID cannot have a '.' in the value";
}

} // namespace

//
std::string model::role_policies(const token_record& parent, const names& wanted, bool no_default,
                                 const token_role& role, names& out) const {
  bool add_default = !no_default && !role.no_default && !contains(role.disallowed, "default") &&
                     !globbed(role.disallowed_glob, "default");
  if (!role.allowed.empty() || !role.allowed_glob.empty()) {
    if (!wanted.empty())
      out = normal_policies(wanted, add_default);
    if (out.empty()) {
      out = normal_policies(role.allowed, add_default);
    } else {
      auto allowed = normal_policies(role.allowed, add_default);
      for (auto& name : out)
        if (!contains(allowed, name) && !globbed(role.allowed_glob, name))
          return "token policies (" + quoted_list(out) +
                 ") must be subset of the role's allowed policies (" + quoted_list(allowed) +
                 ") or glob policies (" + quoted_list(role.allowed_glob) + ')';
    }
  } else {
    if (!wanted.empty())
      out = normal_policies(wanted, add_default);
    if (out.empty())
      out = normal_policies(parent.policies, add_default);
  }
  for (auto& name : out)
    if (contains(role.disallowed, name) || globbed(role.disallowed_glob, name))
      return "token policy \"" + name + "\" is disallowed by this role";
  return {};
}

//
std::string model::resolve_policies(call& c, fields& f, const token_role* role, names& out) const {
  auto& parent = *c.caller;
  auto wanted = f.names("policies");
  bool no_default = f.flag("no_default_policy");
  bool lists = role && !(role->allowed.empty() && role->disallowed.empty() &&
                         role->allowed_glob.empty() && role->disallowed_glob.empty());
  bool parent_has_default = contains(parent.policies, "default");
  if (lists) {
    if (auto error = role_policies(parent, wanted, no_default, *role, out); !error.empty())
      return error;
  } else if (wanted.empty()) {
    out = normal_policies(parent.policies, !no_default && parent_has_default);
  } else if (c.sudo) {
    out = normal_policies(wanted, !no_default);
  } else {
    if (!contained(normal_policies(wanted, false), normal_policies(parent.policies, false)) &&
        !flawed(flaw::subset_unchecked))
      return "child policies must be subset of parent";
    out = normal_policies(wanted, !no_default && parent_has_default);
  }
  if (no_default)
    std::erase(out, "default");
  if (contains(out, "response-wrapping"))
    return "cannot assign policy \"response-wrapping\"";
  return {};
}

// R-203 #14 to #16, R-231 to R-236.
std::string model::choose_ttls(call& c, fields& f, const token_role* role, token_record& t,
                               names& warnings, int& status) {
  status = 400;
  auto explicit_max = duration_from(f.text("explicit_max_ttl"));
  if (!explicit_max.error.empty())
    return explicit_max.error;
  if (explicit_max.value.count() < 0)
    return "explicit_max_ttl must be positive";
  auto period = duration_from(f.text("period"));
  if (!period.error.empty())
    return period.error;
  if (period.value.count() < 0)
    return "period must be positive";
  if (period.value.count() > 0 && !c.sudo)
    return "root or sudo privileges required to create periodic token";
  bool old_name = f.text("ttl").empty();
  auto ttl = duration_from(f.text(old_name ? "lease" : "ttl"));
  if (!ttl.error.empty())
    return ttl.error;
  if (ttl.value.count() < 0)
    return old_name ? "lease must be positive" : "ttl must be positive";
  t.explicit_max = explicit_max.value;
  t.period = period.value;

  // the lesser of call and role. R-118: the token keeps what the call said.
  auto merged = [&](duration mine, duration roles, const char* what) {
    if (!role || t.batch() || roles.count() == 0)
      return mine;
    if (mine.count() == 0)
      return roles;
    auto lesser = std::min(mine, roles);
    warnings.push_back(std::string(what) +
                       " specified both during creation call and in role; using the lesser "
                       "value of " +
                       std::to_string(seconds(lesser)) + " seconds");
    return lesser;
  };
  ttl_inputs in;
  in.explicit_max =
      merged(t.explicit_max, role ? role->explicit_max : duration{0}, "Explicit max TTL");
  in.period = merged(t.period, role ? role->period : duration{0}, "Period");
  in.mount_default = default_ttl(mounts_.at("auth/token/"));
  in.mount_max = max_ttl(mounts_.at("auth/token/"));
  in.backend_ttl = ttl.value;
  in.now = now_;
  in.start = t.creation;
  //
  if (in.period.count() > 0 || ttl.value.count() > 0 || !t.root()) {
    auto grant = grant_ttl(in, flawed(flaw::ttl_deadline_late));
    if (!grant.error.empty()) {
      status = 500;
      return grant.error;
    }
    warnings.insert(warnings.end(), grant.warnings.begin(), grant.warnings.end());
    t.ttl = grant.ttl;
  }
  //
  if (t.ttl.count() == 0)
    t.ttl = in.explicit_max;
  if (t.ttl.count() == 0) {
    t.cidrs.clear();
    if (c.caller->ttl.count() != 0)
      return "expiring root tokens cannot create non-expiring root tokens";
  }
  return {};
}

// The table of R-203, in its order.
answer model::create_token(call& c, const std::string& role_name, bool orphan) {
  fields f(c.what.body);
  auto refuse = [](const std::string& why) { return error_answer(400, why); };
  auto wanted_type = f.text("type");
  bool renewable = f.flag("renewable", true);
  auto num_uses = f.whole("num_uses");
  auto meta = f.pairs("meta");
  auto wanted_name = f.text("display_name");
  auto alias = f.text("entity_alias");
  auto id = f.text("id");
  bool no_parent = f.flag("no_parent");
  for (auto name : {"explicit_max_ttl", "period", "ttl", "lease"})
    (void)f.text(name);
  (void)f.names("policies");
  (void)f.flag("no_default_policy");
  if (!f.error().empty())
    return field_error(f.error());

  const token_role* role = nullptr;
  if (!role_name.empty()) {
    auto at = roles_.find(role_name);
    if (at == roles_.end())
      return refuse("unknown role " + role_name);
    role = &at->second;
  }
  auto& parent = *c.caller;
  if (!valid(parent))
    return refuse("parent token lookup failed: no parent found");
  if (parent.batch())
    return refuse("batch tokens cannot create more tokens");
  if (parent.num_uses > 0 && !flawed(flaw::limited_may_create))
    return refuse("restricted use token cannot generate child tokens");
  auto type = resolved_type(wanted_type, role);
  if (type == "batch") {
    if (auto bad = bad_for_batch(f); !bad.empty())
      return refuse(bad);
    renewable = false;
  } else if (!type.empty() && type != "service") {
    return refuse("invalid 'token_type' value");
  }
  if (num_uses < 0)
    return refuse("number of uses cannot be negative");
  if (!alias.empty() && !role)
    return refuse("'entity_alias' is only allowed in combination with token role");
  if (!alias.empty() && !globbed(role->entity_aliases.value_or(names{}), alias))
    return refuse("invalid 'entity_alias' value");

  token_record t;
  t.name.type = type == "batch" ? token_type::batch : token_type::service;
  t.path = c.path;
  t.meta = meta;
  t.display_name = display_name(wanted_name);
  t.num_uses = num_uses;
  t.creation = floor1(now_);
  if (role) {
    t.role = role_name;
    renewable = renewable && role->renewable;
    if (role->num_uses != 0 && (t.num_uses == 0 || role->num_uses < t.num_uses))
      t.num_uses = role->num_uses;
    if (!role->path_suffix.empty())
      t.path += '/' + role->path_suffix;
  }
  if (!id.empty() && !c.sudo)
    return refuse("root or sudo privileges required to specify token id");
  if (auto error = resolve_policies(c, f, role, t.policies); !error.empty())
    return refuse(error);
  if (t.root()) {
    if (!parent.root())
      return refuse("root tokens may not be created without parent token being root");
    if (t.batch())
      return refuse("batch tokens cannot be root tokens");
  }
  //
  t.parent = parent.id;
  if (role) {
    if (role->orphan)
      t.parent.clear();
    t.cidrs = role->cidrs;
  } else if (no_parent) {
    if (!c.sudo)
      return refuse("root or sudo privileges required to create orphan token");
    t.parent.clear();
  } else if (orphan) {
    t.parent.clear();
  }
  if (!alias.empty()) {
    t.entity = entity_of(mounts_.at("auth/token/"), alias);
  } else if (!t.parent.empty()) {
    t.entity = parent.entity;
    if (!role)
      t.cidrs = parent.cidrs;
  }
  names warnings;
  int status = 400;
  if (auto error = choose_ttls(c, f, role, t, warnings, status); !error.empty())
    return status == 500 ? wrapped_error(500, error) : refuse(error);
  if (!id.empty()) {
    warnings.push_back(custom_id_warning);
    if (!t.batch()) {
      if (auto bad = bad_id(id); !bad.empty())
        return refuse(bad);
      if (find(id))
        return refuse("cannot create a token with a duplicate ID");
      t.name.custom = shared(id);
    }
  }
  for (auto& name : t.policies)
    if (name != "root" && !policy(name))
      warnings.push_back("Policy \"" + name + "\" does not exist");
  if (auto unknown = f.unknown(); !unknown.empty())
    warnings.push_back(unknown);
  auto shown_uses = t.num_uses;
  bool may_renew = renewable && t.ttl.count() > 0;
  auto& kept = store(std::move(t), may_renew);
  auto block = block_of(kept);
  block.num_uses = shown_uses;
  auto out = auth_answer(std::move(block));
  out.warnings = std::move(warnings);
  return out;
}

// batch tokens carry neither uses nor an accessor.
token_record& model::store(token_record t, bool renewable) {
  t.name.id = token_id{derive(1, ++made_)};
  t.id = text(t.name);
  t.accessor = accessor_text(t.name);
  token_ids_[t.name.id] = t.id;
  if (t.batch()) {
    t.num_uses = 0;
    t.explicit_max = duration{0};
    t.period = duration{0};
  } else {
    accessors_[t.accessor] = t.id;
    if (!t.parent.empty())
      children_[t.parent].insert(t.id);
  }
  auto& kept = tokens_[t.id] = std::move(t);
  if (!kept.batch())
    register_lease(kept, renewable);
  return kept;
}

//
void model::register_lease(token_record& t, bool renewable) {
  token_lease l;
  lease_name name;
  name.token = t.name;
  name.path = shared(t.path);
  l.id = text(name);
  l.issue = now_;
  l.renewable = renewable;
  l.granted = t.ttl;
  l.explicit_max = t.explicit_max;
  l.num_uses = t.num_uses;
  l.orphan = t.parent.empty();
  t.lease = l;
  token_leases_[l.id] = t.id;
  if (t.ttl.count() > 0) {
    t.lease->expire = later(now_, t.ttl);
    arm(t.lease->timer, *t.lease->expire, l.id);
  }
}

} // namespace lapse::sequential
