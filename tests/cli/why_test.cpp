// Whether a refusal tells its reason, and what nobody spoke of is said, in each format.

#include "command.hpp"
#include "failing_cases.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <sstream>
#include <string>

using namespace failing_cases;

namespace {

constexpr auto typo = R"(lapse: 1
policies:
  pod: path "database/cred/app" { capabilities = ["read"] }
auth:
  kubernetes/: { type: generic, roles: { pod: { token_ttl: 1h, token_policies: [pod] } } }
secrets:
  database/: { type: database, roles: { app: { default_ttl: 1h } } }
steps:
  - { login: pod, with: kubernetes/pod }
  - { read: database/creds/app, as: pod, save: db }
)";
constexpr auto typo_why = "no policy of it has a rule for this path; the nearest is "
                          "`database/cred/app` of policy `pod`";

} // namespace

TEST_CASE("a run that passes says what was refused unspoken, and that nothing was expected") {
  scratch place;
  auto file = place.write("typo.yaml", typo);
  auto seen = lapse("run " + file + " --report junit=" + place.path("j.xml") + " --report json=" +
                    place.path("r.json") + " --report md=" + place.path("r.md"));
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, std::string{"1 request refused, first: 403 read database/creds/app as pod "
                                  "(line 10): "} +
                          typo_why));
  CHECK(has(seen.out, "nothing was expected of this run"));
  pugi::xml_document xml;
  REQUIRE(xml.load_file(place.path("j.xml").c_str()));
  CHECK(has(xml.select_node("//system-out").node().text().get(), typo_why));
  auto json = nlohmann::json::parse(read_file(place.path("r.json")));
  CHECK(json["result"]["unspoken_refusals"] == 1);
  CHECK(json["result"]["properties"] == 0);
  CHECK(has(plain(read_file(place.path("r.md"))), plain(typo_why)));
  auto text = lapse("run " + file);
  CHECK(has(plain(text.out), std::string{"permission denied: "} + plain(typo_why)));
  auto page = lapse("run " + file + " --report html");
  CHECK(has(plain(page.out), "because " + plain(typo_why)));
}

TEST_CASE("strict makes a failure of what nobody spoke of") {
  scratch place;
  auto file = place.write("typo.yaml", typo);
  auto seen = lapse("run " + file + " --strict");
  CHECK(seen.status == 1);
  CHECK(has(plain(seen.out), plain(typo_why)));
  CHECK(has(plain(seen.out), "nothing was expected of this run"));
  CHECK(lapse("run " + place.write("s.yaml", std::string{typo} + "strict: true\n")).status == 1);
  auto spoken = std::string{typo} + "    expect: { status: 403 }\n";
  spoken.replace(spoken.find("save: db }\n"), 11, "save: db,\n");
  spoken.replace(spoken.find("    expect"), 4, "      ");
  CHECK(lapse("run " + place.write("t.yaml", spoken + "    }\nstrict: true\n")).status == 0);
}

TEST_CASE("an expectation of many handles fails once") {
  scratch place;
  auto file = place.write("many.yaml", "lapse: 1\nsteps:\n"
                                       "- repeat: { times: 8, steps: [ { create: \"a{i}\" } ] }\n"
                                       "- expect: { \"a*\": expired }\n");
  auto seen = lapse("run " + file + " --report junit=" + place.path("j.xml"));
  CHECK(has(seen.out, "1 expectation, 1 failed"));
  pugi::xml_document xml;
  REQUIRE(xml.load_file(place.path("j.xml").c_str()));
  CHECK(std::string{xml.select_node("//testsuite").node().attribute("tests").value()} == "1");
}

TEST_CASE("explain tells which rule refused a request, where it stands and what would let it in") {
  scratch place;
  auto file = place.write("typo.yaml", typo);
  auto seen = lapse("explain " + file + " --refusal 1");
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "refusal 1 of 1, at 0s: read database/creds/app as pod\n"));
  CHECK(has(plain(seen.out), plain(typo_why)));
  CHECK(has(seen.out, "database/cred/app of pod, " + file + ":3:"));
  CHECK(has(seen.out, "`read` in a rule for database/creds/app"));
  CHECK(lapse("explain " + file + " --refusal 2").status == 2);
  CHECK(lapse("explain " + file + " --refusal 0").status == 2);
}

TEST_CASE("explain asks a request, and for capabilities, as somebody at some time") {
  scratch place;
  auto file = place.write("typo.yaml", typo);
  auto no = lapse("explain " + file + " --as pod 'list database/creds'");
  CHECK(has(no.out, "no policy of it has a rule"));
  auto yes = lapse("explain " + file + " --as pod 'read auth/token/lookup-self'");
  CHECK(has(yes.out, "200"));
  CHECK(has(yes.out, "granted by default"));
  auto dead = lapse("explain " + file + " --at 2h --as pod 'read auth/token/lookup-self'");
  CAPTURE(dead.out, dead.err);
  CHECK(has(dead.out, "`pod` expired at 1h"));
  auto can = lapse("explain " + file + " --capabilities pod database/cred/app");
  CHECK(has(can.out, "pod has read on database/cred/app"));
  auto cannot = lapse("explain " + file + " --capabilities pod database/creds/app");
  CHECK(has(cannot.out, "pod has deny on database/creds/app"));
  CHECK(lapse("explain " + file + " --as nobody 'read x'").status == 2);
  CHECK(lapse("explain " + file + " --as pod 'look x'").status == 2);
  CHECK(lapse("explain " + file + " --as pod").status == 2);
}

