// `lapse explain --prefix`, `--mount`, `--disable`, and why something lives on.

#include "command.hpp"
#include "refused.hpp"

#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace {

constexpr auto estate = R"(lapse: 1
policies:
  app: |
    path "aws/creds/*" { capabilities = ["read"] }
    path "kv/*" { capabilities = ["read"] }
    path "auth/token/create" { capabilities = ["update", "sudo"] }
auth:
  userpass/: { type: userpass, users: { amy: { token_policies: [app], token_ttl: 8h } } }
secrets:
  aws/: { type: aws, roles: { ci: { default_ttl: 2h }, ops: { default_ttl: 3h } } }
  kv/: { type: kv }
steps:
  - { login: amy, with: userpass/amy }
  - { create: job, as: amy, ttl: 4h, policies: [app] }
  - { create: heir, as: amy, no_parent: true, ttl: 9h, policies: [app] }
  - { read: aws/creds/ci, as: job, save: keys }
  - { read: aws/creds/ops, as: heir, save: ops }
  - { at: 30m, lookup: amy }
  - { at: 10h, lookup: root }
)";

} // namespace

TEST_CASE("explain shows what the revocation of a prefix would end, and what it would not") {
  scratch place;
  const auto file = place.write("e.yaml", estate);
  const auto seen = lapse("explain " + file + " --prefix aws/creds --at 1h");
  CAPTURE(seen.out, seen.err);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "aws/creds: all that was given out below it is revoked\nat 1h, as asked\n"));
  CHECK(has(seen.out, "revoked at 1h by root, it takes 2 leases, in this order\n"));
  CHECK(has(seen.out, "keys  lease     2h "));
  CHECK(has(seen.out, "backend aws/         2 leases, revoked at once\n"));
  CHECK(has(seen.out, "held 1 of these leases, whose end does not end it\n"));
  const auto one = lapse("explain " + file + " --prefix aws/creds/ci/ --at 1h");
  CHECK(has(one.out, "it takes 1 lease, in this order\n"));
  // Whole parts of paths count (R-616).
  CHECK(lapse("explain " + file + " --prefix aws/creds/c").status == 2);
}

TEST_CASE("explain shows what goes with a mount, by its leases and when it is disabled") {
  scratch place;
  const auto file = place.write("e.yaml", estate);
  const auto leases = lapse("explain " + file + " --mount aws --at 1h");
  CAPTURE(leases.out);
  CHECK(has(leases.out, "aws/: all that the mount gave out is revoked\n"));
  CHECK(has(leases.out, "it takes 2 leases"));
  const auto logins = lapse("explain " + file + " --disable auth/userpass --at 1h");
  CAPTURE(logins.out);
  CHECK(has(logins.out, "auth/userpass/: the mount is disabled\n"));
  CHECK(has(logins.out, "disabled at 1h by root, it takes 2 tokens and 1 lease, in this order\n"));
  CHECK(has(logins.out, "made by `amy` with no_parent\n"));
  CHECK(has(logins.out, "belongs to the orphan `heir`, which lives on\n"));
  CHECK(has(lapse("explain " + file + " --disable kv --at 1h").out, "it takes nothing along\n"));
  refused("explain " + file + " --disable aw",
          "no mount `aw/` at that time, did you mean `aws/`?\nmounts: auth/token/, auth/userpass/");
}

TEST_CASE("explain asks about a path when the last of it lives, and says when the most does") {
  scratch place;
  const auto file = place.write("e.yaml", estate);
  const auto seen = lapse("explain " + file + " --prefix aws/creds");
  CAPTURE(seen.out);
  CHECK(has(seen.out, "at 30m, the last step at which anything below it lives\n"));
  refused("explain " + file + " --prefix aws/cred", "nothing was ever given out below `aws/cred`");
}

TEST_CASE("explain knows a path among many, of which it names forty") {
  scratch place;
  std::string text = "lapse: 1\nsecrets:\n  db/: { type: database, roles: {";
  std::string reads;
  for (int i = 100; i < 150; ++i) {
    const auto role = "role" + std::to_string(i);
    text += (i == 100 ? " " : ", ") + role + ": { default_ttl: 1h }";
    reads += "  - { read: db/creds/" + role + " }\n";
  }
  const auto file = place.write("m.yaml", text + " } }\nsteps:\n" + reads);
  // The last of them.
  refused("explain " + file + " --prefix db/creds/rolle149", ", did you mean `db/creds/role149`?");
  refused("explain " + file + " --prefix nowhere", "db/creds/role138 and 11 more\n");
}

TEST_CASE("explain asks about a path while root can ask") {
  scratch place;
  const auto file = place.write("e.yaml", std::string{estate} + "  - { at: 11h, revoke: root }\n");
  CHECK(has(lapse("explain " + file + " --mount auth/userpass").out, "at 30m, the last step at "));
  const auto late = lapse("explain " + file + " --prefix aws/creds --at 12h");
  CHECK(late.status == 2);
  CHECK(has(late.err, "root, which would ask for it, ends at 11h; ask for an earlier time"));
}

TEST_CASE("explain says what stops the disabling of a mount whose backend refuses") {
  scratch place;
  const auto file =
      place.write("e.yaml", std::string{estate} + "  - { at: 11h, backend_down: aws }\n"
                                                  "  - { backend_up: aws }\n"
                                                  "  - { read: aws/creds/ci, save: late }\n"
                                                  "  - { backend_down: aws, only: revoke }\n");
  const auto seen = lapse("explain " + file + " --disable aws --at 11h");
  CAPTURE(seen.out);
  CHECK(seen.status == 0);
  CHECK(has(seen.out, "failed to revoke"));
}

