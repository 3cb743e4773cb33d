// Logins (section 7).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <array>
#include <cctype>
#include <cstdio>

namespace lapse::sequential {

namespace {

// Does a.b.c.d/n hold 127.0.0.1, where every request comes from?
bool holds_local_address(const std::string& cidr) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  int bits = 32;
  if (std::sscanf(cidr.c_str(), "%u.%u.%u.%u/%d", &a, &b, &c, &d, &bits) < 4)
    return false;
  if (bits <= 0)
    return bits == 0;
  auto net = a << 24 | b << 16 | c << 8 | d;
  return (net ^ 0x7f000001U) >> (32 - bits) == 0;
}

// rows are the mount's setting, columns the role's.
token_type resolved_type(const std::string& mount, const std::string& role) {
  if (mount == "service" || mount == "batch")
    return mount == "batch" ? token_type::batch : token_type::service;
  if (role == "service" || role == "batch")
    return role == "batch" ? token_type::batch : token_type::service;
  return mount == "default-batch" ? token_type::batch : token_type::service;
}

std::string display_name(const std::string& mount, const std::string& user) {
  auto out = mount.substr(5);
  for (auto& c : out)
    if (c == '/')
      c = '-';
  out += user;
  if (out.ends_with('-'))
    out.pop_back();
  return out;
}

} // namespace

bool cidrs_hold_caller(const names& cidrs) {
  for (auto& cidr : cidrs)
    if (holds_local_address(cidr))
      return true;
  return cidrs.empty();
}

bool model::is_login(const call& c) const {
  if (!c.at || c.at->tainted)
    return false;
  return (c.at->type == "userpass" && c.rest.starts_with("login/")) ||
         (c.at->type == "approle" && c.rest == "login");
}

answer model::login(call& c) {
  if (c.what.op != operation::update && c.what.op != operation::create)
    return unsupported_operation();
  return c.at->type == "userpass" ? userpass_login(c) : approle_login(c);
}

//
answer model::userpass_login(call& c) {
  auto name = c.rest.substr(6);
  for (auto& l : name)
    l = static_cast<char>(std::tolower(static_cast<unsigned char>(l)));
  auto& lock = lockouts_[c.at->accessor + '/' + name];
  constexpr auto window = std::chrono::minutes{15};
  if (lock.failures >= 5 && now_ - lock.last < window)
    return error_answer(403, "permission denied");
  fields f(c.what.body);
  auto password = f.text("password");
  if (!f.error().empty())
    return field_error(f.error());
  if (password.empty())
    return error_answer(500, "missing password");
  auto user = c.at->logins.find(name);
  // only the failures of users that exist are counted.
  if (user == c.at->logins.end())
    return error_answer(400, "invalid username or password");
  if (user->second.password != password) {
    lock.failures = now_ - lock.last >= window ? 1 : lock.failures + 1;
    lock.last = now_;
    return error_answer(400, "invalid username or password");
  }
  if (!flawed(flaw::login_keeps_failures))
    lock = {};
  return log_in(c, user->second, name, name, {{"username", name}});
}

// R-1714.
answer model::approle_login(call& c) {
  fields f(c.what.body);
  auto role_id = f.text("role_id");
  auto secret_id = f.text("secret_id");
  if (!f.error().empty())
    return field_error(f.error());
  if (role_id.empty())
    return error_answer(500, "missing role_id");
  auto refuse = [] { return error_answer(400, "invalid role or secret ID"); };
  for (auto& [name, role] : c.at->logins) {
    if (role.role_id != role_id)
      continue;
    if (role.bind_secret_id) {
      auto secret = role.secret_ids.find(secret_id);
      if (secret == role.secret_ids.end())
        return refuse();
      if (secret->second == 1)
        role.secret_ids.erase(secret);
      else if (secret->second > 1)
        --secret->second;
    }
    return log_in(c, role, "", role_id, {{"role_name", name}});
  }
  return refuse();
}

std::string model::entity_of(const sequential::mount& m, const std::string& alias) {
  auto [at, fresh] = entities_.try_emplace(m.accessor + '/' + alias);
  if (fresh)
    at->second = uuid_text(derive(7, ++made_));
  return at->second;
}

//
answer model::log_in(call& c, const login_settings& s, const std::string& display,
                     const std::string& alias, std::map<std::string, std::string> meta) {
  if (!cidrs_hold_caller(s.cidrs))
    return error_answer(403, "permission denied");
  token_record t;
  t.policies = normal_policies(s.policies, !s.no_default);
  if (t.root())
    return error_answer(400, "auth methods cannot create root tokens");
  t.name.type = resolved_type(c.at->token_type, s.type);
  t.path = c.path;
  t.meta = std::move(meta);
  t.display_name = display_name(c.at->path, display);
  t.num_uses = s.num_uses;
  t.creation = floor1(now_);
  t.explicit_max = s.explicit_max;
  t.period = s.period;
  t.cidrs = s.cidrs;
  ttl_inputs in;
  in.mount_default = default_ttl(*c.at);
  in.mount_max = max_ttl(*c.at);
  in.backend_ttl = s.ttl;
  in.period = s.period;
  in.backend_max = s.max_ttl;
  in.explicit_max = s.explicit_max;
  in.now = now_;
  auto grant = grant_ttl(in, flawed(flaw::ttl_deadline_late));
  if (!grant.error.empty())
    return error_answer(500, grant.error);
  t.ttl = grant.ttl;
  t.entity = entity_of(*c.at, alias);
  auto& kept = store(std::move(t), true);
  auto block = block_of(kept);
  block.num_uses = s.num_uses;
  auto out = auth_answer(std::move(block));
  out.warnings = grant.warnings;
  return out;
}

} // namespace lapse::sequential
