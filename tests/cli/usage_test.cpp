#include "command.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <string>
#include <vector>

namespace {

constexpr auto tour = "scenarios/tour/01-keys-die-with-the-token.yaml";

} // namespace

TEST_CASE("the version is one line") {
  auto seen = lapse("--version");
  CHECK(seen.status == 0);
  CHECK(seen.out.substr(0, 6) == "lapse ");
}

TEST_CASE("every command explains itself with examples and exit statuses") {
  for (std::string command :
       {"", "run", "check", "conform", "explain", "solve", "forecast", "serve", "server", "clock",
        "rules", "schema", "manual", "completion"}) {
    auto seen = lapse(command + " --help");
    CAPTURE(command, seen.err);
    CHECK(seen.status == 0);
    CHECK(has(seen.out, "example"));
    CHECK(has(seen.out, "exit status"));
  }
}

TEST_CASE("an unknown command or option is refused with the nearest one") {
  auto command = lapse("rnu x.yaml");
  CHECK(command.status == 2);
  CHECK(has(command.err, "did you mean `run`?"));
  auto option = lapse(std::string("run ") + tour + " --sede 3");
  CHECK(option.status == 2);
  CHECK(has(option.err, "did you mean `--seed`?"));
  auto format = lapse(std::string("run ") + tour + " --report jsn");
  CHECK(format.status == 2);
  CHECK(has(format.err, "did you mean `json`?"));
}

TEST_CASE("wrong values and missing arguments are usage errors") {
  const std::string file = tour;
  const std::vector<std::string> wrong{"run",
                                       "run --seed x " + file,
                                       "run --seed -1 " + file,
                                       "run --until soon " + file,
                                       "run --until -5s " + file,
                                       "run --report text= " + file,
                                       "run --report " + file,
                                       "",
                                       "rules surplus",
                                       "schema surplus",
                                       "manual surplus",
                                       "completion",
                                       "completion fish"};
  for (const auto& arguments : wrong) {
    auto seen = lapse(arguments);
    CAPTURE(arguments);
    CHECK(seen.status == 2);
    CHECK(seen.out.empty());
    CHECK_FALSE(seen.err.empty());
  }
}

TEST_CASE("files that are missing, unreadable or named twice are errors of the call") {
  CHECK(lapse("run no-such-file.yaml").status == 2);
  auto twice = lapse(std::string("run ") + tour + " ./" + tour);
  CHECK(twice.status == 2);
  CHECK(has(twice.err, "named twice"));
  scratch place;
  CHECK(lapse("run " + place.path("")).status == 2);
}

TEST_CASE("a report that cannot be written is an error and leaves nothing behind") {
  scratch place;
  auto run = [&](const std::string& report) {
    return lapse(std::string("run ") + tour + " --report json=" + report);
  };
  CHECK(run(place.path("no/such/folder.json")).status == 2);
  CHECK(run(place.write("file", "") + "/").status == 2);
  CHECK(run("/dev/full").status == 2);
  auto scenario = place.write("own.yaml", read_file((source_folder() / tour).string()));
  auto over = lapse("run " + scenario + " --report json=" + scenario);
  CHECK(over.status == 2);
  CHECK(has(read_file(scenario), "lapse: 1"));
}

TEST_CASE("a folder gets a report named after the scenario") {
  scratch place;
  CHECK(lapse(std::string("run ") + tour + " --report json=" + place.path("")).status == 0);
  auto name = "scenarios-tour-01-keys-die-with-the-token.json";
  CHECK(has(read_file(place.path(name)), "schema_version"));
}

TEST_CASE("two reports to one file are refused, however it is spelled and before it exists") {
  scratch place;
  auto seen = shell("cd " + place.path("") + " && \"$LAPSE\" run " +
                    (source_folder() / tour).string() + " --report json=r --report text=./r");
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "another report"));
}

TEST_CASE("a pipe in a folder is not waited for, and a name cannot move the cursor") {
  scratch place;
  place.write("bad\x1b[2J.yaml", "lapse: 1\nsteps:\n  - crate: app\n");
  auto seen = shell("mkfifo " + place.path("pipe.yaml") + " && timeout 20 \"$LAPSE\" run " +
                    place.path(""));
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "bad\\x1b[2J.yaml:3:"));
  CHECK_FALSE(has(seen.out + seen.err, "\x1b"));
}

TEST_CASE("a wrong scenario leaves no report and an older one untouched") {
  scratch place;
  auto bad = place.write("bad.yaml", "lapse: 1\nsteps:\n  - crate: app\n");
  auto report = place.write("old.json", "old");
  auto seen = lapse("run " + bad + " --report json=" + report);
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "bad.yaml:3:"));
  CHECK(read_file(report) == "old");
}

TEST_CASE("results that standard output does not take are an error") {
  for (std::string target : {"> /dev/full", ">&-", "| true"}) {
    auto seen_by_shell = shell("(\"$LAPSE\" run " + std::string(tour) +
                               " --all --report json; echo $? >&2) " + target);
    auto seen = seen_by_shell.err;
    CAPTURE(target);
    // A pipe may have taken everything before its reader went away; else its signal ends the run.
    if (target == "| true") {
      CHECK((seen == "0\n" || seen == "141\n"));
      continue;
    }
    CHECK(has(seen, "cannot write to standard output"));
    CHECK(seen.ends_with("2\n"));
  }
}

TEST_CASE("rules lists what is not modelled with reasons") {
  auto seen = lapse("rules --coverage");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, " rules and edge cases are modelled"));
  CHECK(has(seen.out, "\nR-1310  Quotas\n        rate limits"));
  CHECK(lapse("rules").status == 0);
}

TEST_CASE("schema prints one JSON document") {
  auto seen = lapse("schema");
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "\"$schema\""));
}