TEST_CASE("explain says of what is below an orphan why it lives on") {
  scratch place;
  const auto seen = lapse("explain " + place.write("e.yaml", estate) + " amy --at 1h");
  CAPTURE(seen.out);
  CHECK(has(seen.out, "made by `amy` with no_parent\n"));
  CHECK(has(seen.out, "belongs to the orphan `heir`, which lives on\n"));
}

TEST_CASE("explain has a ladder of maxima, says which one binds and what raising it would give") {
  scratch place;
  const auto file = place.write("m.yaml", R"(lapse: 1
auth:
  approle/:
    type: approle
    max_lease_ttl: 100h
    roles:
      web: { token_ttl: 1h, token_max_ttl: 50h, token_explicit_max_ttl: 60h }
steps:
  - { login: web, with: approle/web }
  - { create: app, ttl: 1h, explicit_max_ttl: 90h }
)");
  const auto seen = lapse("explain " + file + " web");
  CAPTURE(seen.out);
  CHECK(has(seen.out, "  maxima               role `web` 50h < explicit 60h < mount `auth/approle/`"
                      "\n                       100h < system 32d\n"));
  CHECK(has(seen.out, "role `web` binds (token_max_ttl 50h); raised, explicit\n"
                      "                       would: renewals reach 60h then\n"));
  const auto json = nlohmann::json::parse(lapse("explain " + file + " web --format json").out);
  CHECK(json["maxima"][0]["binds"] == true);
  CHECK(json["maxima"][0]["value"] == "50h");
  CHECK(json["raised"] == "60h");
  const auto app = lapse("explain " + file + " app").out;
  CAPTURE(app);
  CHECK(has(app, "maxima               explicit 90h < system 32d\n"));
}

TEST_CASE("the ladder of maxima has those of users, and of the roles of secrets") {
  scratch place;
  const auto file = place.write("u.yaml", R"(lapse: 1
auth:
  userpass/: { type: userpass, users: { amy: { token_ttl: 1h, token_max_ttl: 5h } } }
  jwt/: { type: jwt, roles: { ci: { token_ttl: 1h, token_max_ttl: 6h } } }
secrets:
  db/: { type: database, max_lease_ttl: 90h, roles: { ro: { default_ttl: 1h, max_ttl: 7h } } }
steps:
  - { login: amy, with: userpass/amy }
  - { login: ci, with: jwt/ci }
  - { read: db/creds/ro, save: keys }
)");
  for (const auto& [handle, ladder] :
       {std::pair{"amy", "role `amy` 5h < system 32d\n"},
        std::pair{"ci", "role `ci` 6h < system 32d\n"},
        std::pair{"keys", "role `ro` 7h < mount `db/` 90h < system"}})
    CHECK(has(lapse("explain " + file + ' ' + handle).out, ladder));
}

TEST_CASE("of maxima that are equal, raising the one that binds gives nothing") {
  scratch place;
  const auto file = place.write("t.yaml", R"(lapse: 1
auth:
  approle/:
    type: approle
    max_lease_ttl: 4h
    roles:
      web: { token_ttl: 1h, token_max_ttl: 4h }
      job: { token_ttl: 1h, token_explicit_max_ttl: 4h }
steps:
  - { login: web, with: approle/web }
  - { login: job, with: approle/job }
)");
  for (const auto& [handle, other] :
       {std::pair{"web", "role `web`"}, std::pair{"job", "explicit"}}) {
    const auto call = "explain " + file + ' ' + handle;
    const auto seen = lapse(call);
    CAPTURE(seen.out);
    CHECK(has(seen.out, std::string{"mount `auth/approle/` 4h = "} + other + " 4h < system 32d"));
    CHECK(has(seen.out, "mount `auth/approle/` binds (max_lease_ttl 4h)"));
    const auto json = nlohmann::json::parse(lapse(call + " --format json").out);
    CHECK(json["maxima"][0]["binds"] == true);
    CHECK(json["raised"] == "4h");
  }
}

TEST_CASE("explain answers about requests and paths in JSON too") {
  scratch place;
  const auto file = place.write("e.yaml", estate);
  const auto asked = [&](const std::string& words) {
    const auto seen = lapse("explain " + file + ' ' + words + " --format json");
    CAPTURE(words, seen.err);
    REQUIRE(seen.status == 0);
    return nlohmann::json::parse(seen.out);
  };
  const auto path = asked("--prefix aws/creds --at 1h");
  CHECK(path["question"] == "prefix");
  CHECK(path["revocation"]["dead"].size() == 2);
  const auto no = asked("--as job --at 1h 'delete aws/creds/ci'");
  CHECK(no["status"] == 403);
  CHECK(no["rule"] == "aws/creds/*");
  CHECK(no["place"]["line"] == 4);
  CHECK(no["refusal"] == nullptr);
  CHECK(asked("--capabilities job --at 1h aws/creds/ci")["capabilities"][0] == "read");
}

TEST_CASE("explain finds the rule in a file of policies") {
  scratch place;
  place.write("web.hcl", "# nothing yet\npath \"kv/a\" {\n  capabilities = [\"read\"]\n}\n");
  const auto file = place.write("f.yaml", R"(lapse: 1
policies: { web: { file: web.hcl } }
secrets: { kv/: { type: kv } }
steps:
  - { create: app, policies: [web] }
  - { write: kv/a, as: app, data: { x: 1 } }
)");
  const auto seen = lapse("explain " + file + " --refusal 1");
  CAPTURE(seen.out);
  CHECK(has(seen.out, "rule       kv/a of web, " + place.path("web.hcl") + ":2:6\n"));
}
