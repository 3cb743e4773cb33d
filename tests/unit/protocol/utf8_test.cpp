#include "actors/protocol/utf8.hpp"

#include "tests/support/catch.hpp"

using lapse::utf8_prefix;

TEST_CASE("a prefix ends between characters") {
  CHECK(utf8_prefix("abc", 3) == "abc");
  CHECK(utf8_prefix("abc", 2) == "ab");
  CHECK(utf8_prefix("a\xc3\xbc", 2) == "a");
  CHECK(utf8_prefix("a\xc3\xbc"
                    "b",
                    3) == "a\xc3\xbc");
  CHECK(utf8_prefix("\xf0\x9f\x98\x80", 3).empty());
  CHECK(utf8_prefix("", 0).empty());
}
