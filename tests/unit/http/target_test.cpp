// R-1218, R-1219

#include "actors/http/target.hpp"
#include "actors/protocol/utf8.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::http;

namespace {

std::string elsewhere(std::string_view text) { return redirection(read_target(text)); }

} // namespace

TEST_CASE("a clean path is served, any other means one") {
  for (const auto* clean :
       {"kv", "kv/", "kv/a", "kv/%2e/x", "kv/a%2f/b", "kv/...", "sys/", "kv/.a"})
    CHECK(elsewhere(clean).empty());
  CHECK(elsewhere("kv//a") == "/v1/kv/a");
  CHECK(elsewhere("kv/a//") == "/v1/kv/a/");
  CHECK(elsewhere("./kv/a") == "/v1/kv/a");
  CHECK(elsewhere("kv/a/..") == "/v1/kv");
  CHECK(elsewhere("kv/a/../") == "/v1/kv/");
  CHECK(elsewhere("auth/x/../../sys/y") == "/v1/sys/y");
  CHECK(elsewhere("../../..") == "/");
  CHECK(elsewhere("kv//a%20b?c=%20") == "/v1/kv/a%2520b?c=%20");
  CHECK(elsewhere("sys") == "/v1/sys/");
  CHECK(elsewhere("sys?x") == "/v1/sys/?x");
  CHECK(elsewhere("sys/audit-hash") == "/v1/sys/audit-hash/");
}

TEST_CASE("a path can be printed or not") {
  for (const auto* path : {"", "kv/a b", "kv/\xc3\xbc\xe2\x9c\x93", "kv/\xf0\x9f\x98\x80", "a\xff"})
    CHECK(is_printable(path));
  for (const auto* path : {"a\tb", "a\n", "a\x7f", "a\xc2\xa0", "a\xe2\x80\x8b", "\xef\xbb\xbf"})
    CHECK_FALSE(is_printable(path));
  CHECK_FALSE(is_printable(std::string_view{"a\0", 2}));
}

TEST_CASE("a relative path has a part that is one or two dots (R-1219)") {
  for (const auto* path : {".", "..", "./a", "a/..", "a/./b", "a/../b"})
    CHECK(is_relative(path));
  for (const auto* path : {"", "a", "a..b/c", "a/.b/c.", "...", "a//b"})
    CHECK_FALSE(is_relative(path));
}

TEST_CASE("an escaped slash counts in front of the third part alone") {
  CHECK(read_target("sys%2Fmounts").escaped_slash);
  CHECK(read_target("sys/mounts%2fa").escaped_slash);
  CHECK_FALSE(read_target("sys/mounts/a%2Fb").escaped_slash);
}
