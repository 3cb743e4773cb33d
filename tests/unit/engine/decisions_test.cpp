// Choices of a run as a list: its text, its replay, and where two differ.

#include "sim/engine/decisions.hpp"

#include "sim/engine/replay_strategy.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::runtime;

TEST_CASE(
    "decision lists are read back as they were written, and other text is refused with its line") {
  decision_list list{{instant{5}, 1, 3, 0xab, 0xcd, message_kind::deadline, 0xef},
                     {instant{7}, 0, 2, 1, 2, message_kind::serve, 9}};
  auto read = parse_decisions(to_text(list));
  REQUIRE(read.has_value());
  CHECK(*read == list);
  for (const auto* wrong :
       {"", "lapse-decisions 2\n", "lapse-decisions 1\n0 1 of 2\n",
        "lapse-decisions 1\n0 2 of 2 1 2 serve 3\n", "lapse-decisions 1\n0 1 of 2 1 2 nonsense 3\n",
        "lapse-decisions 1\n-1 1 of 2 1 2 serve 3\n"})
    CHECK_FALSE(parse_decisions(wrong).has_value());
}

TEST_CASE("two decision lists differ at the first line that does, or in their length") {
  decision_list list{{instant{5}, 1, 3, 0xab, 0xcd, message_kind::deadline, 0xef},
                     {instant{7}, 0, 2, 1, 2, message_kind::serve, 9}};
  auto other = list;
  CHECK(first_difference(list, other).empty());
  other[1].hash = 8;
  CHECK(first_difference(list, other) ==
        "choice 2 differs: `7 0 of 2 1 2 serve 9` as against `7 0 of 2 1 2 serve 8`");
  other.pop_back();
  CHECK(first_difference(list, other) == "one run has 2 choices, the other 1");
}

TEST_CASE(
    "a replay takes the next listed delivery that is possible, and the oldest where none is") {
  replay_strategy replay{{{instant{0}, 1, 2, 1, 2, message_kind::serve, 0},
                          {instant{0}, 1, 2, 3, 4, message_kind::deadline, 0}}};
  const std::array<ready_channel, 2> listed_second{
      {{3, 4, message_kind::deadline, 1}, {5, 6, message_kind::serve, 2}}};
  const std::array<ready_channel, 2> listed_first{
      {{5, 6, message_kind::serve, 1}, {1, 2, message_kind::serve, 2}}};
  // The first line does not fit: the second is taken; then the first, when it fits; then none is
  // left.
  CHECK(replay.choose(listed_second) == std::size_t{0});
  CHECK(replay.choose(listed_first) == std::size_t{1});
  CHECK(replay.choose(listed_first) == std::size_t{0});
}
