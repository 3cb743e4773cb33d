#include "tests/model/speaker.hpp"

namespace lapse::sequential {

using nlohmann::json;
using std::chrono::milliseconds;

duration speaker::wait() {
  // All that happens in such a conversation is whole seconds apart, so that deadlines fall on each
  // other and on requests.
  if (whole_seconds_)
    return std::chrono::seconds{below(chance(10) ? 60 : 3)};
  if (chance(6))
    return std::chrono::seconds{below(4)};
  if (chance(3))
    return std::chrono::seconds{20 + below(60)};
  return milliseconds{20 + below(chance(20) ? 1500 : 300)};
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
  std::vector<std::string> line;
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

// Two policies of which the narrower one decides alone.
void speaker::narrowed() {
  auto token = handle("t");
  later("$root", operation::update, "auth/token/create",
        {{"policies", {"kvp", "narrow"}}, {"ttl", "60s"}}, token);
  later("$root", operation::update, "kv/b", {{"v", "1"}});
  later(token, operation::read, "kv/" + one_of({"b", "b/x", "a"}), nullptr);
  later(token, operation::list, "kv/", nullptr);
}

// Wrong passwords up to the limit or near it, with a good one between or after.
void speaker::guesses() {
  const auto user = one_of({"amy", "bob", "cy"});
  const auto log_in = [&](const char* password) {
    later({}, operation::update, "auth/userpass/login/" + user, {{"password", password}},
          handle("t"));
  };
  const auto good_at = below(9);
  for (std::size_t i = 0; i < 7; ++i)
    log_in(i == good_at ? "pw" : "bad");
  log_in("pw");
}

command speaker::next() {
  if (planned_.empty() && chance(6))
    switch (below(5)) {
      case 0:
        family();
        break;
      case 1:
        role_child();
        break;
      case 2:
        narrowed();
        break;
      case 3:
        guesses();
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
    c.body = sealed_ ? json{{"key", unseal_key}} : json::object();
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

} // namespace lapse::sequential
