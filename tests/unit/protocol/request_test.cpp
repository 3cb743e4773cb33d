#include "actors/protocol/request.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using json = nlohmann::json;

TEST_CASE("HTTP verbs map to operations (R-901)") {
  CHECK(parse_request("GET", "a/b", nullptr)->op == operation::read);
  CHECK(parse_request("LIST", "a/b", nullptr)->op == operation::list);
  CHECK(parse_request("POST", "a/b", nullptr)->op == operation::update);
  CHECK(parse_request("PUT", "a/b", nullptr)->op == operation::update);
  CHECK(parse_request("DELETE", "a/b", nullptr)->op == operation::delete_);
  CHECK(parse_request("PATCH", "a/b", nullptr)->op == operation::patch);
  CHECK(parse_request("SCAN", "a/b", nullptr)->op == operation::scan);
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

TEST_CASE("a query is read where there is no body, and nowhere else (R-1205)") {
  const auto read = parse_request("GET", "sys/leases?type=irrevocable&limit=5", nullptr);
  CHECK(read->path == "sys/leases");
  CHECK(read->body == json{{"type", "irrevocable"}, {"limit", "5"}});
  const auto removal = parse_request("DELETE", "a?x=1&y=a%2Fb+c&&z", nullptr);
  CHECK(removal->body == json{{"x", "1"}, {"y", "a/b c"}, {"z", ""}});
  CHECK(parse_request("POST", "a?x=1", json{{"y", 2}})->body == json{{"y", 2}});
  CHECK(parse_request("PATCH", "a?x=1", nullptr)->body.is_null());
}

TEST_CASE("escapes in a path are undone and broken ones stay") {
  CHECK(parse_request("GET", "kv/a%20b", nullptr)->path == "kv/a b");
  CHECK(parse_request("GET", "kv/a+b%2", nullptr)->path == "kv/a+b%2");
  CHECK(parse_request("GET", "kv/%zz", nullptr)->path == "kv/%zz");
}
