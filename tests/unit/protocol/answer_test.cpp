#include "actors/protocol/answer.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

constexpr std::int64_t start = 1767225600; // 2026-01-01T00:00:00Z

shared_text shared(const char* text) { return std::make_shared<const std::string>(text); }

shared_names names(std::vector<std::string> list) {
  return std::make_shared<const std::vector<std::string>>(std::move(list));
}

const token_name someone{token_id{77}, token_type::service, nullptr};
const token_name somebatch{token_id{78}, token_type::batch, nullptr};

json seven_keys() {
  return {{"lease_id", ""},       {"renewable", false},  {"lease_duration", 0}, {"data", nullptr},
          {"wrap_info", nullptr}, {"warnings", nullptr}, {"auth", nullptr}};
}

} // namespace

TEST_CASE("instants are RFC 3339 in UTC and keep nanoseconds only if there are any (R-1308)") {
  CHECK(rfc3339(0s, start) == "2026-01-01T00:00:00Z");
  CHECK(rfc3339(1500ms, start) == "2026-01-01T00:00:01.5Z");
  CHECK(rfc3339(59 * 24h + 1ns, start) == "2026-03-01T00:00:00.000000001Z");
  CHECK(rfc3339(23h + 59min + 59s + 120us, start) == "2026-01-01T23:59:59.00012Z");
  CHECK(rfc3339(0s, 951782400) == "2000-02-29T00:00:00Z");
  CHECK(rfc3339(never, start) == "2318-04-12T23:47:16.854775807Z");
}

TEST_CASE("a body has always the seven keys (R-1701)") {
  CHECK(to_json(data_answer(nullptr), start) == seven_keys());
  auto tidied = data_answer(nullptr);
  tidied.status = 202;
  tidied.warnings = {"Tidy operation successfully started."};
  auto expected = seven_keys();
  expected["warnings"] = {"Tidy operation successfully started."};
  CHECK(to_json(tidied, start) == expected);
}

TEST_CASE("204 has no body and errors have only `errors` (R-1701, R-1204, R-1704)") {
  CHECK(no_content().status == 204);
  CHECK(to_json(no_content(), start).is_null());
  CHECK(to_json(error_answer(400, "invalid lease"), start) == json{{"errors", {"invalid lease"}}});
  CHECK(to_json(wrapped_error(403, "permission denied"), start) ==
        json{{"errors", {"1 error occurred:\n\t* permission denied\n\n"}}});
  CHECK(to_json(nothing_found(), start) == json{{"errors", json::array()}});
  CHECK(nothing_found().status == 404);
  CHECK(!nothing_found().ok());
}

TEST_CASE("each key of data stands at top level again where the server does so (R-1702)") {
  auto listed = data_answer({{"token/", {{"type", "token"}}}, {"auth", 5}});
  listed.shape = envelope::top_level;
  auto expected = seven_keys();
  expected["data"] = {{"token/", {{"type", "token"}}}, {"auth", 5}};
  expected["token/"] = {{"type", "token"}};
  CHECK(to_json(listed, start) == expected);
}

TEST_CASE("health and unseal are raw objects (R-1701)") {
  auto health = data_answer({{"sealed", false}});
  health.shape = envelope::raw;
  CHECK(to_json(health, start) == json{{"sealed", false}});
}

TEST_CASE("an auth block shows what create answers (R-248)") {
  token_facts made;
  made.name = someone;
  made.parent = token_id{1};
  made.policies = names({"default", "x"});
  made.renewable = true;
  auth_block block;
  block.lease_duration_s = 60;
  auto shown = [&] {
    block.facts = std::make_shared<const token_facts>(made);
    return to_json(auth_answer(block), start)["auth"];
  };
  json expected = {{"client_token", text(someone)},
                   {"accessor", accessor_text(someone)},
                   {"policies", {"default", "x"}},
                   {"token_policies", {"default", "x"}},
                   {"metadata", nullptr},
                   {"lease_duration", 60},
                   {"renewable", true},
                   {"entity_id", ""},
                   {"token_type", "service"},
                   {"orphan", false},
                   {"mfa_requirement", nullptr},
                   {"num_uses", 0}};
  CHECK(shown() == expected);
  SECTION("an empty token_policies is left out, identity policies are shown when set (R-1705)") {
    made.policies = names({});
    block.identity_policies = names({"id"});
    expected["policies"] = {"id"};
    expected.erase("token_policies");
    expected["identity_policies"] = {"id"};
    CHECK(shown() == expected);
  }
  SECTION("renew-accessor hides the token (R-401)") {
    block.hide_token = true;
    expected["client_token"] = "";
    CHECK(shown() == expected);
  }
  SECTION("a batch token has no accessor (R-109)") {
    made.name = somebatch;
    CHECK(shown()["accessor"] == "");
    CHECK(shown()["token_type"] == "batch");
  }
}

