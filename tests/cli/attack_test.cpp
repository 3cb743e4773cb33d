// Hostile inputs and surroundings: no crash, no hang, no file half written, nothing that a name or
// a file smuggles into a terminal or the log of a CI job.

#include "command.hpp"

#include "tests/support/catch.hpp"

#include <filesystem>
#include <string>

#if defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define LAPSE_ADDRESS_SANITIZER
#  endif
#endif

namespace {

std::size_t files_in(const std::string& folder) {
  std::size_t result = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
    ++result;
  return result;
}

constexpr auto sound = "lapse: 1\nsteps: [ { create: a } ]\n";
constexpr auto wrong = "lapse: 1\nstep: 1\n";
constexpr auto broken = "lapse: 1\nsteps: [ { create: a } ]\nnever: [ { alive: a } ]\n";
constexpr auto long_run = "lapse: 1\nsteps:\n"
                          "  - { create: a, period: 1h }\n"
                          "  - { keep: a, every: 1m, until: 4000000m }\n";

constexpr auto large = "scenarios/incidents/i-05a-a-thousand-renewed-children.yaml";

} // namespace

TEST_CASE("a time at the end of all counting is refused on the command line too") {
  scratch place;
  auto file = place.write("a.yaml", sound);
  CHECK(lapse("explain " + file + " a --at 9223372036.854775807s").status == 2);
  CHECK(lapse("run " + file + " --until 9223372036.854775807s").status == 2);
}

TEST_CASE("a file's name reaches the terminal as text") {
  scratch place;
  place.write("bad\x1b]0;pwned\x07"
              "a.yaml",
              wrong);
  place.write("x\nPASS  forged.yaml", wrong);
  auto seen = lapse("run " + place.path(""));
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 2);
  CHECK_FALSE(has(seen.out + seen.err, "\x1b"));
  CHECK_FALSE(has(seen.out + seen.err, "\nPASS"));
  auto missing = lapse("run $'/nowhere\\n::error::x'");
  CHECK_FALSE(has(missing.err, "\n::error"));
}

TEST_CASE("names are no commands in the log of a CI job") {
  scratch place;
  auto file = place.write("a.yaml", "lapse: 1\nname: \"::stop-commands::pwn\"\n"
                                    "about: \"##vso[task.setvariable variable=PATH]/evil\"\n"
                                    "steps:\n- create: a\n- {lookup: a, expect: {status: 500}}\n");
  auto seen = lapse("run " + file);
  CAPTURE(seen.out);
  CHECK(seen.status == 1);
  CHECK_FALSE(has(seen.out, "##vso["));
  CHECK(seen.out.find("::") != 0);
  CHECK_FALSE(has(seen.out, "\n::"));
}

