#pragma once

#include "actors/http/read_request.hpp"
#include "actors/ttl/duration.hpp"
#include "sim/engine/simulation.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse {

using namespace engine;
using namespace lives;
using namespace runtime;

/// What a client sees: status and body as JSON, with the parts that tests speak of at hand.
struct reply {
  int status = 0;
  nlohmann::json body;

  /// The text of an error answer that has exactly one.
  [[nodiscard]] std::string error() const {
    if (!body.is_object() || !body.contains("errors") || body["errors"].size() != 1)
      return "no single error: " + body.dump();
    return body["errors"][0].get<std::string>();
  }
  /// Empty when there is none.
  [[nodiscard]] std::vector<std::string> warnings() const {
    if (!body.is_object() || !body.contains("warnings") || body["warnings"].is_null())
      return {};
    return body["warnings"].get<std::vector<std::string>>();
  }
  [[nodiscard]] nlohmann::json auth() const { return part("auth"); }
  [[nodiscard]] nlohmann::json data() const { return part("data"); }
  [[nodiscard]] nlohmann::json wrap_info() const { return part("wrap_info"); }
  /// Granted seconds: of the token an auth block is about, otherwise of the secret.
  [[nodiscard]] std::int64_t lease_duration() const {
    auto block = auth();
    return (block.is_object() ? block : body).value("lease_duration", std::int64_t{-1});
  }
  [[nodiscard]] nlohmann::json part(const char* name) const {
    return body.is_object() && body.contains(name) ? body[name] : nlohmann::json();
  }
};

/// A server in virtual time, asked as a client asks it. Tokens and leases get handles when they are
/// made; wherever a request needs an id, `id`, `accessor` and `lease` give it. The first handle is
/// `root`.
class estate_probe : public event_reader {
public:
  explicit estate_probe(const server_config& config = {})
    : start_unix_s_(config.start_unix_s), world_(config) {
    world_.subscribe(*this);
    names_["root"] = {text(world_.root()), accessor_text(world_.root()), {}, {}};
  }

  void on_event(const event& e, const ledger&) override { events_.push_back(e); }

  // -- time --------------------------------------------------------------------

  /// Everything due strictly before `when` (`1h30m`, since the start) happens, then it is `when`.
  void at(std::string_view when) { world_.advance(span(when)); }

  /// Everything due up to and including `when` happens: to see what a deadline did.
  void after(std::string_view when) { world_.finish(span(when)); }

  [[nodiscard]] instant now() const { return world_.now(); }

  // -- asking ------------------------------------------------------------------

  /// Requests of one caller.
  class caller {
  public:
    reply get(std::string_view path) { return ask("GET", path, nullptr); }
    reply list(std::string_view path) { return ask("LIST", path, nullptr); }
    reply remove(std::string_view path) { return ask("DELETE", path, nullptr); }
    reply post(std::string_view path, nlohmann::json body = nlohmann::json::object()) {
      return ask("POST", path, std::move(body));
    }
    reply ask(std::string_view method, std::string_view path, nlohmann::json body) {
      return home_.ask(token_, method, path, std::move(body), wrap_);
    }
    /// With `X-Vault-Wrap-TTL`.
    [[nodiscard]] caller wrapping(std::string ttl) const {
      auto other = *this;
      other.wrap_ = std::move(ttl);
      return other;
    }

    // What tests ask most.
    reply look() { return get("auth/token/lookup-self"); }
    reply renew(nlohmann::json body = nlohmann::json::object()) {
      return post("auth/token/renew-self", std::move(body));
    }

  private:
    friend class estate_probe;
    caller(estate_probe& home, std::string token) : home_(home), token_(std::move(token)) {}
    estate_probe& home_;
    std::string token_;
    std::optional<std::string> wrap_;
  };

  [[nodiscard]] caller as(const std::string& handle) { return {*this, id(handle)}; }
  [[nodiscard]] caller root() { return as("root"); }
  [[nodiscard]] caller nobody() { return {*this, {}}; }
  /// Some text in the token header.
  [[nodiscard]] caller stranger(std::string token) { return {*this, std::move(token)}; }

