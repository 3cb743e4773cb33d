// `lapse check` from outside: what it finds, that it replays, that the number of cores does not
// change a byte, and that no end leaves a broken file.

#include "check_cases.hpp"
#include "command.hpp"
#include "refused.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <string>

using namespace check_cases;

TEST_CASE("check: a sound scenario is one line, and the seed is printed before the search") {
  scratch folder;
  auto file = folder.write("sound.yaml", sound);
  auto seen = lapse("check " + file + " --runs 100 --seed 5" + in(folder));
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "PASS  " + file + "  verified for the values tried: "));
  CHECK(has(seen.out, "choices of its ranges; values drawn: 100 runs, "));
  CHECK(!has(seen.out, "complete"));
  CHECK(seen.out.find('\n') == seen.out.size() - 1);
  CHECK(seen.err == "lapse check: seed 5\n");
}

TEST_CASE("check: a failure is shrunk to a scenario that run replays to the same rule, exactly") {
  scratch folder;
  auto file = folder.write("tie.yaml", tie);
  auto seen = lapse("check " + file + in(folder));
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "FAIL  " + file));
  CHECK(has(seen.out, "never"));
  CHECK(has(seen.out, "search: lapse check " + file + " --seed 0 --runs 1000"));
  CHECK(has(seen.out, " out of order\n"));
  CHECK(!has(seen.out, "plain failure"));
  auto again = seen.out.find("again:  lapse ");
  REQUIRE(again != std::string::npos);
  auto command = seen.out.substr(again + 14, seen.out.find('\n', again) - again - 14);
  auto replayed = lapse(command);
  CAPTURE(command, replayed.out);
  CHECK(replayed.status == 1);
  CHECK(has(replayed.out, "403"));
  CHECK(!has(replayed.out, "followed as far as possible"));
  // Kept, and tried first the next time.
  auto next = lapse("check " + file + " --runs 2" + in(folder));
  CAPTURE(next.out);
  CHECK(next.status == 1);
  CHECK(has(next.out, "kept:"));
  CHECK(has(next.out, "still fails"));
  // The scenario is mended: what was kept does not fail it any more.
  folder.write("tie.yaml", std::string{tie}.replace(std::string{tie}.find("403"), 3, "500"));
  auto mended = lapse("check " + file + " --runs 20" + in(folder));
  CAPTURE(mended.out);
  CHECK(mended.status == 0);
}

TEST_CASE("check: what a kept case read from files of their own is part of it") {
  scratch folder;
  folder.write("amy.json", R"({ "token_ttl": "1h" })");
  folder.write("p.hcl", "path \"kv/*\" { capabilities = [\"read\"] }\n");
  const auto file = folder.write("files.yaml", R"(lapse: 1
policies: { q: { file: p.hcl } }
auth: { userpass: { type: userpass, users: { amy: { file: amy.json } } } }
steps:
  - { write_policy: p, policy: { file: p.hcl } }
  - { login: amy, with: userpass/amy }
never: [ { tokens: { at_least: 2 } } ]
)");
  CHECK(lapse("check " + file + " --tries 0" + in(folder)).status == 1);
  const auto again = lapse("run " + folder.path("failures") + "/*.yaml");
  CAPTURE(again.out, again.err);
  CHECK(again.status == 1);
}

TEST_CASE("check: the same seed gives the same bytes on one core and on several") {
  scratch folder;
  for (const auto* text : {tie, sound}) {
    auto file = folder.write("one.yaml", text);
    std::string json;
    std::string out;
    for (const auto* jobs : {"1", "2", "7"}) {
      auto path = folder.path("report.json");
      auto seen =
          lapse("check " + file +
                " --seed commit:1a2b3c4d --runs 200 --verify-determinism --failures '' --jobs " +
                jobs + " --json " + path);
      if (json.empty()) {
        json = read_file(path);
        out = seen.out;
      }
      CHECK(read_file(path) == json);
      CHECK(seen.out == out);
    }
    CHECK(has(json, "\"seed\": \"commit:1a2b3c4d\""));
  }
}

