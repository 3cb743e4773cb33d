#include "actors/http/read_request.hpp"

#include "actors/protocol/answer.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::http;
using json = nlohmann::json;

TEST_CASE("HTTP verbs map to operations (R-901)") {
  CHECK(parse_request("GET", "a/b", nullptr)->op == operation::read);
  CHECK(parse_request("LIST", "a/b", nullptr)->op == operation::list);
  CHECK(parse_request("POST", "a/b", nullptr)->op == operation::update);
  CHECK(parse_request("PUT", "a/b", nullptr)->op == operation::update);
  CHECK(parse_request("DELETE", "a/b", nullptr)->op == operation::delete_);
  CHECK(parse_request("PATCH", "a/b", nullptr)->op == operation::patch);
  CHECK(parse_request("SCAN", "a/b", nullptr)->op == operation::scan);
  CHECK(parse_request("HEAD", "a/b", nullptr)->op == operation::head);
  CHECK(!parse_request("get", "a/b", nullptr));
  CHECK(!parse_request("", "a/b", nullptr));
}

TEST_CASE("a GET with list=true is a list (R-901)") {
  const auto list = parse_request("GET", "auth/token/accessors?list=true", nullptr);
  CHECK(list->op == operation::list);
  CHECK(list->path == "auth/token/accessors/");
  CHECK(list->body.is_null());
  CHECK(parse_request("LIST", "kv", nullptr)->path == "kv/");
  CHECK(parse_request("LIST", "kv/a/", nullptr)->path == "kv/a/");
  CHECK(parse_request("GET", "kv", nullptr)->path == "kv");
  CHECK(parse_request("GET", "a?list=false", nullptr)->op == operation::read);
}

TEST_CASE("a listing switch that is no flag, or a list that is a scan too, is refused (R-1218)") {
  for (const auto* query : {"list=yes", "scan=2", "list=true&scan=1"}) {
    const auto what = parse_request("GET", std::string{"kv/x?"} + query, nullptr);
    REQUIRE(what->settled);
    CHECK(what->settled->status == 400);
    CHECK(to_json(*what->settled, 0) == json{{"errors", json::array()}});
  }
  CHECK(parse_request("GET", "kv?scan=t", nullptr)->op == operation::scan);
  CHECK(parse_request("GET", "kv/x?list=", nullptr)->op == operation::read);
  CHECK(parse_request("DELETE", "kv/x?list=yes", nullptr)->settled == nullptr);
}

TEST_CASE("a query is read where there is no body, and nowhere else (R-1220)") {
  const auto read = parse_request("GET", "sys/leases?type=irrevocable&limit=5", nullptr);
  CHECK(read->path == "sys/leases");
  CHECK(read->body == json{{"type", "irrevocable"}, {"limit", "5"}});
  const auto removal = parse_request("DELETE", "a?x=1&y=a%2Fb+c&&z&x=2", nullptr);
  CHECK(removal->body == json{{"x", {"1", "2"}}, {"y", "a/b c"}, {"z", ""}});
  CHECK(parse_request("GET", "a?x=%zz&y;z&help=", json{{"b", 1}})->body.is_null());
  CHECK(parse_request("POST", "a?x=1", json{{"y", 2}})->body == json{{"y", 2}});
  CHECK(parse_request("PATCH", "a?x=1", nullptr)->body.is_null());
}

TEST_CASE("a body that is no object is refused for what it is (R-1220)") {
  const auto list = parse_request("POST", "auth/token/create", json::array());
  REQUIRE(list->settled);
  CHECK(list->settled->errors.front() ==
        "failed to decode JSON input: json: cannot unmarshal array into Go value of type "
        "map[string]interface {}");
  CHECK(parse_request("PUT", "sys/unseal", "x")->settled->errors.front() ==
        "failed to decode JSON input: json: cannot unmarshal string into Go value of type "
        "http.UnsealRequest");
  CHECK(parse_request("PUT", "sys/health", json::array())->settled == nullptr);
}

