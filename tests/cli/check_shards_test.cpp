// `lapse check` on several machines: shards, the engines that start them, and merging to one
// verdict.

#include "check_cases.hpp"
#include "command.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>

using namespace check_cases;

TEST_CASE("check: three shards merged are byte for byte the search without shards") {
  scratch folder;
  for (const auto* text : {tie, sound}) {
    for (const auto* strategy : {"auto", "mix", "exhaustive"}) {
      auto file = folder.write("one.yaml", text);
      auto options = std::string{" --failures '' --runs 200 --strategy "} + strategy + " ";
      auto whole = folder.path("whole.json");
      auto one = lapse("check " + file + options + "--json " + whole);
      std::string parts;
      for (const auto* k : {"1", "2", "3"}) {
        auto part = folder.path(std::string{"part-"} + k + ".json");
        (void)lapse("check " + file + options + "--shard " + k + "/3 --json " + part);
        parts += " " + part;
      }
      auto merged = folder.path("merged.json");
      auto seen = lapse("check --merge" + parts + " --failures '' --json " + merged);
      CAPTURE(strategy, seen.out, seen.err);
      CHECK(seen.status == one.status);
      CHECK(read_file(merged) == read_file(whole));
      CHECK(seen.out == one.out);
      CHECK(!has(seen.out, "shard"));
      // A shard that is missing or there twice is no verdict.
      CHECK(lapse("check --merge " + folder.path("part-1.json") + " " + folder.path("part-3.json"))
                .status == 2);
      CHECK(lapse("check --merge" + parts + " " + folder.path("part-2.json")).status == 2);
    }
  }
}

TEST_CASE("check: the share comes from the engine that started it, and the command line wins") {
  scratch folder;
  auto file = folder.write("sound.yaml", sound);
  auto shard = [&](const std::string& variables, const std::string& more) {
    auto path = folder.path("report.json");
    auto seen = shell(variables + " $LAPSE check " + file + " --runs 30 --failures '' --json " +
                      path + more);
    CAPTURE(seen.err);
    if (seen.status == 2)
      return std::string{"refused"};
    auto json = nlohmann::json::parse(read_file(path));
    return json["shard"].dump() + "/" + json["shards"].dump();
  };
  CHECK(shard("SLURM_ARRAY_TASK_ID=12 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_COUNT=4", "") ==
        "3/4");
  CHECK(shard("SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_STEP=2 "
              "SLURM_ARRAY_TASK_COUNT=5",
              "") == "4/5");
  // One task of an array done again does not know of how many it is.
  CHECK(shard("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=7 SLURM_ARRAY_TASK_COUNT=1", "") ==
        "refused");
  CHECK(shard("LAPSE_SHARDS=16 SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=7 "
              "SLURM_ARRAY_TASK_COUNT=1",
              "") == "7/16");
  CHECK(shard("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=1", "") ==
        "1/1");
  CHECK(shard("JOB_COMPLETION_INDEX=0 LAPSE_SHARDS=8", "") == "1/8");
  CHECK(shard("JOB_COMPLETION_INDEX=0", "") == "refused");
  CHECK(shard("CI_NODE_INDEX=2 CI_NODE_TOTAL=3", "") == "2/3");
  CHECK(shard("CI_NODE_TOTAL=1", "") == "1/1");
  CHECK(shard("BUILDKITE_PARALLEL_JOB=3 BUILDKITE_PARALLEL_JOB_COUNT=4", "") == "4/4");
  CHECK(shard("CI_NODE_INDEX=2 CI_NODE_TOTAL=3", " --shard 1/5") == "1/5");
  CHECK(shard("CI_NODE_INDEX=9 CI_NODE_TOTAL=3", "") == "refused");
}

TEST_CASE("check: an array with a file for each task is not taken for an array of shards") {
  scratch folder;
  for (const auto* name : {"app-6.yaml", "app-7.yaml", "app-8.yaml"})
    folder.write(name, fixed);
  const auto task = std::string{"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=1 "
                                "SLURM_ARRAY_TASK_COUNT=16 $LAPSE check "};
  auto seen = shell(task + folder.path("app-7.yaml") + in(folder));
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "--shard 1/1 searches it whole"));
  CHECK(shell(task + folder.path("app-7.yaml") + " --shard 1/1" + in(folder)).status == 0);
  CHECK(shell(task + folder.path("app-6.yaml") + in(folder)).status == 0);
}