TEST_CASE("check: a folder is searched without the cases kept in it") {
  scratch folder;
  folder.write("fixed.yaml", fixed);
  CHECK(shell("mkdir -p " + folder.path(".lapse/failures")).status == 0);
  folder.write(".lapse/failures/kept.yaml", "no scenario");
  auto seen = lapse("check " + folder.path("") + in(folder));
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(!has(seen.out, "kept.yaml"));
}

TEST_CASE("check: a file may want to be searched only where it is named") {
  scratch folder;
  folder.write("fixed.yaml", fixed);
  const auto race = folder.write("race.yaml", std::string{tie} + "check: when_named\n");
  auto all = lapse("check " + folder.path("") + in(folder));
  CAPTURE(all.out, all.err);
  CHECK(all.status == 0);
  CHECK(!has(all.out, "race.yaml"));
  CHECK(has(all.err, "left out"));
  CHECK(lapse("check " + race + in(folder)).status == 1);
  CHECK(lapse("check " + folder.path("") + ' ' + race + in(folder)).status == 2);
  CHECK(lapse("run " + race).status == 0);
}

TEST_CASE("check: the race in a session of real clients is found") {
  const std::string session = "scenarios/sessions/01-a-rotation-meets-a-read.yaml";
  CHECK(lapse("run " + session).status == 0);
  const auto seen = lapse("check --failures '' " + session);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "`app` was revoked at 1h: `root` revoked it"));
}

TEST_CASE("check: JUnit and the job's summary hold seed, command and minimal scenario") {
  scratch folder;
  auto file = folder.write("tie.yaml", tie);
  auto junit = folder.path("check.xml");
  auto summary = folder.path("summary.md");
  auto seen = shell("GITHUB_STEP_SUMMARY=" + summary + " $LAPSE check " + file + in(folder) +
                    " --junit " + junit);
  CAPTURE(seen.out, seen.err);
  pugi::xml_document page;
  REQUIRE(page.load_file(junit.c_str()));
  auto suite = page.child("testsuites").child("testsuite");
  CHECK(suite.attribute("failures").as_int() == 1);
  std::string body = suite.child("testcase").child("failure").text().get();
  CHECK(has(body, "seed: 0"));
  CHECK(has(body, "command: lapse check " + file));
  CHECK(has(body, "lapse: 1"));
  CHECK(has(body, "decisions:"));
  auto text = read_file(summary);
  CHECK(has(text, "### lapse check"));
  CHECK(has(text, "| FAIL |"));
  CHECK(has(text, "\nlapse: 1\n"));
  auto nowhere =
      shell("GITHUB_STEP_SUMMARY=/proc/none/s.md $LAPSE check " + file + " --runs 1 --failures ''");
  CHECK(nowhere.status == 2);
}

TEST_CASE("check: a `sometimes` that no run reaches is a failure of its own kind") {
  scratch folder;
  auto file = folder.write("never.yaml", "lapse: 1\nsteps:\n  - { create: app, ttl: 1h..2h }\n"
                                         "sometimes:\n  - { expired: app }\nuntil: 30m\n");
  auto seen = lapse("check " + file + " --runs 20" + in(folder));
  CAPTURE(seen.out);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "was never reached"));
}

TEST_CASE("check: exhaustive mode verifies, or stops at its budget with status 4") {
  scratch folder;
  auto file = folder.write("fixed.yaml", fixed);
  auto seen = lapse("check " + file + " --strategy exhaustive" + in(folder));
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "verified: "));
  CHECK(has(seen.out, " traces, complete"));
  auto ranged = lapse("check " + folder.write("sound.yaml", sound) + " --strategy exhaustive");
  CAPTURE(ranged.out);
  CHECK(ranged.status == 0);
  CHECK(has(ranged.out, "verified for the values tried: "));
  CHECK(has(ranged.out, "with ranges at their lower ends"));
  auto cut = lapse("check " + file + " --strategy exhaustive --runs 2" + in(folder));
  CAPTURE(cut.out);
  CHECK(cut.status == 4);
  CHECK(has(cut.out, "not complete: 2 traces covered"));
}

