// The world of actors and the sequential model, two programs by two authors from the same rules,
// must give the same answers to the same random conversations.

#include "sim/engine/simulation.hpp"
#include "tests/model/conversation.hpp"
#include "tests/model/model.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <iterator>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::lives;
using namespace lapse::runtime;
using sequential::command;
using sequential::conversation;
using sequential::disagreement;
using sequential::flaw;

namespace {

constexpr std::size_t commands_max = 150;

// Seeds of conversations that have found something, tried before new ones are drawn: add the seed
// that a failure names.
constexpr std::uint64_t kept[] = {
    1, 2, 3, 5, 9, 10, 12, 21, 83778792, 20847876610, 14202719791029265, 929788293};

server_config dev_server() {
  server_config out;
  out.root = server_config::root_kind::dev;
  out.mount_secret = true;
  out.generic_is_leased = false;
  return out;
}

std::optional<disagreement> differ(const std::vector<command>& commands,
                                   const std::set<flaw>& flaws = {}) {
  auto config = dev_server();
  simulation world(config);
  sequential::model plain(config, flaws);
  return compare(world, plain, commands, config.start_unix_s);
}

// Takes out what is not needed for the two to disagree: ever smaller pieces, a bounded number of
// tries.
std::vector<command> shrunk(std::vector<command> commands) {
  int tries = 400;
  if (auto found = differ(commands))
    commands.resize(found->at + 1);
  for (auto piece = commands.size() / 2; piece > 0; piece /= 2)
    for (std::size_t from = 0; from + piece < commands.size() && tries > 0; --tries) {
      auto fewer = commands;
      auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(from);
      auto gap = duration{0};
      for (auto at = begin; at != begin + static_cast<std::ptrdiff_t>(piece); ++at)
        gap += at->wait;
      begin = fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(piece));
      begin->wait += gap;
      if (differ(fewer))
        commands = std::move(fewer);
      else
        from += piece;
    }
  return commands;
}

std::string story(const std::vector<command>& commands, const disagreement& found) {
  std::string out = "first difference at command " + std::to_string(found.at) + ", " + found.where +
                    "\n  actors: " + found.first.dump() + "\n  model:  " + found.second.dump() +
                    "\nhistory:\n";
  for (std::size_t i = 0; i <= found.at && i < commands.size(); ++i)
    out += "  " + to_string(commands[i]) + '\n';
  return out;
}

} // namespace

TEST_CASE("actors and model give the same answers to every random conversation") {
  auto agree = [](std::uint64_t seed) {
    auto commands = conversation(seed, commands_max);
    if (differ(commands)) {
      auto fewer = shrunk(commands);
      RC_LOG() << "seed " << seed << ", " << story(fewer, *differ(fewer));
      RC_FAIL("the two servers disagree");
    }
  };
  for (auto seed : kept) {
    CAPTURE(seed);
    CHECK(!differ(conversation(seed, commands_max)));
  }
  CHECK(rc::check("same answers",
                  [&] { agree(*rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>())); }));
}

TEST_CASE("a conversation is a function of its seed") {
  auto once = conversation(7, 40);
  auto again = conversation(7, 40);
  REQUIRE(once.size() == again.size());
  CHECK(std::equal(once.begin(), once.end(), again.begin(),
                   [](auto& a, auto& b) { return to_string(a) == to_string(b); }));
  CHECK(to_string(once.back()) != to_string(conversation(8, 40).back()));
}

TEST_CASE("each planted fault in the model is seen by a conversation that is kept") {
  for (auto planted : sequential::every_flaw) {
    CAPTURE(sequential::to_string(planted));
    CHECK(std::any_of(std::begin(kept), std::end(kept), [&](std::uint64_t seed) {
      return differ(conversation(seed, commands_max), {planted}).has_value();
    }));
  }
}