TEST_CASE("a job of GitHub Actions gets errors beside lines, and a page") {
  scratch place;
  auto bad = place.write("bad.yaml", "lapse: 1\nstep: 1\n");
  auto fails = place.write("f.yaml", failing[2].text);
  auto page = place.path("page.md");
  auto seen = shell("GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=" + page + " \"$LAPSE\" run " + bad +
                    " " + fails);
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 2);
  CHECK(has(seen.out, "::error file=" + bad + ",line=2,col=1::unknown key"));
  CHECK(has(seen.out, "::error file=" + fails + ",line=5,col="));
  CHECK(has(plain(seen.out), failing[2].cause));
  // Of a file in the repository the path from its top, wherever the command is started.
  const auto top = bad.substr(0, bad.rfind('/'));
  seen = shell("(L=$(realpath \"$LAPSE\") && cd " + top.substr(0, top.rfind('/')) +
               " && GITHUB_ACTIONS=true GITHUB_WORKSPACE=" + top + " \"$L\" run ." +
               top.substr(top.rfind('/')) + "/bad.yaml)");
  CAPTURE(seen.out, seen.err);
  CHECK(has(seen.err, "::error file=bad.yaml,line=2,col=1::unknown key"));
  auto text = read_file(page);
  CAPTURE(text);
  CHECK(has(text, "### lapse run"));
  CHECK(has(plain(text), failing[2].cause));
  CHECK(has(text, "unknown key"));
  CHECK(shell("GITHUB_STEP_SUMMARY=/nowhere/x \"$LAPSE\" run " + fails).status == 2);
}

TEST_CASE("strict fails warnings in answers of which no `expect` speaks, and says the first") {
  scratch folder;
  const std::string typed = "lapse: 1\nsteps:\n"
                            "  - { create: app, policies: [webb], ttl: 1h";
  const auto silent = folder.write("silent.yaml", typed + ", expect: { status: 200 } }\n");
  const auto seen = lapse("run --strict " + silent);
  CHECK(seen.status == 1);
  CHECK(has(plain(seen.out), "1 warning; first: line 3: Policy \"webb\" does not exist"));
  CHECK(lapse("run " + silent).status == 0);
  const auto spoken =
      folder.write("spoken.yaml", typed + ", expect: { status: 200, warnings: webb } }\n");
  CHECK(lapse("run --strict " + spoken).status == 0);
}

TEST_CASE("failures of one cause stand together, in text, Markdown and HTML") {
  scratch place;
  const auto file = place.write("f.yaml", R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - { create: job, as: app, ttl: 4h }
  - { at: 2h, expect: { app: alive, job: alive } }
always:
  - { alive: job }
)");
  for (const std::string format : {"text", "md", "html"}) {
    const auto seen = plain(lapse("run " + file + " --report " + format).out);
    CAPTURE(format, seen);
    CHECK(has(seen, "3 failures, one cause"));
    CHECK(has(seen, "'app' expired at 1h: its own TTL ran out"));
  }
  lapse("run " + file + " --report junit=" + place.path("j.xml"));
  pugi::xml_document xml;
  REQUIRE(xml.load_file(place.path("j.xml").c_str()));
  const auto suite = xml.select_node("//testsuite").node();
  CHECK(std::string{suite.attribute("failures").value()} == "3");
  const auto json = nlohmann::json::parse(lapse("run " + file + " --report json").out);
  REQUIRE(json["failures"].size() == 3);
  for (const auto& failure : json["failures"])
    CHECK(failure["cause"] == "`app` expired at 1h: its own TTL ran out");
}

TEST_CASE("a maximum names what sets it and its key") {
  scratch place;
  const auto end_of = [&](const std::string& text) {
    const auto seen = lapse("run " + place.write("m.yaml", "lapse: 1\n" + text));
    return plain(seen.out);
  };
  CHECK(has(end_of("secrets:\n"
                   "  db/: { type: database, roles: { app: { default_ttl: 1h, max_ttl: 2h } } }\n"
                   "steps:\n"
                   "  - { read: db/creds/app, save: k }\n"
                   "  - { at: 30m, renew_lease: k, increment: 9h }\n"
                   "  - { at: 3h, expect: { k: expired } }\n"),
            "it reached the maximum TTL of role 'app' (max_ttl 2h)"));
  CHECK(has(end_of("secrets:\n  db/: { type: database, max_lease_ttl: 2h, roles: { app: "
                   "{ default_ttl: 1h } } }\n"
                   "steps:\n"
                   "  - { read: db/creds/app, save: k }\n"
                   "  - { at: 30m, renew_lease: k, increment: 9h }\n"
                   "  - { at: 3h, expect: { k: expired } }\n"),
            "it reached the maximum TTL of mount 'db/' (max_lease_ttl 2h)"));
  CHECK(has(end_of("steps:\n"
                   "  - { create: a, ttl: 1h, explicit_max_ttl: 2h }\n"
                   "  - { at: 30m, renew: a, increment: 9h }\n"
                   "  - { at: 3h, expect: { a: expired } }\n"),
            "it reached its explicit maximum TTL (explicit_max_ttl 2h)"));
}