TEST_CASE("a token lookup shows the keys of R-116 and optional ones only when set") {
  token_facts made;
  made.name = someone;
  made.policies = names({"default"});
  made.path = shared("auth/token/create");
  made.display_name = shared("token");
  made.ttl = 5s;
  made.issue = 3500ms;
  token_lookup found;
  found.expire_time = 8500ms;
  found.ttl_s = 4;
  found.renewable = true;
  json expected = {{"id", text(someone)},
                   {"accessor", accessor_text(someone)},
                   {"policies", {"default"}},
                   {"path", "auth/token/create"},
                   {"meta", nullptr},
                   {"display_name", "token"},
                   {"num_uses", 0},
                   {"orphan", false},
                   {"creation_time", start + 3},
                   {"creation_ttl", 5},
                   {"expire_time", "2026-01-01T00:00:08.5Z"},
                   {"ttl", 4},
                   {"explicit_max_ttl", 0},
                   {"entity_id", ""},
                   {"type", "service"},
                   {"renewable", true},
                   {"issue_time", "2026-01-01T00:00:03.5Z"}};
  SECTION("without a lease record there is neither renewable nor issue_time (R-117)") {
    made.has_lease = false;
    found.expire_time.reset();
    expected.erase("renewable");
    expected.erase("issue_time");
    expected["expire_time"] = nullptr;
  }
  SECTION("last_renewal_time is last_renewal cut to the second (R-1708)") {
    found.last_renewal = 6900ms;
    expected["last_renewal"] = "2026-01-01T00:00:06.9Z";
    expected["last_renewal_time"] = start + 6;
  }
  SECTION("role, period, bound_cidrs, identity_policies and meta when set") {
    made.role = shared("r");
    made.period = 5s;
    made.bound_cidrs = names({"127.0.0.1"});
    found.identity_policies = names({"id"});
    made.meta = std::make_shared<const std::map<std::string, std::string>>(
        std::map<std::string, std::string>{{"a", "b"}});
    expected.update({{"role", "r"}, {"period", 5}, {"meta", {{"a", "b"}}}});
    expected["bound_cidrs"] = {"127.0.0.1"};
    expected["external_namespace_policies"] = json::object();
    expected["identity_policies"] = {"id"};
  }
  SECTION("lookup-accessor hides the id (R-533)") {
    found.hide_token = true;
    expected["id"] = "";
  }
  SECTION("a batch token without policies shows null (R-1705) and the second of its making") {
    made.name = somebatch;
    made.policies = names({});
    expected.update({{"id", text(somebatch)}, {"accessor", ""}, {"type", "batch"}});
    expected["policies"] = nullptr;
    expected["issue_time"] = "2026-01-01T00:00:03Z";
  }
  SECTION("nothing else when nothing else is set") {}
  found.facts = std::make_shared<const token_facts>(made);
  answer a = data_answer(nullptr);
  a.body = found;
  CHECK(to_json(a, start)["data"] == expected);
}

TEST_CASE("a lease lookup shows the keys of R-612") {
  lease_lookup found;
  found.lease = {lease_id{9}, {}, shared("db/creds/app"), 3};
  found.issue_time = 800ms;
  found.expire_time = 60800ms;
  found.ttl_s = 58;
  found.renewable = true;
  auto a = data_answer(nullptr);
  a.body = found;
  json expected = {{"id", text(found.lease)},
                   {"issue_time", "2026-01-01T00:00:00.8Z"},
                   {"expire_time", "2026-01-01T00:01:00.8Z"},
                   {"last_renewal", nullptr},
                   {"ttl", 58},
                   {"renewable", true},
                   {"path", "db/creds/app"}};
  CHECK(to_json(a, start)["data"] == expected);
  found.revoke_error = "down";
  a.body = found;
  expected["revoke_error"] = "down";
  CHECK(to_json(a, start)["data"] == expected);
}

TEST_CASE("a secret's lease stands at top level") {
  auto a = data_answer({{"username", "u"}});
  a.lease = lease_name{lease_id{9}, {}, shared("db/creds/app"), 3};
  a.renewable = true;
  a.lease_duration_s = 5;
  const auto shown = to_json(a, start);
  CHECK(shown["lease_id"] == text(*a.lease));
  CHECK(shown["renewable"] == true);
  CHECK(shown["lease_duration"] == 5);
}

TEST_CASE("wrap_info names the wrapped accessor only if an auth block was wrapped (R-1006)") {
  auto a = data_answer(nullptr);
  a.wrap = wrap_info{someone, 5, 1s, "auth/token/create", {}};
  json expected = {{"token", text(someone)},
                   {"accessor", accessor_text(someone)},
                   {"ttl", 5},
                   {"creation_time", "2026-01-01T00:00:01Z"},
                   {"creation_path", "auth/token/create"}};
  CHECK(to_json(a, start)["wrap_info"] == expected);
  const token_name inner{token_id{80}, token_type::service, nullptr};
  a.wrap->wrapped = inner;
  expected["wrapped_accessor"] = accessor_text(inner);
  CHECK(to_json(a, start)["wrap_info"] == expected);
}

TEST_CASE("an unwrapped answer's body is that of the answer that was wrapped (R-1008)") {
  const auto inner = std::make_shared<const answer>(data_answer({{"a", "1"}}));
  auto outer = data_answer(nullptr);
  outer.unwrapped = inner;
  CHECK(to_json(outer, start) == to_json(*inner, start));
  CHECK(&shown(outer) == inner.get());
}