TEST_CASE("check: shards leave kept cases alone, and --merge keeps what failed") {
  scratch folder;
  auto file = folder.write("tie.yaml", tie);
  auto kept = [&](const std::string& name) {
    return shell("ls " + folder.path(name) + " 2>/dev/null").out;
  };
  auto options = " --failures " + folder.path("shards");
  auto whole = lapse("check " + file + " --failures " + folder.path("whole"));
  CHECK(!kept("whole").empty());
  std::string parts;
  for (const auto* k : {"1", "2"}) {
    auto part = folder.path(std::string{"part-"} + k + ".json");
    auto seen = lapse("check " + file + options + " --shard " + k + "/2 --json " + part);
    CHECK(seen.status == 1);
    parts += " " + part;
  }
  CHECK(kept("shards").empty());
  auto merged = lapse("check --merge" + parts + options);
  CAPTURE(merged.out);
  CHECK(kept("shards") == kept("whole"));
  CHECK(shell("diff -r " + folder.path("shards") + " " + folder.path("whole")).status == 0);
  CHECK(has(merged.out, "again:  lapse run " + folder.path("shards")));
  auto again = lapse("check " + file + options + " --shard 1/2");
  CHECK(!has(again.out, "kept:"));
}

TEST_CASE("check: a shard's verdict is of its part, and merging names what differs") {
  scratch folder;
  auto file = folder.write("fixed.yaml", fixed);
  for (const auto* strategy : {"auto", "exhaustive"}) {
    auto seen = lapse("check " + file + " --shard 2/3 --strategy " + strategy + in(folder));
    CAPTURE(seen.out);
    CHECK(seen.status == 0);
    CHECK(has(seen.out, "shard 2/3: "));
    CHECK(!has(seen.out, "0 traces"));
  }
  auto a = folder.path("a.json");
  auto b = folder.path("b.json");
  (void)lapse("check " + file + " --shard 1/2 --seed 1 --json " + a + in(folder));
  (void)lapse("check " + file + " --shard 2/2 --seed 2 --json " + b + in(folder));
  auto merged = lapse("check --merge " + a + " " + b);
  CHECK(merged.status == 2);
  CHECK(has(merged.err, "of different searches: seed 1 and 2\n"));
}

TEST_CASE("check: an exhaustive search of many histories comes to the same over shards") {
  scratch folder;
  auto file =
      folder.write("crowd.yaml", "lapse: 1\nsteps:\n  - { create: a, ttl: 1h }\n"
                                 "  - together: [ { renew: a }, { renew: a }, { renew: a }, "
                                 "{ renew: a } ]\n");
  for (const auto* budget : {"100000", "300"}) {
    auto options = std::string{" --failures '' --strategy exhaustive --runs "} + budget;
    auto one = lapse("check " + file + options + " --json " + folder.path("whole.json"));
    std::string parts;
    for (const auto* k : {"1", "2"}) {
      auto part = folder.path(std::string{"part-"} + k + ".json");
      (void)lapse("check " + file + options + " --shard " + k + "/2 --json " + part);
      parts += " " + part;
    }
    auto seen = lapse("check --merge" + parts + " --json " + folder.path("merged.json"));
    CAPTURE(budget, one.out, seen.out);
    CHECK(seen.status == one.status);
    if (one.status == 0)
      CHECK(read_file(folder.path("merged.json")) == read_file(folder.path("whole.json")));
    else
      CHECK(has(seen.out, "not complete"));
  }
}

TEST_CASE("check: shards of different texts, and files that are no reports, are not merged") {
  scratch folder;
  auto file = folder.write("one.yaml", sound);
  auto options = " --runs 10 --failures '' --shard ";
  (void)lapse("check " + file + options + "1/2 --json " + folder.path("a.json"));
  folder.write("one.yaml", std::string{sound} + "until: 1m\n");
  (void)lapse("check " + file + options + "2/2 --json " + folder.path("b.json"));
  auto seen = lapse("check --merge " + folder.path("a.json") + " " + folder.path("b.json"));
  CHECK(seen.status == 2);
  CHECK(has(seen.err, "different texts"));
  CHECK(lapse("check --merge /dev/zero").status == 2);
  CHECK(lapse("check --merge .").status == 2);
}