TEST_CASE("a policy in which everything is wrong gives a short error") {
  scratch place;
  std::string text = "lapse: 1\npolicies:\n  p: |\n";
  for (int i = 0; i < 12'000; ++i)
    text += "    a=1\n";
  auto seen = lapse("run " + place.write("p.yaml", text + "steps: []\n"));
  CHECK(seen.status == 2);
  CHECK(seen.err.size() < 2'000);
}

TEST_CASE("what cannot be read is an error with its reason") {
  for (std::string arguments : {"conform /proc/self/mem", "check --merge /proc/self/mem",
                                "run /proc/self/mem", "run /dev/zero"}) {
    auto seen = lapse(arguments);
    CAPTURE(arguments, seen.err);
    CHECK(seen.status == 2);
    CHECK_FALSE(has(seen.err, "internal"));
    CHECK_FALSE(seen.err.empty());
  }
}

TEST_CASE("a pipe without anybody at its other end is not waited for without end") {
  scratch place;
  auto pipe = place.path("f");
  CHECK(shell("mkfifo " + pipe).status == 0);
  auto file = place.write("a.yaml", sound);
  for (const auto& arguments : {"run " + pipe, "run " + file + " --report json=" + pipe}) {
    auto seen = lapse(arguments);
    CAPTURE(arguments, seen.err);
    CHECK(seen.status == 2);
    CHECK(has(seen.err, "pipe"));
  }
  CHECK(shell("cat " + file + " | \"$LAPSE\" run /dev/stdin").status == 0);
}

TEST_CASE("closed standard streams do not become a report") {
  scratch place;
  auto good = place.write("good.yaml", sound);
  auto bad = place.write("bad.yaml", wrong);
  auto report = place.path("o.xml");
  CHECK(
      shell("\"$LAPSE\" run " + good + " " + bad + " --report junit=" + report + " 2>&-").status ==
      2);
  CHECK(read_file(report).substr(0, 5) == "<?xml");
  auto json = place.path("o.json");
  auto seen = shell("\"$LAPSE\" run " + std::string{large} +
                    " --all --report text --report json=" + json + " >&-");
  CHECK(seen.status == 2);
  CHECK(read_file(json).substr(0, 1) == "{");
}

TEST_CASE("numbers of an edited report are not merged as they come") {
  scratch place;
  auto file = place.write("a.yaml", "lapse: 1\nsteps:\n- { create: a, ttl: 1h..2h }\n");
  for (int k : {1, 2})
    CHECK(lapse("check " + file + " --runs 40 --shard " + std::to_string(k) + "/2 --json " +
                place.path("p" + std::to_string(k) + ".json"))
              .status == 0);
  auto text = read_file(place.path("p1.json"));
  auto merge = [&](const std::string& from, const std::string& to) {
    auto edited = text;
    auto at = edited.find(from);
    REQUIRE(at != std::string::npos);
    auto path = place.write("edited.json", edited.replace(at, from.size(), to));
    auto seen = lapse("check --merge " + path + " " + place.path("p2.json"));
    CAPTURE(from, to, seen.out, seen.err);
    CHECK(seen.status == 2);
  };
  merge("\"shard\": 1", "\"shard\": 1.5");
  merge("\"runs\": 20", "\"runs\": 3");
  merge("\"runs\": 20", "\"runs\": -1");
  merge("\"runs\": 20", "\"runs\": 1e300");
  merge("\"runs\": 20", "\"runs\": 18446744073709551615");
  CHECK(lapse("check --merge " + place.path("p1.json") + " " + place.path("p2.json")).status == 0);
}

TEST_CASE("a file size limit and a signal leave no temporary file behind") {
  scratch place;
  auto limited = shell("ulimit -f 10; \"$LAPSE\" run " + std::string{large} +
                       " --report json=" + place.path("big.json"));
  CHECK(limited.status == 2);
  CHECK(files_in(place.path("")) == 0);
  auto file = place.write("s.yaml", long_run);
  for (std::string signal : {"TERM", "HUP"}) {
    auto report = place.path("r.json");
    // The temporary file is there as soon as the run begins.
    auto seen = shell("(exec \"$LAPSE\" run " + file + " --report json=" + report +
                      ") & p=$!; while ! ls " + report +
                      ".tmp-* >/dev/null 2>&1; do "
                      "kill -0 $p || break; done; kill -" +
                      signal + " $p; wait $p; echo $?");
    CAPTURE(signal, seen.out);
    CHECK(seen.out == (signal == "TERM" ? "143\n" : "129\n"));
    CHECK(files_in(place.path("")) == 1);
  }
}

// A sanitizer needs more addresses than the limit leaves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(LAPSE_ADDRESS_SANITIZER)
TEST_CASE("memory that runs out ends the process with an error") {
  scratch place;
  auto file = place.write("s.yaml", "lapse: 1\nsecrets: { kv: { type: kv } }\nsteps:\n- repeat:\n"
                                    "    times: 1000\n    steps:\n"
                                    "    - { write: \"kv/a{i}\", data: { k: " +
                                        std::string(500'000, 'x') + " } }\n");
  auto seen =
      shell("ulimit -v 250000; \"$LAPSE\" run " + file + " --report json=" + place.path("r.json"));
  CAPTURE(seen.err);
  CHECK(seen.status == 2);
  CHECK(files_in(place.path("")) == 1);
}
#endif

TEST_CASE("a value of --set is checked as one of the file is") {
  scratch place;
  auto file = place.write("a.yaml", "lapse: 1\nsteps: [ { create: a, ttl: 1h } ]\n");
  for (std::string value :
       {"'steps.0.ttl=\"'", "'steps.0.ttl=!!python/x 1'", "$'steps.0.ttl=\\x01'"}) {
    CAPTURE(value);
    CHECK(lapse("run " + file + " --set " + value).status == 2);
  }
}

TEST_CASE("a run ends when nobody reads its report any more, and quietly") {
  scratch place;
  auto file = place.write("s.yaml", long_run);
  auto seen = shell("\"$LAPSE\" run " + file + " --report audit | head -n 1");
  CAPTURE(seen.err);
  CHECK(seen.err.empty());
  CHECK(has(seen.out, "{"));
}

TEST_CASE("a link in the failure folder leads nowhere else") {
  scratch place;
  auto file = place.write("r.yaml", broken);
  auto check = "check " + file + " --runs 1 --failures " + place.path("kept");
  CHECK(lapse(check).status == 1);
  auto victim = place.write("victim", "precious\n");
  for (const auto& entry : std::filesystem::directory_iterator(place.path("kept")))
    CHECK(shell("ln -sf " + victim + " '" + entry.path().string() + "'").status == 0);
  CHECK(lapse(check).status == 1);
  CHECK(read_file(victim) == "precious\n");
}

TEST_CASE("a link to nothing is not replaced by a report") {
  scratch place;
  auto file = place.write("a.yaml", sound);
  CHECK(shell("ln -s nowhere " + place.path("l") + "; ln -s m " + place.path("m")).status == 0);
  for (std::string name : {"l", "m"}) {
    CHECK(lapse("run " + file + " --report json=" + place.path(name)).status == 2);
    CHECK(std::filesystem::is_symlink(place.path(name)));
  }
}