TEST_CASE("what is not there does not hide a refusal that follows") {
  scratch place;
  const auto file = place.write("n.yaml", R"(lapse: 1
secrets: { kv/: { type: kv } }
policies: { p: 'path "kv/a" { capabilities = ["read"] }' }
steps:
  - { create: app, policies: [p] }
  - { read: kv/a, as: app }
  - { read: kv/b, as: app }
)");
  const auto seen = lapse("run " + file + " --report junit=" + place.path("j.xml"));
  CHECK(has(seen.out, "2 requests refused, first: 403 read kv/b as app (line 7)"));
}

TEST_CASE("a refusal says which policy was deleted, and when") {
  scratch place;
  const auto file = place.write("d.yaml", R"(lapse: 1
secrets: { kv/: { type: kv } }
policies: { p: 'path "kv/a" { capabilities = ["read"] }' }
steps:
  - { create: app, policies: [p, q] }
  - { at: 1h, delete_policy: p }
  - { at: 2h, read: kv/a, as: app, expect: { status: 200 } }
)");
  const auto seen = plain(lapse("run " + file).out);
  CAPTURE(seen);
  CHECK(has(seen, "its policy 'p' was deleted at 1h; its policy 'q' does not exist"));
}

TEST_CASE("the line of a run shows its warnings, and an error of strict has its line") {
  scratch place;
  const auto file = place.write("w.yaml", R"(lapse: 1
steps:
  - { create: app, policies: [webb], ttl: 1h, expect: { status: 200 } }
)");
  CHECK(has(lapse("run " + file + " --report junit=" + place.path("j.xml")).out,
            "; 1 warning, first: `" + file + ":3: Policy \"webb\" does not exist`"));
  const auto seen = shell("GITHUB_ACTIONS=true \"$LAPSE\" run --strict " + file);
  CHECK(has(seen.err, "::error file=" + file + ",line=3::strict"));
}

TEST_CASE("requests that a fault kept from the server are counted apart") {
  scratch place;
  const auto file = place.write("o.yaml", R"(lapse: 1
steps:
  - { outage: { for: 1h } }
  - { request: { method: GET, path: sys/health }, external: true, expect: { status: 503 } }
  - { at: 2h, request: { method: GET, path: nowhere } }
)");
  const auto seen = plain(lapse("run " + file).out);
  CAPTURE(seen);
  CHECK(has(seen, "2 requests: 1 refused, 1 kept from the server by a fault"));
  const auto json = nlohmann::json::parse(lapse("run " + file + " --report json").out);
  CHECK(json["result"]["unreached_requests"] == 1);
}

TEST_CASE("`leases` counts lease records and `secret_leases` those of secrets, everywhere") {
  scratch place;
  const auto file = place.write("l.yaml", R"(lapse: 1
secrets: { db/: { type: database, roles: { app: { default_ttl: 1h } } } }
steps:
  - { create: app, ttl: 1h }
  - { read: db/creds/app, as: app, save: k }
  - expect: { leases: 2, secret_leases: 1 }
)");
  const auto text = lapse("run " + file);
  CAPTURE(text.out);
  CHECK(text.status == 0);
  CHECK(has(text.out, "1 secret lease: 1 alive"));
  CHECK(has(text.out, "2 lease records, those of tokens included (`leases`)"));
  const auto json = nlohmann::json::parse(lapse("run " + file + " --report json").out);
  CHECK(json["result"]["leases"] == 2);
  CHECK(json["result"]["secret_leases"] == 1);
  const auto metrics = lapse("run " + file + " --report openmetrics").out;
  CHECK(has(metrics, "lapse_leases 2\n"));
  CHECK(has(metrics, "lapse_secret_leases 1\n"));
  CHECK(has(lapse("run " + file + " --report csv").out, ",leases,secret_leases,"));
}

TEST_CASE("a text report has at most 80 columns") {
  scratch place;
  for (const auto& one : failing) {
    const auto seen = lapse("run " + place.write("f.yaml", one.text));
    std::istringstream lines{seen.out};
    for (std::string line; std::getline(lines, line);)
      // The path of the file is as long as it is.
      if (!has(line, "f.yaml")) {
        CAPTURE(line);
        CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }) <=
              80);
      }
  }
}
