// What a single command of a conversation is about.

#include "tests/model/speaker.hpp"

namespace lapse::sequential {

using nlohmann::json;

void speaker::create(command& c) {
  c.op = operation::update;
  c.save = handle("t");
  c.path = "auth/token/create";
  if (chance(30))
    c.path += '/' + one_of({"orph", "per", "exp", "free", "uses", "deny", "batch", "ghost"});
  else if (chance(10))
    c.path += "-orphan";
  c.body = json::object();
  if (chance(70))
    c.body["ttl"] = span();
  if (chance(55))
    c.body["policies"] = policy_list();
  if (chance(12))
    c.body["explicit_max_ttl"] = span();
  if (chance(12))
    c.body["period"] = span();
  if (chance(15))
    c.body["num_uses"] = below(4);
  if (chance(12))
    c.body["no_parent"] = chance(80);
  if (chance(10))
    c.body["no_default_policy"] = true;
  if (chance(10))
    c.body["renewable"] = chance(30);
  if (chance(15))
    c.body["type"] = one_of({"batch", "batch", "service", "weird"});
  if (chance(8))
    c.body["meta"] = {{"k", std::to_string(below(9))}};
  if (chance(8))
    c.body["display_name"] = one_of({"a b", "--x--", "plain", "5"});
  if (chance(7))
    c.body["id"] = one_of({"cust-1", "cust-2", "a.b"});
  if (chance(12))
    c.wrap_ttl = span();
  if (c.wrap_ttl)
    c.save = handle("w");
}

void speaker::look(command& c) {
  switch (below(5)) {
    case 0:
      c.op = operation::update;
      c.path = "auth/token/lookup-accessor";
      c.body = {{"accessor", any_token() + ".accessor"}};
      break;
    case 1:
      c.op = operation::list;
      c.path = "auth/token/accessors";
      break;
    case 2:
      c.path = "auth/token/lookup-self";
      break;
    default:
      c.op = operation::update;
      c.path = "auth/token/lookup";
      c.body = {{"token", any_token()}};
  }
}

void speaker::renew(command& c) {
  c.op = operation::update;
  c.body = json::object();
  if (chance(60))
    c.body["increment"] = span();
  switch (below(4)) {
    case 0:
      c.path = "auth/token/renew-accessor";
      c.body["accessor"] = any_token() + ".accessor";
      break;
    case 1:
      c.path = "auth/token/renew-self";
      break;
    default:
      c.path = "auth/token/renew";
      c.body["token"] = any_token();
  }
}

void speaker::revoke(command& c) {
  c.op = operation::update;
  switch (below(6)) {
    case 0:
      c.path = "auth/token/revoke-accessor";
      c.body = {{"accessor", any_token() + ".accessor"}};
      break;
    case 1:
    case 2:
      c.path = "auth/token/revoke-orphan";
      c.body = {{"token", any_token()}};
      break;
    case 3:
      c.path = "auth/token/revoke-self";
      c.by = any_token();
      break;
    default:
      c.path = "auth/token/revoke";
      c.body = {{"token", any_token()}};
  }
}

void speaker::log_in(command& c) {
  c.op = operation::update;
  c.by.clear();
  c.path = "auth/userpass/login/" + one_of({"amy", "bob", "cy", "nobody"});
  c.body = {{"password", chance(90) ? "pw" : "bad"}};
  c.save = handle("t");
}

void speaker::secret(command& c) {
  c.path = "db/creds/" + one_of({"app", "app", "app", "long", "none"});
  c.save = handle("k");
  if (chance(8)) {
    c.wrap_ttl = span();
    c.save = handle("w");
  }
}

void speaker::lease(command& c) {
  c.op = operation::update;
  c.body = {{"lease_id", handle("k") + ".lease"}};
  switch (below(4)) {
    case 0:
      c.path = "sys/leases/renew";
      if (chance(60))
        c.body["increment"] = span();
      break;
    case 1:
      c.path = "sys/leases/revoke";
      if (chance(60))
        c.body["sync"] = chance(50);
      break;
    default:
      c.path = "sys/leases/lookup";
  }
}

void speaker::leases_by_prefix(command& c) {
  if (chance(55)) {
    c.op = operation::list;
    c.path = "sys/leases/lookup/" +
             one_of({"", "db", "auth", "db/creds/app", "auth/userpass/login", "no"});
    return;
  }
  c.op = operation::update;
  c.by = "$root";
  c.path = std::string(chance(70) ? "sys/leases/revoke-prefix/" : "sys/leases/revoke-force/") +
           one_of({"db/creds/app", "db", "auth/userpass/login/bob", "auth/token/create/orph",
                   "auth/token/create/pe", "auth/userpass/login/bo"});
  c.body = {{"sync", chance(70)}};
}

void speaker::keys_and_values(command& c) {
  auto key = one_of({"a", "b", "b/x", "a/x", "c"});
  c.path = (chance(75) ? "kv/" : "cubbyhole/") + key;
  switch (below(5)) {
    case 0:
      c.op = operation::list;
      c.path = c.path.substr(0, c.path.find('/') + 1);
      break;
    case 1:
    case 2:
      c.op = operation::update;
      c.body = {{"v", std::to_string(below(9))}};
      break;
    case 3:
      c.op = operation::delete_;
      break;
    default:
      c.op = operation::read;
  }
}

void speaker::wrapping(command& c) {
  c.op = operation::update;
  switch (below(5)) {
    case 0:
      c.path = "sys/wrapping/wrap";
      c.body = {{"a", "1"}};
      c.wrap_ttl = span();
      c.save = handle("w");
      break;
    case 1:
      c.path = "sys/wrapping/lookup";
      c.body = {{"token", handle("w")}};
      break;
    case 2:
      c.path = "sys/wrapping/rewrap";
      c.body = {{"token", handle("w")}};
      c.save = handle("w");
      break;
    default:
      c.path = "sys/wrapping/unwrap";
      c.save = handle("t");
      c.body = json::object();
      if (chance(50))
        c.body["token"] = chance(90) ? handle("w") : any_token();
      else
        c.by = chance(85) ? handle("w") : any_token();
  }
}

void speaker::capabilities(command& c) {
  c.op = operation::update;
  json paths = {"auth/token/create", "db/creds/app", "kv/x", "kv/b", "kv/a/x",
                "sys/leases/lookup/"};
  c.body = {{"paths", paths}};
  if (chance(40)) {
    c.path = "sys/capabilities-self";
  } else {
    c.path = "sys/capabilities";
    c.body["token"] = any_token();
  }
}

void speaker::administrate(command& c) {
  c.op = operation::update;
  if (chance(80))
    c.by = "$root";
  auto role = "auth/token/roles/" + one_of({"orph", "per", "exp", "free", "uses", "deny"});
  auto user = "auth/userpass/users/" + one_of({"amy", "bob", "cy"});
  switch (below(9)) {
    case 0:
      c.path = role;
      c.body = {{"token_explicit_max_ttl", span()}};
      break;
    case 1:
      c.path = role;
      c.body = {{"token_period", chance(50) ? span() : "0s"}};
      break;
    case 2:
      c.path = role;
      c.body = {{"allowed_policies", policy_list()}, {"orphan", chance(30)}};
      break;
    case 3:
      c.path = role;
      c.op = chance(50) ? operation::read : operation::delete_;
      break;
    case 4:
      c.path = user;
      c.body = {{"password", "pw"}, {"token_ttl", span()}, {"token_policies", policy_list()}};
      break;
    case 5:
      c.path = user;
      c.op = chance(70) ? operation::read : operation::delete_;
      break;
    case 6: {
      auto name = one_of({"maker", "kvp", "narrow", "db"});
      c.path = "sys/policies/acl/" + name;
      if (chance(35))
        c.op = operation::delete_;
      else
        c.body = {{"policy", policy_text(name)}};
      break;
    }
    case 7:
      c.path = "db/roles/app";
      c.body = {{"db_name", "pg"}, {"default_ttl", span()}, {"max_ttl", span()}};
      break;
    default:
      c.path = one_of({"auth/token/tidy", "sys/leases/tidy"});
      c.body = json::object();
  }
}

void speaker::tune(command& c) {
  c.op = operation::update;
  c.by = "$root";
  c.path = one_of({"sys/auth/token/tune", "sys/auth/userpass/tune", "sys/mounts/db/tune"});
  if (chance(25)) {
    c.op = operation::read;
    return;
  }
  c.body = json::object();
  if (chance(60))
    c.body["max_lease_ttl"] = chance(30) ? "system" : span();
  if (chance(40))
    c.body["default_lease_ttl"] = chance(30) ? "system" : span();
  if (c.path == "sys/auth/userpass/tune" && chance(40))
    c.body["token_type"] = one_of({"default-service", "default-batch", "service", "batch"});
}

void speaker::mount(command& c) {
  c.by = "$root";
  c.path = one_of({"sys/mounts/db", "sys/mounts/kv", "sys/auth/userpass", "sys/mounts/none"});
  if (chance(30)) {
    c.op = operation::delete_;
    return;
  }
  c.op = operation::update;
  c.body = {{"type", c.path == "sys/mounts/db"     ? "database"
                     : c.path == "sys/mounts/none" ? "ghost"
                     : c.path == "sys/mounts/kv"   ? "kv"
                                                   : "userpass"}};
}

void speaker::trouble(command& c) {
  fault f;
  f.what = chance(50) ? fault::kind::backend_down : fault::kind::backend_up;
  f.mount = "db/";
  f.revoke_only = true;
  c.trouble = f;
}

} // namespace lapse::sequential