  // -- making ------------------------------------------------------------------

  /// Creates a token as `by`; the handle is bound if one came.
  reply create(const std::string& handle, nlohmann::json body = nlohmann::json::object(),
               const std::string& by = "root", std::string_view path = "auth/token/create") {
    return keep(handle, as(by).post(path, std::move(body)));
  }

  /// Binds what an answer made: a token, a wrapping token, or a lease.
  reply keep(const std::string& handle, reply made) {
    auto& name = names_[handle];
    auto take = [](const nlohmann::json& block, const char* id, const char* accessor, bound& to) {
      to.id = block.value(id, "");
      to.accessor = block.value(accessor, "");
    };
    if (auto block = made.auth(); block.is_object())
      take(block, "client_token", "accessor", name);
    else if (auto wrap = made.wrap_info(); wrap.is_object()) {
      take(wrap, "token", "accessor", name);
      name.wrapped_accessor = wrap.value("wrapped_accessor", "");
    }
    if (made.body.is_object())
      name.lease = made.body.value("lease_id", "");
    return made;
  }

  void policy(const std::string& name, const std::string& rules) {
    must(root().post("sys/policies/acl/" + name, {{"policy", rules}}));
  }

  /// A database at `db/` with a role `app`: `{"default_ttl": "1h", "max_ttl": "24h"}`.
  void database(nlohmann::json role = nlohmann::json::object()) {
    must(root().post("sys/mounts/db", {{"type", "database"}}));
    must(root().post("db/config/pg", {{"plugin_name", "postgresql-database-plugin"},
                                      {"allowed_roles", "*"},
                                      {"connection_url", "postgresql://localhost/postgres"}}));
    role["db_name"] = "pg";
    role["creation_statements"] = nlohmann::json::array({"CREATE ROLE x"});
    must(root().post("db/roles/app", role));
    policy("db", R"(path "db/creds/*" { capabilities = ["read"] })");
  }

  /// userpass with one user of password `pw`.
  void user(const std::string& name, nlohmann::json terms = nlohmann::json::object()) {
    if (!users_)
      must(root().post("sys/auth/userpass", {{"type", "userpass"}}));
    users_ = true;
    terms["password"] = "pw";
    must(root().post("auth/userpass/users/" + name, terms));
  }
  reply log_in(const std::string& handle, const std::string& user) {
    return keep(handle, nobody().post("auth/userpass/login/" + user, {{"password", "pw"}}));
  }

  /// Reads a credential of `db/creds/app`.
  reply lease_of(const std::string& handle, const std::string& by) {
    return keep(handle, as(by).get("db/creds/app"));
  }

  /// The database answers nothing, or refuses only to revoke.
  void break_database(bool revoke_only = true) {
    fault what;
    what.what = fault::kind::backend_down;
    what.mount = "db/";
    what.revoke_only = revoke_only;
    world_.inject(what);
  }
  void mend_database() {
    fault what;
    what.what = fault::kind::backend_up;
    what.mount = "db/";
    world_.inject(what);
  }
  void slow_database(std::string_view takes) {
    fault what;
    what.what = fault::kind::backend_slow;
    what.mount = "db/";
    what.takes = span(takes);
    world_.inject(what);
  }
  void refuse_revocation(const std::string& handle) {
    fault what;
    what.what = fault::kind::fail_revocation;
    if (auto parsed = parse_lease(lease(handle)))
      what.lease = parsed->lease;
    world_.inject(what);
  }

  /// Asks several at one instant, each by a client of its own, in the order given.
  struct question {
    std::string by;
    std::string method;
    std::string path;
    nlohmann::json body;
  };
  std::vector<reply> together(std::vector<question> questions) {
    std::vector<reply> seen(questions.size());
    for (std::size_t i = 0; i < questions.size(); ++i) {
      auto& q = questions[i];
      auto what = http::parse_request(q.method, q.path, std::move(q.body));
      if (!what)
        throw std::invalid_argument("unknown method");
      world_.issue({{}, id(q.by)}, std::make_shared<const request>(std::move(*what)),
                   [&seen, i, this](const answer& a) {
                     seen[i] = {a.status, to_json(shown(a), start_unix_s_)};
                   });
    }
    world_.drain();
    return seen;
  }

  // -- names -------------------------------------------------------------------

  [[nodiscard]] std::string id(const std::string& handle) const { return find(handle).id; }
  [[nodiscard]] std::string accessor(const std::string& handle) const {
    return find(handle).accessor;
  }
  [[nodiscard]] std::string wrapped_accessor(const std::string& handle) const {
    return find(handle).wrapped_accessor;
  }
  [[nodiscard]] std::string lease(const std::string& handle) const { return find(handle).lease; }

  // -- looking -----------------------------------------------------------------

  /// `data` of a lookup by root, which sees dead tokens too (R-532).
  [[nodiscard]] nlohmann::json look(const std::string& handle) {
    return root().post("auth/token/lookup", {{"token", id(handle)}}).data();
  }
  /// Whether the token itself is let in now; costs a use.
  [[nodiscard]] bool works(const std::string& handle) { return as(handle).look().status == 200; }
  [[nodiscard]] reply look_lease(const std::string& handle) {
    return root().post("sys/leases/lookup", {{"lease_id", lease(handle)}});
  }
  [[nodiscard]] bool stands(const std::string& handle) {
    auto seen = look_lease(handle);
    return seen.status == 200 && seen.data()["ttl"].get<std::int64_t>() > 0;
  }

  [[nodiscard]] const std::vector<event>& events() const { return events_; }

  template <class Event>
  [[nodiscard]] std::vector<std::pair<instant, Event>> all() const {
    std::vector<std::pair<instant, Event>> found;
    for (const auto& e : events_)
      if (auto* body = std::get_if<Event>(&e.body))
        found.emplace_back(e.at, *body);
    return found;
  }

  /// When and why the token ended; none while it stands.
  [[nodiscard]] std::optional<std::pair<instant, end_cause>>
  end_of(const std::string& handle) const {
    auto token = parse_token(id(handle));
    for (const auto& [when, what] : all<token_ended>())
      if (token && what.token == *token)
        return std::pair{when, what.cause};
    return std::nullopt;
  }
  [[nodiscard]] std::optional<std::pair<instant, end_cause>>
  end_of_lease(const std::string& handle) const {
    auto parsed = parse_lease(lease(handle));
    for (const auto& [when, what] : all<lease_ended>())
      if (parsed && what.lease == parsed->lease)
        return std::pair{when, what.cause};
    return std::nullopt;
  }

  [[nodiscard]] simulation& world() { return world_; }

  static duration span(std::string_view text) {
    if (const auto parsed = parse_duration(text))
      return *parsed;
    throw std::invalid_argument("no duration: " + std::string{text});
  }

private:
  struct bound {
    std::string id;
    std::string accessor;
    std::string lease;
    std::string wrapped_accessor;
  };

  [[nodiscard]] const bound& find(const std::string& handle) const {
    auto i = names_.find(handle);
    if (i == names_.end())
      throw std::invalid_argument("no handle " + handle);
    return i->second;
  }

  reply ask(const std::string& token, std::string_view method, std::string_view path,
            nlohmann::json body, const std::optional<std::string>& wrap) {
    auto what = http::parse_request(method, path, std::move(body));
    if (!what)
      throw std::invalid_argument("unknown method");
    what->wrap_ttl = wrap;
    // Throws if the answer needs time: no test that uses this asks such things.
    auto seen =
        world_.ask_now({{}, token}, std::make_shared<const request>(std::move(*what))).value();
    return {seen.status, to_json(shown(seen), start_unix_s_)};
  }

  static void must(const reply& made) {
    if (made.status >= 400)
      throw std::runtime_error("set-up failed: " + made.body.dump());
  }

  std::int64_t start_unix_s_;
  std::vector<event> events_;
  std::map<std::string, bound> names_;
  bool users_ = false;
  simulation world_;
};

/// The form most errors of handlers have (R-1204).
inline std::string wrapped(std::string_view text) { return wrap_error_text(text); }

using names = std::vector<std::string>;

} // namespace lapse
