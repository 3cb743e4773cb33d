// Leases of secrets, and token leases as sys/leases sees them (sections 4.2 and 6).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <algorithm>

namespace lapse::sequential {

using nlohmann::json;

token_record* model::token_of_lease(const std::string& id) {
  auto at = token_leases_.find(id);
  return at == token_leases_.end() ? nullptr : find(at->second);
}

const token_record* model::token_of_lease(const std::string& id) const {
  auto at = token_leases_.find(id);
  return at == token_leases_.end() ? nullptr : find(at->second);
}

std::vector<std::string> model::lease_ids() const {
  names out;
  for (auto& [id, token] : token_leases_)
    out.push_back(id);
  for (auto& [id, l] : leases_)
    out.push_back(id);
  std::sort(out.begin(), out.end());
  return out;
}

//
answer model::issue_lease(call& c, json data, duration ttl, duration max, bool renewable,
                          const std::string& role) {
  ttl_inputs in;
  in.mount_default = default_ttl(*c.at);
  in.mount_max = max_ttl(*c.at);
  in.backend_ttl = ttl;
  in.backend_max = max;
  in.now = now_;
  auto grant = grant_ttl(in, flawed(flaw::ttl_deadline_late));
  auto& maker = *c.caller;
  secret_lease l;
  l.path = c.path;
  l.mount = c.at->path;
  l.role = role;
  l.issue = now_;
  l.expire = later(now_, grant.ttl);
  l.renewable = renewable;
  l.maker = maker.id;
  l.maker_is_batch = maker.batch();
  l.owner = maker.batch() ? maker.parent : maker.id;
  if (maker.batch())
    l.expire = std::min(l.expire, later(maker.creation, maker.ttl));
  ++made_;
  l.name.lease = lease_id{derive(2, made_)};
  l.name.path = shared(l.path);
  l.name.order = lease_order(maker.name.id.value, ++maker.leases_made);
  l.id = text(l.name);
  auto& kept = leases_[l.id] = l;
  arm(kept.timer, kept.expire, kept.id);
  auto out = data_answer(std::move(data));
  out.lease = l.name;
  out.renewable = renewable;
  out.lease_duration_s = seconds(round1(l.expire - now_));
  out.warnings = grant.warnings;
  return out;
}

//
answer model::lookup_lease(const std::string& id) const {
  lease_lookup out;
  if (auto t = token_of_lease(id)) {
    out.lease.token = t->name;
    out.lease.path = shared(t->path);
    out.issue_time = t->lease->issue;
    out.expire_time = t->lease->expire;
    out.last_renewal = t->lease->last_renewal;
    out.renewable = t->lease->renewable && out.expire_time && *out.expire_time >= now_;
  } else if (auto at = leases_.find(id); at != leases_.end()) {
    auto& l = at->second;
    out.lease = l.name;
    out.issue_time = l.issue;
    out.expire_time = l.expire;
    out.last_renewal = l.last_renewal;
    out.renewable = l.renewable && l.revoke_error.empty() && l.expire >= now_ && !l.queued;
    out.revoke_error = l.revoke_error;
  } else {
    return error_answer(400, "invalid lease");
  }
  if (out.expire_time)
    out.ttl_s = seconds(*out.expire_time - round1(now_));
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.body = std::move(out);
  return reply;
}

// one level deep.
answer model::list_leases(const std::string& prefix) const {
  auto folder = prefix.empty() || prefix.ends_with('/') ? prefix : prefix + '/';
  std::set<std::string> keys;
  for (auto& id : lease_ids())
    if (id.starts_with(folder)) {
      auto rest = id.substr(folder.size());
      auto slash = rest.find('/');
      keys.insert(slash == std::string::npos ? rest : rest.substr(0, slash + 1));
    }
  return key_list({keys.begin(), keys.end()});
}

//
answer model::renew_lease(const std::string& id, duration increment) {
  auto refuse = [](const std::string& why) { return error_answer(400, why); };
  if (auto t = token_of_lease(id)) {
    if (t->lease->expire && *t->lease->expire < now_)
      return refuse("lease expired");
    if (!t->lease->expire || !t->lease->renewable)
      return refuse("lease is not renewable");
    return refuse("tokens cannot be renewed through this endpoint");
  }
  auto at = leases_.find(id);
  if (at == leases_.end())
    return refuse("lease not found");
  auto& l = at->second;
  if (!l.revoke_error.empty())
    return refuse("lease is expired and has failed previous revocation attempts");
  if (!l.maker_is_batch) {
    if (l.expire < now_ || l.queued)
      return refuse("lease expired");
    if (!l.renewable)
      return refuse("lease is not renewable");
  }
  auto& m = mounts_.at(l.mount);
  auto backend_fails = [&](const std::string& why) {
    return refuse("failed to renew entry: resp: (*logical.Response)(nil) err: " + why);
  };
  auto role = m.roles.find(l.role);
  if (role == m.roles.end())
    return backend_fails("error during renew: could not find role with name \"" + l.role + '"');
  if (auto down = down_.find(l.mount); down != down_.end() && !down->second)
    return backend_fails("backend unavailable");
  ttl_inputs in;
  in.mount_default = default_ttl(m);
  in.mount_max = max_ttl(m);
  in.increment = increment;
  in.backend_ttl = role->second.default_ttl;
  in.backend_max = role->second.max_ttl;
  in.now = now_;
  in.start = l.issue;
  auto grant = grant_ttl(in, flawed(flaw::ttl_deadline_late));
  if (!grant.error.empty())
    return backend_fails(grant.error); // the engine tests it itself
  auto base = flawed(flaw::increment_from_expiry) ? l.expire : now_;
  auto expire = later(base, grant.ttl);
  if (l.maker_is_batch) {
    auto maker = usable(l.maker);
    if (!maker)
      return refuse("cannot renew lease, no valid associated token");
    expire = std::min(expire, later(maker->creation, maker->ttl));
  }
  l.expire = expire;
  l.last_renewal = now_;
  l.queued = false;
  arm(l.timer, expire, id);
  answer out;
  out.status = 200;
  out.shape = envelope::normal;
  out.lease = l.name;
  out.renewable = l.renewable;
  out.lease_duration_s = seconds(expire - base);
  out.warnings = grant.warnings;
  return out;
}

// The table of R-614.
answer model::revoke_lease(const std::string& id, bool sync) {
  auto accepted = no_content();
  if (!sync)
    accepted.status = 202;
  if (auto t = token_of_lease(id)) {
    if (sync) {
      revoke_tree(t->id);
    } else {
      t->lease->expire = now_;
      enqueue(id);
    }
    return accepted;
  }
  auto at = leases_.find(id);
  if (at == leases_.end())
    return accepted;
  if (!sync) {
    end_lease_now(at->second);
    return accepted;
  }
  auto error = backend_error(at->second);
  if (!error.empty())
    return error_answer(400,
                        "failed to revoke entry: resp: (*logical.Response)(nil) err: " + error);
  forget_lease(id);
  return accepted;
}

// R-619, R-1722.
answer model::irrevocable(call& c, bool count) const {
  auto& body = c.what.body;
  if (!body.is_object() || body.value("type", "") != "irrevocable")
    return nothing_found();
  json list = json::array();
  json counts = json::object();
  for (auto& [id, l] : leases_)
    if (!l.revoke_error.empty()) {
      auto m = mounts_.find(l.mount);
      auto accessor = m == mounts_.end() ? std::string{} : m->second.accessor;
      list.push_back({{"lease_id", id}, {"mount_id", accessor}, {"error", l.revoke_error}});
      counts[accessor] = counts.value(accessor, 0) + 1;
    }
  json data = {{"lease_count", list.size()}};
  if (count)
    data["counts"] = counts;
  else
    data["leases"] = list;
  return data_answer(std::move(data));
}

//
answer model::tidy_leases() {
  names gone;
  for (auto& [id, l] : leases_) {
    auto maker = find(l.maker);
    if (!maker || (maker->batch() && !valid(*maker)))
      gone.push_back(id);
  }
  for (auto& id : gone)
    forget_lease(id);
  auto out = done({"Tidy operation successfully started. Any information from the operation will "
                   "be printed to OpenBao's server logs."});
  out.status = 202;
  return out;
}

answer model::leases(call& c) {
  auto rest = c.rest.size() > 7 ? c.rest.substr(7) : std::string{};
  auto op = c.what.op;
  bool update = op == operation::update || op == operation::create;
  if (rest.empty())
    return op == operation::read ? irrevocable(c, false) : unsupported_operation();
  if (rest == "count")
    return op == operation::read ? irrevocable(c, true) : unsupported_operation();
  if (rest.starts_with("lookup/"))
    return op == operation::list ? list_leases(rest.substr(7)) : unsupported_operation();
  auto slash = rest.find('/');
  auto verb = rest.substr(0, slash);
  auto tail = slash == std::string::npos ? std::string{} : rest.substr(slash + 1);
  bool known = rest == "lookup" || verb == "renew" || verb == "revoke" || rest == "tidy" ||
               (!tail.empty() && (verb == "revoke-prefix" || verb == "revoke-force"));
  if (!known)
    return unsupported_path();
  if (!update)
    return unsupported_operation();
  if (verb == "tidy")
    return tidy_leases();
  fields f(c.what.body);
  bool sync = f.flag("sync", true);
  if (verb == "revoke-prefix" || verb == "revoke-force") {
    if (!f.error().empty())
      return field_error(f.error());
    return revoke_prefix(tail, verb == "revoke-force", sync);
  }
  auto id = f.text("lease_id");
  auto increment = verb == "renew" ? f.whole_seconds("increment") : duration{0};
  if (!f.error().empty())
    return field_error(f.error());
  // the body wins over the path.
  if (id.empty())
    id = tail;
  if (id.empty())
    return error_answer(400, "lease_id must be specified");
  if (verb == "lookup")
    return lookup_lease(id);
  return verb == "renew" ? renew_lease(id, increment) : revoke_lease(id, sync);
}

} // namespace lapse::sequential
