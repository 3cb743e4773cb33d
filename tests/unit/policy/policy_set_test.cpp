#include "actors/policy/policy_set.hpp"

#include "actors/protocol/glob.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::policy;

using names = std::vector<std::string>;

TEST_CASE("policy lists are trimmed, lower-cased, sorted, and without repeats (R-113)") {
  CHECK(sanitize_policies({" B ", "a", "b", "", "  ", "Ab"}, false) == names{"a", "ab", "b"});
}

TEST_CASE("default is added once, and only when asked for (R-703)") {
  CHECK(sanitize_policies({"z"}, true) == names{"default", "z"});
  CHECK(sanitize_policies({"Default", "z"}, true) == names{"default", "z"});
  CHECK(sanitize_policies({}, false).empty());
}

TEST_CASE("root swallows the rest of a list (R-113, R-228)") {
  CHECK(sanitize_policies({"a", " ROOT "}, true) == names{"root"});
  CHECK(is_root(names{"root"}));
  CHECK_FALSE(is_root(names{}));
  CHECK_FALSE(is_root(names{"a"}));
}

TEST_CASE("in a glob the star is any run anywhere, and all else is literal (R-224, R-1711)") {
  CHECK(glob_match("test*", "test"));
  CHECK(glob_match("test*", "test-1"));
  CHECK(glob_match("*-prod", "db-prod"));
  CHECK(glob_match("a*c*e", "abcde"));
  CHECK(glob_match("a*bc", "abcbc"));
  CHECK(glob_match("*", ""));
  CHECK_FALSE(glob_match("test*", "tes"));
  CHECK_FALSE(glob_match("a*c", "abcd"));
  CHECK_FALSE(glob_match("te?t", "test"));
  CHECK_FALSE(glob_match("", "a"));
  CHECK(any_glob_match(names{"x*", "y*"}, "yes"));
  CHECK_FALSE(any_glob_match(names{}, "yes"));
}

TEST_CASE("a glob of many stars does not take exponential time") {
  std::string glob;
  for (int i = 0; i < 200; ++i)
    glob += "a*";
  CHECK_FALSE(glob_match(glob + 'b', std::string(5000, 'a')));
}

TEST_CASE("a subset is decided by names alone (R-222)") {
  CHECK(is_subset(names{}, names{}));
  CHECK(is_subset(names{"b", "a"}, names{"a", "c", "b"}));
  CHECK_FALSE(is_subset(names{"a", "d"}, names{"a", "b"}));
}
