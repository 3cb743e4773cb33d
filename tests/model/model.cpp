#include "tests/model/model.hpp"

#include "tests/model/model_replies.hpp"

namespace lapse::sequential {

using nlohmann::json;

model::model(const server_config& config, std::set<flaw> flaws)
  : config_(config), flaws_(std::move(flaws)) {
  add_mount("sys/", "system", "system endpoints used for control, policy and debugging");
  add_mount("identity/", "identity", "identity store");
  add_mount("cubbyhole/", "cubbyhole", "per-token private secret storage");
  add_mount("auth/token/", "token", "token based credentials");
  if (config.mount_secret)
    add_mount("secret/", "kv", "key/value secret storage").version = "2";
  policies_["default"] = {default_policy_text(), 1, now_};
  //
  bool dev = config.root == server_config::root_kind::dev;
  token_record t;
  t.name.id = token_id{derive(1, ++made_)};
  if (dev)
    t.name.custom = shared(std::string("root"));
  t.policies = {"root"};
  t.path = dev ? "auth/token/create" : "auth/token/root";
  t.display_name = dev ? "token" : "root";
  t.id = text(t.name);
  t.accessor = accessor_text(t.name);
  root_id_ = t.id;
  auto& kept = tokens_[t.id] = t;
  token_ids_[t.name.id] = t.id;
  accessors_[t.accessor] = t.id;
  if (dev)
    register_lease(kept, false);
}

token_name model::root() const {
  token_name out;
  if (auto t = find(root_id_))
    out = t->name;
  return out;
}

void model::inject(const fault& what) {
  if (what.what == fault::kind::backend_down)
    down_[what.mount] = what.revoke_only;
  else if (what.what == fault::kind::backend_up)
    down_.erase(what.mount);
  else if (what.what == fault::kind::fail_revocation)
    refused_leases_.insert(what.lease.value);
}

void model::ask(const credential& by, request_ptr what, answer_taker take) {
  auto out = admit(by, *what);
  fit(out, *what);
  run_jobs();
  take(std::move(out));
}

std::string model::credential_text(const credential& by) const {
  if (!by.id)
    return by.text;
  auto at = token_ids_.find(by.id);
  return at == token_ids_.end() ? "s.unknown" : at->second;
}

mount* model::mount_at(const std::string& path) {
  sequential::mount* best = nullptr;
  for (auto& [where, m] : mounts_)
    if (path.starts_with(where) || path + '/' == where)
      if (!best || where.size() > best->path.size())
        best = &m;
  return best;
}

// Refusals that come before any token is looked at (R-307, R-1011).
std::optional<answer> model::refused_early(const call& c) {
  auto op = c.what.op;
  bool writes = op == operation::update || op == operation::create || op == operation::patch;
  if (writes && c.path.ends_with('/'))
    return error_answer(400, "cannot write to a path ending in '/'");
  auto& body = c.what.body;
  auto given = [&](const char* key) -> const json* {
    auto at = body.is_object() ? body.find(key) : body.end();
    return body.is_object() && at != body.end() ? &*at : nullptr;
  };
  if (c.path.starts_with("sys/wrapping/") && c.path != "sys/wrapping/wrap") {
    std::string error;
    auto id = wrapping_token_of(c, error);
    if (!error.empty())
      return error_answer(403, "error validating wrapping token: " + error);
    auto t = usable(id);
    if (!t || !t->wrapping())
      return error_answer(400, "wrapping token is not valid or does not exist");
  }
  for (auto name : {"lookup", "renew", "revoke", "revoke-orphan"})
    if (c.path == std::string("auth/token/") + name)
      if (auto token = given("token"); token && !token->is_string())
        return error_answer(403, "invalid token");
  for (auto name : {"lookup", "renew", "revoke"})
    if (c.path == std::string("sys/leases/") + name)
      if (auto lease = given("lease_id"); lease && !lease->is_null() && !lease->is_string())
        return error_answer(400, "invalid lease ID");
  return std::nullopt;
}

bool model::open_to_all(const call& c) const {
  return c.path == "sys/health" || c.path == "sys/unseal" || c.path == "sys/wrapping/lookup" ||
         is_login(c);
}

answer model::admit(const credential& by, const request& what) {
  if (what.settled)
    return *what.settled;
  call c{what, what.path, {}, {}, nullptr, nullptr, false, std::nullopt, false};
  if (what.op == operation::list && !c.path.ends_with('/'))
    c.path += '/';
  if (what.wrap_ttl) {
    // R-1003, R-1717.
    auto read = duration_from(*what.wrap_ttl);
    if (!read.error.empty())
      return error_answer(400, "error parsing X-Vault-Wrap-TTL header: " + read.error);
    if (read.value.count() < 0)
      return error_answer(
          400, "error parsing X-Vault-Wrap-TTL header: requested wrap ttl cannot be negative");
    if (read.value.count() > 0)
      c.wrap_ttl = read.value;
  }
  if (c.path == "sys/health")
    return health();
  if (c.path == "sys/unseal")
    return unseal();
  for (auto part = c.path.find_first_not_of('/'); part < c.path.size();) {
    auto end = std::min(c.path.find('/', part), c.path.size());
    if (auto name = c.path.substr(part, end - part); name == "." || name == "..")
      return error_answer(400, "relative paths not supported");
    part = end + 1;
  }
  if (sealed_)
    return error_answer(503, "Vault is sealed");
  if (what.other_namespace)
    return error_answer(404, "namespace not found");
  c.caller_id = credential_text(by);
  if (auto refusal = refused_early(c))
    return *refusal;
  c.at = mount_at(c.path);
  if (c.at)
    c.rest = c.path.size() > c.at->path.size() ? c.path.substr(c.at->path.size()) : std::string{};
  if (open_to_all(c)) {
    auto reply = c.path == "sys/wrapping/lookup" ? lookup_wrapping(c) : login(c);
    return finish(c, std::move(reply), false);
  }
  return authorised(c);
}

// create where the mount can tell that the thing does not exist yet.
operation model::asked_operation(const call& c) const {
  auto op = c.what.op;
  if ((op != operation::update && op != operation::create) || !c.at || c.at->tainted)
    return op;
  bool there = true;
  auto& type = c.at->type;
  auto leaf = c.rest.substr(c.rest.rfind('/') + 1);
  if (type == "cubbyhole")
    there = c.caller->cubbyhole.contains(c.rest);
  else if ((type == "kv" || type == "generic") && c.at->version != "2")
    there = c.at->entries.contains(c.rest);
  else if (type == "kv" && c.rest.starts_with("data/"))
    there = c.at->versions.contains(c.rest.substr(5));
  else if (type == "token" && c.rest.starts_with("roles/"))
    there = roles_.contains(leaf);
  else if ((type == "userpass" && c.rest.starts_with("users/")) ||
           (type == "approle" && c.rest.starts_with("role/") &&
            c.rest.find('/', 5) == std::string::npos))
    there = c.at->logins.contains(leaf);
  else if (type == "database" && c.rest.starts_with("roles/"))
    there = c.at->roles.contains(leaf);
  else if (type == "database" && c.rest.starts_with("config/"))
    there = c.at->connections.contains(leaf);
  return there ? operation::update : operation::create;
}

acl model::acl_of(const token_record& t) const {
  acl out(t.root(), flawed(flaw::acl_every_match));
  for (auto& name : t.policies) {
    std::string body;
    if (name == "response-wrapping")
      body = wrapping_policy_text();
    else if (auto p = policy(name))
      body = p->text;
    auto parsed = policy_from(body);
    auto rules = std::get_if<std::vector<path_rule>>(&parsed);
    if (!rules)
      continue;
    for (auto rule : *rules) {
      auto end = rule.expiration_unix_s;
      if (end && *end < config_.start_unix_s + seconds(now_))
        continue;
      // Templates name the entity; without one they grant nothing.
      if (auto open = rule.pattern.find("{{"); open != std::string::npos) {
        auto close = rule.pattern.find("}}", open);
        auto what =
            rule.pattern.substr(open, close == std::string::npos ? close : close - open + 2);
        if (t.entity.empty() || what != "{{identity.entity.id}}")
          continue;
        rule.pattern.replace(open, what.size(), t.entity);
      }
      out.add(rule);
    }
  }
  return out;
}

answer model::authorised(call& c) {
  // R-531, R-1703: no token, or one that does not live.
  auto caller = usable(c.caller_id);
  if (!caller)
    return error_answer(403, "permission denied");
  c.caller = caller;
  //
  if (caller->ttl.count() != 0 && !cidrs_hold_caller(caller->cidrs))
    return error_answer(403, "permission denied");
  auto rights = acl_of(*caller);
  c.sudo = rights.sudo(c.path);
  acl_question q{asked_operation(c), c.path, c.what.body, c.wrap_ttl,
                 is_sudo_path(c.path) && !flawed(flaw::acl_no_sudo_paths)};
  bool allowed = rights.allows(q);
  // counted after the ACL, before anything happens.
  bool last_use = false;
  if (!caller->batch() && caller->num_uses > 0 && (allowed || !flawed(flaw::denied_use_is_free))) {
    last_use = caller->num_uses == 1 && !flawed(flaw::last_use_lives);
    if (last_use)
      caller->num_uses = -1;
    else if (caller->num_uses > 1)
      --caller->num_uses;
  }
  auto reply = allowed ? route(c) : wrapped_error(403, "permission denied");
  return finish(c, std::move(reply), last_use);
}

answer model::finish(call& c, answer reply, bool last_use) {
  if (last_use) {
    // successful or not, the token's lease ends now.
    if (auto t = find(c.caller_id); t && t->lease) {
      t->lease->expire = now_;
      enqueue(t->lease->id);
    }
    //
    if (reply.ok() && reply.lease)
      return error_answer(400, "Secret cannot be returned; token had one use left, so leased "
                               "credentials were immediately revoked.");
  }
  // R-1004: errors and empty answers are not wrapped.
  bool empty = reply.shape == envelope::none || reply.shape == envelope::raw;
  if (c.wrap_ttl && !c.wrapped && reply.ok() && !empty)
    return wrap(c, std::move(reply), c.path, *c.wrap_ttl);
  return reply;
}

answer model::route(call& c) {
  if (!c.at)
    return error_answer(404, "no handler for route \"" + c.path + "\". route entry not found.");
  if (c.at->tainted)
    return error_answer(404, "no handler for route \"" + c.path +
                                 "\" on namespace \"\". route entry or namespace is tainted.");
  if (c.at->path == "sys/")
    return system(c);
  if (c.at->path == "auth/token/")
    return tokens(c);
  if (c.at->path.starts_with("auth/"))
    return auth_method(c);
  return secrets(c);
}

} // namespace lapse::sequential
