#include "sim/document/read_document.hpp"
#include "sim/language/loader.hpp"
#include "sim/run/runner.hpp"
#include "sim/shrink/shrinker.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::document;
using namespace lapse::shrink;

namespace {

/// A run of it breaks a property, and nothing of the set-up is refused.
std::optional<shrink_case> still_breaks(const shrink_case& one) {
  const auto loaded = language::load_scenario(one.text, "case", {});
  if (!loaded)
    return std::nullopt;
  const auto outcome = run::run_plan(*loaded, {});
  return outcome.setup_errors.empty() && outcome.rules_broken > 0 ? std::optional{one}
                                                                  : std::nullopt;
}

} // namespace

TEST_CASE("fewer clients remain, which hold less and renew in a simpler way") {
  constexpr auto text = R"(lapse: 1
auth:
  approle: { type: approle, roles: { web: { token_ttl: 1h, token_policies: [db] }, other: {} } }
policies:
  db: 'path "database/creds/ro" { capabilities = ["read"] }'
secrets:
  database: { type: database, roles: { ro: {} } }
clients:
  web:
    count: 12
    start: { over: 10m }
    login: approle/web
    holds: { db: database/creds/ro, more: database/creds/ro }
    renew: { at: 1/2, increment: 1h, retry: { first: 5s } }
    restart: { every: 40h }
  bystander: { login: approle/other, count: 5 }
steps:
  - { at: 30m, revoke: web7 }
  - { at: 40m, expect: { "bystander*": alive } }
never:
  - { dead: web7 }
until: 2h
)";
  auto result = shrink::shrink({text, {}}, still_breaks, {});
  CAPTURE(result.best.text);
  const auto document = read_document(result.best.text);
  REQUIRE(document);
  const auto* clients = document->find("clients");
  REQUIRE(clients != nullptr);
  REQUIRE(clients->children.size() == 1);
  const auto& web = clients->children.front();
  CHECK(web.text_of("count") == "7");
  CHECK(web.find("holds") == nullptr);
  CHECK(web.find("restart") == nullptr);
  CHECK((web.find("renew") == nullptr || web.text_of("renew") == "never"));
}
