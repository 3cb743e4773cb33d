#include "tests/model/conversation.hpp"

#include "tests/model/speaker.hpp"

namespace lapse::sequential {

using nlohmann::json;
using std::chrono::milliseconds;

std::string policy_text(std::string_view name) {
  if (name == "maker")
    return R"(path "auth/token/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "db/creds/*" { capabilities = ["read"] }
path "sys/leases/*" { capabilities = ["update", "list"] })";
  if (name == "sudo")
    return R"(path "auth/token/*" { capabilities = ["create", "read", "update", "list", "sudo"] }
path "sys/leases/*" { capabilities = ["update", "list", "sudo"] }
path "db/creds/*" { capabilities = ["read"] })";
  if (name == "kvp")
    return R"(path "kv/*" { capabilities = ["create", "read", "update", "delete", "list"] })";
  // The best match decides alone: this takes `kv/b*` away from every token with kvp (R-904).
  if (name == "narrow")
    return R"(path "kv/b*" { capabilities = ["list"] }
path "kv/+/x" { capabilities = ["deny"] })";
  if (name == "db")
    return R"(path "db/creds/*" { capabilities = ["read"] }
path "auth/token/create" { capabilities = ["update"] }
path "sys/wrapping/*" { capabilities = ["update"] })";
  return R"(path "auth/token/accessors" { capabilities = ["list"] }
path "sys/leases/lookup/*" { capabilities = ["list"] }
path "auth/token/create" { capabilities = ["update"] denied_parameters = { "ttl" = ["5s"] } })";
}

std::vector<command> prelude() {
  std::vector<command> out;
  auto write = [&](std::string path, json body) {
    command c;
    c.wait = milliseconds{10};
    c.by = "$root";
    c.op = operation::update;
    c.path = std::move(path);
    c.body = std::move(body);
    out.push_back(std::move(c));
  };
  for (auto name : {"maker", "sudo", "kvp", "narrow", "db", "lister"})
    write(std::string("sys/policies/acl/") + name, {{"policy", policy_text(name)}});
  json both = {"maker", "default"};
  write("auth/token/roles/orph", {{"orphan", true}, {"allowed_policies", both}});
  write("auth/token/roles/per", {{"token_period", "5s"}, {"allowed_policies", both}});
  write("auth/token/roles/exp", {{"token_explicit_max_ttl", "7s"}, {"allowed_policies", both}});
  write("auth/token/roles/free", json::object());
  write("auth/token/roles/uses", {{"token_num_uses", 2}, {"path_suffix", "v-1"}});
  write("auth/token/roles/deny", {{"disallowed_policies_glob", "k*"}, {"renewable", false}});
  write("auth/token/roles/batch",
        {{"token_type", "batch"}, {"orphan", true}, {"renewable", false}});
  write("sys/auth/userpass", {{"type", "userpass"}});
  write("auth/userpass/users/amy", {{"password", "pw"},
                                    {"token_ttl", "6s"},
                                    {"token_max_ttl", "11s"},
                                    {"token_policies", {"maker"}}});
  write("auth/userpass/users/bob",
        {{"password", "pw"}, {"token_period", "4s"}, {"token_policies", {"maker", "kvp"}}});
  write("auth/userpass/users/cy", {{"password", "pw"},
                                   {"token_type", "batch"},
                                   {"token_ttl", "7s"},
                                   {"token_policies", {"maker"}}});
  write("sys/mounts/db", {{"type", "database"}});
  write("db/config/pg", {{"plugin_name", "postgresql-database-plugin"}, {"allowed_roles", "*"}});
  write("db/roles/app", {{"db_name", "pg"}, {"default_ttl", "5s"}, {"max_ttl", "12s"}});
  write("db/roles/long", {{"db_name", "pg"}, {"default_ttl", "2h"}});
  write("sys/mounts/kv", {{"type", "kv"}});
  return out;
}

std::vector<command> conversation(std::uint64_t seed, std::size_t length) {
  auto out = prelude();
  speaker s(seed);
  for (std::size_t i = 0; i < length; ++i)
    out.push_back(s.next());
  return out;
}

std::string to_string(const command& c) {
  auto out = '+' + std::to_string(c.wait.count() / 1'000'000) + "ms ";
  if (c.trouble)
    return out + (c.trouble->what == fault::kind::backend_down ? "backend_down " : "backend_up ") +
           c.trouble->mount;
  out += c.by.empty() ? "nobody" : c.by;
  out += ' ' + std::string(to_string(c.op)) + ' ' + c.path;
  if (!c.body.is_null())
    out += ' ' + c.body.dump();
  if (c.wrap_ttl)
    out += " wrapped for " + *c.wrap_ttl;
  return c.save.empty() ? out : out + " -> " + c.save;
}

} // namespace lapse::sequential