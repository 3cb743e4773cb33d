#include "sim/run/schedule.hpp"

#include "tests/support/catch.hpp"

#include <fmt/format.h>

using namespace lapse;
using namespace lapse::plan;
using namespace lapse::run;
using namespace std::chrono_literals;

namespace {

counted_text plain(std::string text) { return counted_text{{{std::move(text), -1}}}; }

step named(std::string words, step_time when = {}) {
  step s;
  s.words = plain(std::move(words));
  s.when = when;
  s.action = request_step{};
  return s;
}

step_time at(duration t) { return {step_time::kind::at, {t, t, -1}}; }
step_time after(duration t) { return {step_time::kind::after, {t, t, -1}}; }
ranged<duration> fixed(duration t) { return {t, t, -1}; }

step rounds(std::int64_t times, std::vector<step> steps,
            std::optional<duration> every = std::nullopt) {
  repeat_step r;
  r.times = ranged<std::int64_t>{times, times, -1};
  if (every)
    r.every = fixed(*every);
  r.steps = std::move(steps);
  step s;
  s.words = plain("repeat");
  s.action = std::move(r);
  return s;
}

step keep(duration every, instant until) {
  keep_step k;
  k.every = fixed(every);
  k.until = until;
  step s;
  s.words = plain("keep");
  s.action = k;
  return s;
}

/// `1m a`, `2m a{1}`, …: all that is handed out, in order.
std::vector<std::string> play(const std::vector<step>& steps,
                              std::optional<std::uint64_t> seed = std::nullopt,
                              std::size_t most = 100) {
  range_draw ranges{seed};
  schedule all{steps, ranges};
  std::vector<std::string> result;
  while (auto next = all.next_time()) {
    while (const auto* due = all.take(*next)) {
      if (result.size() == most)
        return result;
      auto text = fmt::format("{}s {}", due->at.count() / 1'000'000'000, due->what->words.raw());
      if (due->renewal != nullptr)
        text += " renews";
      for (auto round : due->rounds)
        text += fmt::format(" {}", round);
      result.push_back(text);
    }
  }
  return result;
}

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("steps come in file order, each at its time or at that of the one before") {
  CHECK(play({named("a"), named("b", at(5s)), named("c"), named("d", after(2s))}) ==
        lines{"0s a", "5s b", "5s c", "7s d"});
}

TEST_CASE("a repeat without every runs its rounds one after the other and comes last itself") {
  CHECK(play({rounds(2, {named("a"), named("b", after(1s))}), named("c")}) ==
        lines{"0s a 1", "1s b 1", "1s a 2", "2s b 2", "2s repeat", "2s c"});
}

TEST_CASE("nested repeats count outermost first") {
  CHECK(play({rounds(2, {rounds(2, {named("a")})})}) == lines{"0s a 1 1", "0s a 1 2", "0s repeat 1",
                                                              "0s a 2 1", "0s a 2 2", "0s repeat 2",
                                                              "0s repeat"});
}

TEST_CASE("a repeat of no rounds is over at once") {
  CHECK(play({rounds(0, {named("a")}), named("b")}) == lines{"0s repeat", "0s b"});
}

TEST_CASE("keep renews beside the steps after it, its last instant included") {
  CHECK(play({named("a"), keep(10s, 30s), named("b", at(15s)), named("c", at(30s))}) ==
        lines{"0s a", "0s keep", "10s keep renews", "15s b", "20s keep renews", "30s keep renews",
              "30s c"});
}

TEST_CASE(
    "a repeat with every runs in parallel with the steps after it; ties go by place in the file") {
  CHECK(play({rounds(3, {named("a"), named("b", after(1s))}, 2s), named("c", at(2s))}) ==
        lines{"0s repeat", "0s a 1", "1s b 1", "2s a 2", "2s c", "3s b 2", "4s a 3", "5s b 3"});
}

TEST_CASE("rounds that take longer than every overlap") {
  CHECK(play({rounds(2, {named("a"), named("b", after(5s))}, 2s)}) ==
        lines{"0s repeat", "0s a 1", "2s a 2", "5s b 1", "7s b 2"});
}

TEST_CASE("keeps that rounds have started renew in the order of the rounds") {
  CHECK(play({rounds(2, {named("a"), keep(10s, 10s)}), named("c", at(10s))}) ==
        lines{"0s a 1", "0s keep 1", "0s a 2", "0s keep 2", "0s repeat", "10s keep renews 1",
              "10s keep renews 2", "10s c"});
}

TEST_CASE("a repeat until an instant starts no round whose first step lies behind it") {
  repeat_step r;
  r.until = 5s;
  r.steps = {named("a", after(2s))};
  step s;
  s.words = plain("repeat");
  s.action = r;
  CHECK(play({s, named("b")}) == lines{"2s a 1", "4s a 2", "4s repeat", "4s b"});
}

TEST_CASE("a repeat until an instant whose rounds take no time ends after one") {
  repeat_step r;
  r.until = 5s;
  r.steps = {named("a")};
  step s;
  s.words = plain("repeat");
  s.action = r;
  CHECK(play({s}) == lines{"0s a 1", "0s repeat"});
}

TEST_CASE("a repeat with every until an instant includes it") {
  repeat_step r;
  r.until = 4s;
  r.every = fixed(2s);
  r.steps = {named("a")};
  step s;
  s.words = plain("repeat");
  s.action = r;
  CHECK(play({s, named("b", at(9s))}) == lines{"0s repeat", "0s a 1", "2s a 2", "4s a 3", "9s b"});
}

TEST_CASE("without a seed a range is its lower end, with one it is drawn and stays in bounds") {
  std::vector<step> steps;
  for (int i = 0; i < 20; ++i)
    steps.push_back(named("a", {step_time::kind::after, {0s, 10s, i}}));
  auto low = play(steps);
  CHECK(low.back() == "0s a");
  auto drawn = play(steps, 7);
  CHECK(drawn == play(steps, 7));
  CHECK(drawn != play(steps, 8));
  range_draw ranges{7};
  for (int i = 0; i < 200; ++i) {
    auto value = ranges.pick(ranged<duration>{3s, 5s, i}, {});
    CHECK(value >= 3s);
    CHECK(value <= 5s);
    CHECK(value.count() % 1'000'000'000 == 0);
  }
}

TEST_CASE("each round of a repeat draws anew, whatever stands elsewhere in the file") {
  range_draw ranges{1};
  ranged<std::int64_t> wide{0, 1'000'000, 3};
  CHECK(ranges.pick(wide, {1}) != ranges.pick(wide, {2}));
  CHECK(ranges.pick(wide, {1}) == ranges.pick(wide, {1}));
}

TEST_CASE("a million rounds are handed out without a list of them") {
  std::vector<step> steps{rounds(1'000'000, {named("a")})};
  range_draw ranges{std::nullopt};
  schedule all{steps, ranges};
  std::size_t count = 0;
  while (all.take(0s) != nullptr)
    ++count;
  CHECK(count == 1'000'001);
}
