#include "sim/document/read_document.hpp"
#include "sim/document/write_document.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace lapse;
using namespace lapse::document;

namespace {

// Written and read again; the text is the second one.
std::string rewritten(const std::string& text) {
  auto document = read_document(text);
  REQUIRE(document);
  return write_document(*document);
}

} // namespace

TEST_CASE("the writer's style is that of the shipped scenarios") {
  constexpr auto text = R"(lapse: 1
name: cloud keys die with the app's token

policies:
  deploy: |
    path "aws/creds/deploy"  { capabilities = ["read"] }
    path "auth/token/create" { capabilities = ["update"] }

secrets:
  aws/:
    type: aws
    roles:
      deploy: { default_ttl: 9h, max_ttl: 12h }

steps:
  - create: app
    ttl: 30m..1h
    policies: [deploy]
    meta: { owner: team-a }
  - repeat:
      times: 3
      steps:
        - create: job{i}
          as: app
  - together:
      - revoke: app
      - read: aws/creds/deploy
        as: job1
        save: keys
        expect: { lease_duration: 9h, renewable: true }
  - at: 1h1s
    expect: { app: expired, job1: { state: revoked, because: app } }

always:
  - { alive: app, from: 0s, to: 55m }
  - { leases: { at_most: 256000 } }
)";
  CHECK(rewritten(text) == text);
}

TEST_CASE("texts that YAML could take for something else keep their quotes, others lose them") {
  constexpr auto text = R"(lapse: 1
steps:
  - write: secret/a
    data: { a: "1", b: 'true', c: "word", d: "1h..2h", e: "", f: ~, g: "null", h: " x ", i: "it's",
            j: "a: b", k: "a #b", l: "- a", m: "tab\tand\\", n: "two\nlines\n", o: "{app}", p: '"' }
)";
  auto document = read_document(text);
  REQUIRE(document);
  auto written = write_document(*document);
  CAPTURE(written);
  auto again = read_document(written);
  REQUIRE(again);
  const auto& before = *document->find("steps")->children[0].find("data");
  const auto& after = *again->find("steps")->children[0].find("data");
  REQUIRE(before.children.size() == after.children.size());
  for (std::size_t i = 0; i < before.children.size(); ++i) {
    CAPTURE(before.children[i].key);
    CHECK(before.children[i].text == after.children[i].text);
    CHECK(before.children[i].what == after.children[i].what);
  }
  CHECK(written.find("word\n") != std::string::npos);
  CHECK(written.find("\"1\"") != std::string::npos);
  CHECK(written.find("\"true\"") != std::string::npos);
  CHECK(written.find("\"1h..2h\"") != std::string::npos);
}

TEST_CASE("what is no mapping, or has a key twice or a tag, is no document") {
  CHECK_FALSE(read_document(""));
  CHECK_FALSE(read_document("a"));
  CHECK_FALSE(read_document("[1, 2]"));
  CHECK_FALSE(read_document("a: 1\na: 2\n"));
  CHECK_FALSE(read_document("a: !!str 1\n"));
  CHECK_FALSE(read_document("a: [1\n"));
}

TEST_CASE("nodes know the places of their keys and values") {
  auto document = read_document("a: 1\nb:\n  - { c: x }\n");
  REQUIRE(document);
  const auto& c = document->find("b")->children[0].children[0];
  CHECK(c.key == "c");
  CHECK(c.key_at == file_position{3, 7});
  CHECK(c.at == file_position{3, 10});
  CHECK(document->find("a")->key_at == file_position{1, 1});
}

TEST_CASE("an alias is a copy of what it stands for, wherever its anchor stands") {
  auto document = read_document("a: &whole { b: [1, &inner { c: &leaf x }] }\n"
                                "d: *inner\n"
                                "e: [*leaf, *whole]\n");
  REQUIRE(document);
  CHECK(document->find("d")->text_of("c") == "x");
  const auto& e = *document->find("e");
  REQUIRE(e.children.size() == 2);
  CHECK(e.children[0].text == "x");
  CHECK(e.children[1].find("b")->children[1].text_of("c") == "x");
  CHECK(e.children[1].key.empty());
  // A change of one leaves the others alone.
  document->find("d")->find("c")->text = "y";
  CHECK(document->find("a")->find("b")->children[1].text_of("c") == "x");
}

TEST_CASE("an alias of what a wrong key held is refused without a crash") {
  CHECK_FALSE(read_document("? &k [1, &n 2]\n: 3\na: *k\n"));
  CHECK_FALSE(read_document("<<: &k { x: 1 }\na: *k\n"));
  CHECK_FALSE(read_document("a: &k [*k]\n"));
}

TEST_CASE("numbers of nodes count from 1 in file order") {
  auto document = read_document("a: { b: 1 }\nc: [2]\n");
  REQUIRE(document);
  CHECK(document->id == 1);
  CHECK(document->find("a")->id == 2);
  CHECK(document->find("a")->find("b")->id == 3);
  CHECK(document->find("c")->children[0].id == 5);
}

TEST_CASE("a document that is built is written like one that was read") {
  auto scenario = map_with("lapse", "1");
  auto step = map_with("create", "app");
  step.add("policies", sequence_of({plain_value("maker")}));
  step.add("id", quoted_value("1"));
  scenario.add("steps", sequence_of({step}));
  CHECK(write_document(scenario) == "lapse: 1\n\nsteps:\n  - create: app\n    policies: [maker]\n"
                                    "    id: \"1\"\n");
}
