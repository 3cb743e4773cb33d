#include "tests/model/conversation.hpp"

#include <deque>
#include <initializer_list>
#include <string_view>

namespace lapse::sequential {

using nlohmann::json;

namespace {

using names = std::vector<std::string>;
using std::chrono::milliseconds;

constexpr int handles = 12;

class speaker {
public:
  explicit speaker(std::uint64_t seed) : seed_(seed) {}

  command next();

private:
  // -- draws -------------------------------------------------------------------

  std::uint64_t draw() { return mix(seed_ ^ mix(++drawn_)); }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(draw() % bound); }

  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }

  std::string one_of(std::initializer_list<const char*> list) {
    return *(list.begin() + below(list.size()));
  }

  std::string handle(const char* kind) { return '$' + (kind + std::to_string(below(handles))); }

  // Wrapping tokens are tokens too, and the root is the one that may do most.
  std::string any_token() { return chance(8) ? handle("w") : handle("t"); }

  std::string caller() { return chance(45) ? std::string("$root") : any_token(); }

  std::string span() {
    return one_of({"1s", "2s", "3s", "4s", "5s", "6s", "7s", "8s", "9s", "1500ms", "60s", "2h"});
  }

  json policy_list() {
    static const std::vector<json> lists = {
        {"default"},       {"maker"},         {"maker", "default"},  {"sudo"}, {"kvp"},
        {"maker", "kvp"},  {"ghost"},         {"kvp", "narrow"},     {"root"}, {"db"},
        {"db", "default"}, {"lister", "kvp"}, {"maker", "db", "kvp"}};
    return lists[below(lists.size())];
  }

  duration wait();

  // -- subjects ------------------------------------------------------------------

  void create(command& c);
  void look(command& c);
  void renew(command& c);
  void revoke(command& c);
  void log_in(command& c);
  void secret(command& c);
  void lease(command& c);
  void leases_by_prefix(command& c);
  void keys_and_values(command& c);
  void wrapping(command& c);
  void capabilities(command& c);
  void administrate(command& c);
  void tune(command& c);
  void mount(command& c);
  void trouble(command& c);

  // -- several commands that belong together, said between others ---------------------

  void later(std::string by, operation op, std::string path, json body, std::string save = {});
  void family();
  void role_child();
  void batch_child();
  void narrowed();

  std::deque<command> planned_;
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
  bool sealed_ = false;
};

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

duration speaker::wait() {
  if (chance(6))
    return std::chrono::seconds{below(4)};
  if (chance(3))
    return std::chrono::seconds{20 + below(60)};
  return milliseconds{20 + below(chance(20) ? 1500 : 300)};
}

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

void speaker::later(std::string by, operation op, std::string path, json body, std::string save) {
  command c;
  c.wait = wait();
  c.by = std::move(by);
  c.op = op;
  c.path = std::move(path);
  c.body = std::move(body);
  c.save = std::move(save);
  planned_.push_back(std::move(c));
}

// Three generations; then something happens to the first.
void speaker::family() {
  std::string parent = "$root";
  names line;
  for (int i = 0; i < 3; ++i) {
    line.push_back(handle("t"));
    later(parent, operation::update, "auth/token/create",
          {{"policies", {"maker", "kvp"}}, {"ttl", one_of({"4s", "9s", "60s", "2h"})}},
          line.back());
    parent = line.back();
  }
  later(line[below(3)], operation::read, "db/creds/long", nullptr, handle("k"));
  later(chance(50) ? std::string("$root") : line[2], operation::update,
        one_of({"auth/token/revoke", "auth/token/revoke-orphan", "auth/token/revoke"}),
        {{"token", line[below(2)]}});
  for (auto& token : line)
    later("$root", operation::update, "auth/token/lookup", {{"token", token}});
}

// What a role's limits do at creation and at renewals.
void speaker::role_child() {
  auto token = handle("t");
  later("$root", operation::update, "auth/token/create/" + one_of({"exp", "exp", "per", "free"}),
        {{"ttl", one_of({"2s", "3s", "5s"})}}, token);
  later("$root", operation::update, "auth/token/renew", {{"token", token}, {"increment", "60s"}});
  if (chance(60))
    later("$root", operation::update, "auth/token/renew", {{"token", token}});
}

void speaker::batch_child() {
  auto parent = handle("t");
  auto child = handle("t");
  later("$root", operation::update, "auth/token/create",
        {{"policies", {"maker", "db"}}, {"ttl", one_of({"3s", "60s"})}}, parent);
  later(parent, operation::update, "auth/token/create",
        {{"type", "batch"}, {"ttl", one_of({"2s", "60s"})}}, child);
  auto lease = handle("k");
  later(child, operation::read, "db/creds/app", nullptr, lease);
  later(child, operation::update, "sys/leases/renew", {{"lease_id", lease + ".lease"}});
  later("$root", operation::update, one_of({"auth/token/revoke", "auth/token/revoke-orphan"}),
        {{"token", parent}});
  later(child, operation::read, "auth/token/lookup-self", nullptr);
}

// Two policies of which the narrower one decides alone (R-904).
void speaker::narrowed() {
  auto token = handle("t");
  later("$root", operation::update, "auth/token/create",
        {{"policies", {"kvp", "narrow"}}, {"ttl", "60s"}}, token);
  later("$root", operation::update, "kv/b", {{"v", "1"}});
  later(token, operation::read, "kv/" + one_of({"b", "b/x", "a"}), nullptr);
  later(token, operation::list, "kv/", nullptr);
}

command speaker::next() {
  if (planned_.empty() && chance(6))
    switch (below(4)) {
      case 0:
        family();
        break;
      case 1:
        role_child();
        break;
      case 2:
        narrowed();
        break;
      default:
        batch_child();
    }
  if (!sealed_ && !planned_.empty() && chance(60)) {
    auto c = std::move(planned_.front());
    planned_.pop_front();
    return c;
  }
  command c;
  c.wait = wait();
  c.by = caller();
  if (sealed_ || chance(1)) {
    if (sealed_ && chance(40)) {
      c.op = operation::read;
      c.path = "auth/token/lookup-self";
      return c;
    }
    c.op = operation::update;
    c.path = sealed_ ? "sys/unseal" : "sys/seal";
    c.by = sealed_ ? std::string{} : std::string("$root");
    c.body = sealed_ ? json{{"key", "unseal-key"}} : json::object();
    sealed_ = !sealed_;
    return c;
  }
  struct subject {
    int weight;
    void (speaker::*speak)(command&);
  };
  static constexpr subject subjects[] = {{26, &speaker::create},
                                         {14, &speaker::look},
                                         {12, &speaker::renew},
                                         {8, &speaker::revoke},
                                         {5, &speaker::log_in},
                                         {8, &speaker::secret},
                                         {9, &speaker::lease},
                                         {3, &speaker::leases_by_prefix},
                                         {7, &speaker::keys_and_values},
                                         {6, &speaker::wrapping},
                                         {4, &speaker::capabilities},
                                         {7, &speaker::administrate},
                                         {2, &speaker::tune},
                                         {1, &speaker::mount},
                                         {1, &speaker::trouble}};
  int total = 0;
  for (auto& s : subjects)
    total += s.weight;
  auto drawn = static_cast<int>(below(static_cast<std::size_t>(total)));
  for (auto& s : subjects) {
    drawn -= s.weight;
    if (drawn < 0) {
      (this->*s.speak)(c);
      break;
    }
  }
  return c;
}

} // namespace

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