TEST_CASE("check: what file order shows is said to be a plain failure, without a decision log") {
  scratch folder;
  auto file = folder.write("plain.yaml", "lapse: 1\nsteps:\n  - { create: a, ttl: 1h }\n"
                                         "  - together: [ { lookup: a }, { lookup: a } ]\n"
                                         "  - { at: 2h, expect: { a: alive } }\n");
  auto seen = lapse("check " + file + in(folder));
  CAPTURE(seen.out);
  CHECK(seen.status == 1);
  CHECK(has(seen.out, "FAIL  " + file + "  fails in file order\n      " + file + ":5: "));
  CHECK(has(seen.out, "a plain failure: `lapse run " + file + "` shows it\n"));
  CHECK(!has(seen.out, "out of order"));
  auto again = seen.out.find("again:  lapse run ");
  REQUIRE(again != std::string::npos);
  auto path = seen.out.substr(again + 18, seen.out.find('\n', again) - again - 18);
  CHECK(!has(read_file(path), "decisions"));
}

TEST_CASE("check: without a strategy it proves what it can, and its summary counts the proofs") {
  scratch folder;
  auto race = folder.write("fixed.yaml", fixed);
  auto seen = lapse("check " + race + in(folder));
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "PASS  " + race + "  verified: "));
  CHECK(has(seen.out, " traces, complete\n"));
  auto single = folder.write("single.yaml", "lapse: 1\nsteps:\n  - { create: a, ttl: 1h }\n");
  auto one = lapse("check " + single + " --verify-determinism" + in(folder));
  CAPTURE(one.out);
  CHECK(one.status == 0);
  CHECK(has(one.out, "verified: 1 trace, complete: nothing in it leaves a choice"));
  // 12 clients of one token: too many orders. The budget is met, which is no failure.
  std::string many = "lapse: 1\nsteps:\n  - { create: a, ttl: 1h }\n  - together:\n";
  for (int i = 0; i < 12; ++i)
    many += "    - { renew: a }\n";
  auto large = folder.write("large.yaml", many);
  auto json = folder.path("report.json");
  auto sampled = lapse("check " + large + " --runs 20 --json " + json + in(folder));
  CAPTURE(sampled.out);
  CHECK(sampled.status == 0);
  CHECK(has(sampled.out, "20 runs, "));
  CHECK(has(sampled.out, "no proof: it would take more than "));
  auto report = nlohmann::json::parse(read_file(json));
  CHECK(report["strategy"] == "auto");
  CHECK(report["cases"][0]["exhaustive"]["proof"] == false);
  CHECK(report["cases"][0]["exhaustive"]["stopped_by"] == "runs");
  auto all = lapse("check " + race + " " + single + " " + large + " --runs 5" + in(folder));
  CAPTURE(all.out);
  CHECK(all.status == 0);
  CHECK(has(all.out,
            "\n2 of 3 verdicts are proofs: every history was seen; 1 held in all runs made\n"));
}

TEST_CASE("check: ranges are tried at both ends and where they meet other times") {
  scratch folder;
  auto tried = [&](const std::string& steps) {
    auto file = folder.write(
        "range.yaml",
        "lapse: 1\nsteps:\n  - { create: a, ttl: 1h..2h, policies: [root] }\n" + steps);
    auto seen = lapse("check " + file + " --runs 1" + in(folder));
    CAPTURE(seen.out);
    CHECK(seen.status == 1);
    CHECK(has(seen.out, "an exhaustive search finds a history that fails"));
  };
  // Only the upper end is alive then; only a token of 77 minutes takes along what it made then.
  tried("  - { at: 119m59s, expect: { a: expired } }\n");
  tried("  - { create: c, as: a, ttl: 2s, at: 77m }\nnever:\n  - { revoked: c }\n");
}

TEST_CASE("check: a renewal is answered although the lease is removed while its backend is asked") {
  scratch folder;
  auto file = folder.write("race.yaml", R"(lapse: 1
secrets: { db/: { type: generic, roles: { app: {} } } }
steps:
  - { read: db/creds/app, save: k }
  - together: [ { renew_lease: k }, { revoke_force: db/creds/app } ]
)");
  auto seen = lapse("check " + file + " --strategy exhaustive" + in(folder));
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, " traces, complete"));
}