TEST_CASE("help is asked for by its verb or by the query (R-1223)") {
  CHECK(parse_request("GET", "sys?help=1", nullptr)->op == operation::help);
  CHECK(parse_request("POST", "kv//a?help=0", json::array())->op == operation::help);
  CHECK(parse_request("HELP", "kv/a", nullptr)->op == operation::help);
  CHECK(parse_request("GET", "kv/a?help=", nullptr)->op == operation::read);
}

TEST_CASE("the status paths know the method alone (R-1225)") {
  CHECK(parse_request("LIST", "sys/health", nullptr)->path == "sys/health");
  CHECK(answers_status(*parse_request("LIST", "sys/health", nullptr)));
  CHECK_FALSE(answers_status(*parse_request("LIST", "sys/health/", nullptr)));
  CHECK_FALSE(answers_status(*parse_request("GET", "sys%2Fhealth", nullptr)));
  CHECK(parse_request("GET", "sys/seal", nullptr)->settled->status == 405);
  CHECK(parse_request("PUT", "sys/seal", nullptr)->settled == nullptr);
}

TEST_CASE("escapes in a path are undone (R-1218)") {
  CHECK(parse_request("GET", "kv/a%20b", nullptr)->path == "kv/a b");
  CHECK(parse_request("GET", "kv/a+b", nullptr)->path == "kv/a+b");
  for (const auto* broken : {"kv/a%2", "kv/%zz", "kv/%"}) {
    const auto what = parse_request("GET", broken, nullptr);
    REQUIRE(what->settled);
    CHECK(to_json(*what->settled, 0) == json{{"$raw", "400 Bad Request"}});
  }
  CHECK(parse_request("GET", "kv/a%00", nullptr)->settled->status == 400);
}

TEST_CASE("a path that is not clean is sent elsewhere (R-1218)") {
  const auto get = parse_request("GET", "kv//a?x=1&y=2", nullptr);
  REQUIRE(get->settled);
  CHECK(get->settled->status == 307);
  CHECK(to_json(*get->settled, 0) ==
        json{{"$raw", "<a href=\"/v1/kv/a?x=1&amp;y=2\">Temporary Redirect</a>.\n\n"}});
  CHECK(to_json(*parse_request("PUT", "kv//a", json::object())->settled, 0).is_null());
}

TEST_CASE("a body as it was sent is JSON, or a form that says so (R-1220)") {
  const auto read = [](std::string_view method, std::string_view body, const header_list& headers) {
    return *parse_raw_request(method, "kv/a", body, headers);
  };
  const header_list form{{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  CHECK(read("PUT", "a=b&c=d+e&a=f", form).body == json{{"a", "b,f"}, {"c", "d e"}});
  CHECK(read("PUT", " {\"a\":1}", form).body == json{{"a", 1}});
  CHECK(read("PUT", "a=b", {}).settled->status == 400);
  CHECK(read("PATCH", "{}", {}).settled->errors.front() == "mime: no media type");
  CHECK(read("PATCH", "{}", {{"Content-Type", "application/json"}}).settled->status == 415);
  CHECK(read("PATCH", "{}", {{"Content-Type", "application/merge-patch+json"}}).settled == nullptr);
  CHECK(read("GET", "{", {}).settled == nullptr);
}

TEST_CASE("a token is in its own header or a bearer's (R-1221)") {
  CHECK(token_of({{"x-vault-token", " a "}, {"Authorization", "Bearer b"}}) == "a");
  CHECK(token_of({{"Authorization", "Basic x"}, {"Authorization", "Bearer  b"}}) == "b");
  CHECK_FALSE(token_of({{"Authorization", "bearer b"}}));
  request what;
  for (const auto* name : {"", "/", "root", "/root/"}) {
    read_headers({{"X-Vault-Namespace", name}}, what);
    CHECK_FALSE(what.other_namespace);
  }
  read_headers({{"X-Vault-Namespace", "ns1"}, {"X-Vault-Wrap-TTL", " "}}, what);
  CHECK(what.other_namespace);
  CHECK(what.wrap_ttl->empty());
}
