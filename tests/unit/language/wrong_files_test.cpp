#include "sim/language/loader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tl/expected.hpp>

using namespace lapse;
using namespace lapse::document;
using namespace lapse::language;
using namespace lapse::plan;
using namespace lapse::runtime;

namespace fs = std::filesystem;

namespace {

// Each file in `wrong/` says in its first line what is wrong with it:
// `# KIND | LINE:COLUMN: text | …`, where the kind is `shape` if the JSON Schema has to refuse it.
const fs::path folder = source_folder() / "tests/unit/language/wrong";

std::vector<fs::path> wrong_files() {
  std::vector<fs::path> result;
  for (const auto& entry : fs::directory_iterator{folder})
    result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> expected_errors(const fs::path& file) {
  std::ifstream stream{file};
  std::string line;
  std::getline(stream, line);
  std::vector<std::string> result;
  for (auto bar = line.find(" | "); bar != std::string::npos;) {
    auto next = line.find(" | ", bar + 3);
    result.push_back(line.substr(bar + 3, next == std::string::npos ? next : next - bar - 3));
    bar = next;
  }
  return result;
}

std::vector<std::string>
errors_of(const tl::expected<lapse::plan::plan, std::vector<load_error>>& loaded) {
  std::vector<std::string> result;
  if (!loaded)
    for (const auto& error : loaded.error())
      result.push_back(to_string(error));
  return result;
}

std::vector<std::string> load(std::string_view text) {
  return errors_of(load_scenario(text, "f", {}));
}

void check_one(std::string_view text, std::string_view beginning) {
  CAPTURE(std::string{beginning});
  auto errors = load(text);
  REQUIRE(errors.size() == 1);
  CHECK(errors.front().substr(0, beginning.size()) == beginning);
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i)
    result += text;
  return result;
}

} // namespace

// Among them a default TTL above the maximum, with which a server does not start (R-1303).
TEST_CASE("each wrong file gives exactly the errors written in its first line (R-1303)") {
  auto files = wrong_files();
  CHECK(files.size() >= 90);
  for (const auto& file : files) {
    auto name = file.string();
    CAPTURE(name);
    std::vector<std::string> seen;
    for (const auto& error : errors_of(load_scenario_file(name, {})))
      seen.push_back(error.substr(name.size() + 1));
    auto expected = expected_errors(file);
    CHECK_FALSE(expected.empty());
    CHECK(seen == expected);
  }
}

TEST_CASE("what is wrong with a file as a whole stands at 1:1") {
  check_one("", "f:1:1: the file is empty");
  check_one("# nothing but a comment\n", "f:1:1: the file is empty");
  check_one("---\n", "f:1:1: the file is empty");
  check_one("~\n", "f:1:1: the file is empty");
  check_one(std::string("lapse: 1\nname: \0\n", 18), "f:1:1: not a text: byte 0x00 on line 2");
  check_one("\x7f"
            "ELF",
            "f:1:1: not a text");
  check_one("lapse: 1\nname: caf\xe9\n", "f:1:1: not UTF-8: byte 0xe9 on line 2");
  check_one("\xff\xfel\xfe", "f:1:1: not UTF-8");
  check_one(std::string(scenario_bytes_max + 1, '#'), "f:1:1: the file is larger than 16 MB");
}

TEST_CASE("a path that is no readable file is an error at 1:1") {
  auto missing = errors_of(load_scenario_file("/nowhere/x.yaml", {}));
  REQUIRE(missing.size() == 1);
  CHECK(missing.front() == "/nowhere/x.yaml:1:1: no such file; check the path");
  auto directory = errors_of(load_scenario_file(folder.string(), {}));
  REQUIRE(directory.size() == 1);
  CHECK(directory.front() == folder.string() + ":1:1: is a folder; name a file");
}

TEST_CASE("200,000 levels of nesting in any form are one error, not a crash") {
  constexpr int levels = 200'000;
  check_one("a: " + repeated("[", levels), "f:1:68: nested more than 64 deep");
  check_one("a: " + repeated("{a: ", levels), "f:1:260: nested more than 64 deep");
  check_one(repeated("- ", levels), "f:1:129: nested more than 64 deep");
  check_one(repeated("? ", levels), "f:1:129: nested more than 64 deep");
  std::string block;
  for (int i = 0; i < 2000; ++i)
    block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  check_one(block, "f:65:65: nested more than 64 deep");
}