TEST_CASE("check: random estates hold, and the search says how many it made") {
  scratch folder;
  auto seen = lapse("check --generate --runs 60 --seed 3 --verify-determinism" + in(folder));
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "PASS  generated estates  60 runs"));
}

TEST_CASE("check: wrong words are one clear error each, with status 2") {
  scratch folder;
  auto file = folder.write("sound.yaml", sound);
  refused("check", "names no scenario file");
  refused("check --generate " + file, "takes no FILE");
  refused("check " + file + " --strategy pctt", "did you mean");
  refused("check " + file + " --runs 0", "--runs takes a whole number");
  refused("check " + file + " --seed x", "--seed takes");
  refused("check " + file + " --seed commit:xyz1", "hexadecimal");
  refused("check " + file + " --shard 3/2", "K from 1 to N");
  refused("check " + file + " --shard 2", "K/N");
  refused("check " + file + " --jobs 0", "--jobs takes");
  refused("check " + file + " --time never", "--time takes");
  refused("check " + file + " --json " + file, "nothing would be left of it");
  refused("check --merge " + file, "no report of `lapse check --json`");
  refused("check " + folder.path("missing.yaml"), "missing.yaml");
  auto bad = lapse("check " + folder.write("bad.yaml", "lapse: 1\nstep: []\n") + in(folder));
  CHECK(bad.status == 2);
  CHECK(has(bad.err, "unknown key"));
  auto log = lapse("run " + folder.write("log.yaml", "lapse: 1\nsteps: []\ndecisions: nonsense\n"));
  CAPTURE(log.err);
  CHECK(log.status == 2);
  CHECK(has(log.err, "decision log"));
}

TEST_CASE("check: a folder that cannot be written costs the case, not the verdict") {
  scratch folder;
  auto file = folder.write("tie.yaml", tie);
  auto json = folder.path("report.json");
  auto seen = lapse("check " + file + " --failures /proc/none/failures --json " + json);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 2);
  CHECK(has(seen.out, "FAIL  " + file));
  CHECK(has(seen.err, "--failures names another"));
  CHECK(has(nlohmann::json::parse(read_file(json))["cases"][0]["failed"]["scenario"], "lapse: 1"));
}

TEST_CASE("check: nothing that a scenario holds moves the terminal's cursor") {
  scratch folder;
  auto file = folder.write(
      "odd.yaml",
      "lapse: 1\nsteps:\n  - { create: app, ttl: 1h, expect: { error: \"\\e[31mred\\a\" } }\n");
  auto seen = lapse("check " + file + in(folder));
  CAPTURE(seen.out);
  CHECK(seen.status == 1);
  CHECK(seen.out.find('\x1b') == std::string::npos);
  CHECK(seen.out.find('\a') == std::string::npos);
}

TEST_CASE("check: killed at any time it leaves no half-written file") {
  scratch folder;
  auto file = folder.write("tie.yaml", tie);
  auto json = folder.path("report.json");
  for (const auto* after : {"0.005", "0.02", "0.05", "0.1", "0.3"}) {
    (void)shell("timeout -s KILL " + std::string{after} + " $LAPSE check " + file + in(folder) +
                " --runs 100000 --json " + json + " >/dev/null 2>&1");
    auto seen = shell("for f in " + folder.path("failures") + "/*.json " + json +
                      "; do [ -e $f ] && { python3 -c 'import json,sys; "
                      "json.load(open(sys.argv[1]))' $f || exit 9; }; "
                      "done; exit 0");
    CHECK(seen.status == 0);
  }
}

TEST_CASE("check: an interruption ends the search, and what was found stands") {
  scratch folder;
  auto file = folder.write("sound.yaml", sound);
  auto seen = shell("timeout -s INT 1 $LAPSE check " + file + in(folder) + " --runs 900000000");
  CAPTURE(seen.out, seen.err);
  CHECK(has(seen.err, "interrupted"));
  CHECK(has(seen.out, "cut short of 900000000 runs"));
}
