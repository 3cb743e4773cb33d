#include "actors/api/path_pattern.hpp"
#include "tests/support/catch.hpp"

#include <stdexcept>
#include <string>

using namespace lapse;
using namespace lapse::api;

namespace {

/// What `pattern` captures from `path`, as `name=value name=value`; "no" if it does not match.
std::string captured(std::string_view pattern, std::string_view path) {
  path_captures captures;
  if (!path_pattern{pattern}.matches(path, captures))
    return captures.begin() == captures.end() ? "no" : "no, but it left captures";
  std::string result;
  for (const auto& [name, value] : captures) {
    if (!result.empty())
      result += ' ';
    result += std::string{name} + '=' + std::string{value};
  }
  return result;
}

} // namespace

TEST_CASE("a literal pattern matches itself alone") {
  CHECK(captured("create", "create") == "");
  CHECK(captured("create", "create/") == "no");
  CHECK(captured("create", "creates") == "no");
  CHECK(captured("create", "") == "no");
}

TEST_CASE("a final slash may be optional") {
  CHECK(captured("roles/?", "roles") == "");
  CHECK(captured("roles/?", "roles/") == "");
  CHECK(captured("roles/?", "roles//") == "no");
}

TEST_CASE("a name has word characters at its ends, dashes and dots only inside") {
  CHECK(captured("roles/{name}", "roles/a") == "name=a");
  CHECK(captured("roles/{name}", "roles/a-b.c_d") == "name=a-b.c_d");
  for (auto path :
       {"roles/", "roles/-a", "roles/a-", "roles/.", "roles/a b", "roles/a/b", "roles/\xc3\xa9"}) {
    CAPTURE(path);
    CHECK(captured("roles/{name}", path) == "no");
  }
  CHECK(captured("users/{name}/password", "users/amy/password") == "name=amy");
  CHECK(captured("users/{name}/password", "users/amy/policies") == "no");
}

TEST_CASE("any text stops before what follows it") {
  CHECK(captured("mounts/{path+}/tune", "mounts/a/b/tune") == "path=a/b");
  CHECK(captured("mounts/{path+}/tune", "mounts/a/tune/tune") == "path=a/tune");
  CHECK(captured("mounts/{path+}/tune", "mounts/tune") == "no");
  CHECK(captured("mounts/{path+}/tune", "mounts//tune") == "no");
  CHECK(captured("mounts/{path+}", "mounts/") == "no");
}

TEST_CASE("any text may be none, and has no line breaks") {
  CHECK(captured("data/{path*}", "data/") == "path=");
  CHECK(captured("data/{path*}", "data/a/b/") == "path=a/b/");
  CHECK(captured("data/{path*}", "data") == "no");
  CHECK(captured("{path*}", "") == "path=");
  CHECK(captured("{path*}", "a\nb") == "no");
}

TEST_CASE("an appended part may be left out") {
  CHECK(captured("leases/renew{/id}", "leases/renew") == "");
  CHECK(captured("leases/renew{/id}", "leases/renew/a/b") == "id=a/b");
  CHECK(captured("leases/renew{/id}", "leases/renew/") == "no");
  CHECK(captured("leases/renew{/id}", "leases/renewal") == "no");
}

TEST_CASE("a malformed pattern is found when the table is built") {
  for (auto text : {"a/{b", "a/{}", "{a}/{b}/{c}"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(path_pattern{text}, std::invalid_argument);
  }
}