TEST_CASE("aliases are followed as long as they stand for little") {
  CHECK(load("lapse: 1\nsteps:\n  - &a { create: x, meta: &m { k: v } }\n  - { create: y, meta: *m "
             "}\n")
            .empty());
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
            repeated(before + ", ", 8) + before + "]\n";
  }
  check_one(bomb, "f:6:");
  auto errors = load(bomb);
  CHECK(errors.front().find("aliases stand for more than 200000 values") != std::string::npos);
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 500; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
             "]\n";
  check_one(chain, "f:63:12: aliases nested more than 64 deep");
}

TEST_CASE("the first 50 errors are shown, and how many more there are") {
  std::string text = "lapse: 1\nsteps:\n";
  for (int i = 0; i < 10'000; ++i)
    text += "  - creat: x\n";
  auto errors = load(text);
  REQUIRE(errors.size() == load_errors_max + 1);
  CHECK(errors.front() == "f:3:5: unknown key `creat` in a step, did you mean `create`?");
  CHECK(errors.back() == "f:52:5: and 9950 more errors; mend these first");
}

TEST_CASE("an override that names nothing is blamed by its own text") {
  std::string text = "lapse: 1\nauth:\n  userpass/:\n    type: userpass\n    users:\n"
                     "      amy: { token_ttl: 1h }\nsteps: [ { create: a, ttl: 1h } ]\n";
  auto blame = [&](std::string override_text) {
    load_options options;
    options.overrides.push_back(std::move(override_text));
    auto errors = errors_of(load_scenario(text, "f", options));
    return errors.size() == 1 ? errors.front() : std::to_string(errors.size()) + " errors";
  };
  CHECK(blame("auth.userpas.users.amy.token_ttl=30m") ==
        "--set auth.userpas.users.amy.token_ttl=30m: nothing is named `userpas` there, did you "
        "mean `userpass/`?");
  CHECK(blame("auth.userpass.users.amy.token_tll=30m") ==
        "--set auth.userpass.users.amy.token_tll=30m: nothing is named `token_tll` there, did you "
        "mean `token_ttl`?");
  CHECK(blame("steps.1.ttl=30m") == "--set steps.1.ttl=30m: `1` is no item of a list of 1; items "
                                    "count from 0");
  CHECK(blame("steps.0.ttl=soon") ==
        "--set steps.0.ttl=soon: `ttl` is `soon`; expected a duration such as 90s, 1h30m or 30d");
  CHECK(blame("nothing") == "--set nothing: expected KEY=VALUE such as "
                            "auth.userpass.users.amy.token_ttl=30m");
}

TEST_CASE("random changes to a valid file never crash the loader") {
  std::ifstream stream{source_folder() /
                       "scenarios/incidents/i-05a-a-thousand-renewed-children.yaml"};
  std::stringstream buffer;
  buffer << stream.rdbuf();
  auto original = buffer.str();
  REQUIRE_FALSE(original.empty());
  const std::string_view pieces[] = {
      "[", "]", "{",  "}", ":", ": ", "- ",  "\n", "  ", "&a ", "*a", "<<:", "!!x",  "\"", "'",
      "|", ">", "\t", "#", "~", "..", "{i}", "%",  "?",  "999", "-1", "0s",  "\xff", "*",  "."};
  std::uint64_t state = 1;
  auto draw = [&](std::size_t below) {
    state = mix(state);
    return static_cast<std::size_t>(state % below);
  };
  int loaded = 0;
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    auto text = original;
    for (auto changes = 1 + draw(4); changes > 0; --changes) {
      auto at = draw(text.size());
      auto kind = draw(4);
      if (kind == 0)
        text.erase(at, 1 + draw(20));
      else if (kind == 1)
        text.insert(at, pieces[draw(std::size(pieces))]);
      else if (kind == 2)
        text[at] = static_cast<char>(draw(256));
      else
        text.insert(at, original.substr(draw(original.size()), draw(60)));
      if (text.empty())
        text = " ";
    }
    auto result = load_scenario(text, "f", {});
    if (!result) {
      ++refused;
      CHECK_FALSE(result.error().empty());
    } else {
      ++loaded;
    }
  }
  CHECK(loaded > 50);
  CHECK(refused > 500);
}
