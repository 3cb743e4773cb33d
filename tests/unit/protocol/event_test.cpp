#include "actors/protocol/event.hpp"

#include "tests/support/catch.hpp"

#include <set>

using namespace lapse;

TEST_CASE("every cause and every bound has a word of its own") {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(end_cause::tidy); ++i)
    CHECK(words.insert(to_string(static_cast<end_cause>(i))).second);
  CHECK(words.count("unknown") == 0);
  CHECK(to_string(end_cause::last_use) == "last_use");
  words.clear();
  for (int i = 0; i <= static_cast<int>(ttl_bound::owner); ++i)
    CHECK(words.insert(to_string(static_cast<ttl_bound>(i))).second);
  CHECK(words.count("unknown") == 0);
}
