#include "tests/unit/rules/rule_story.hpp"

using namespace lapse;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

void with(rule_story& s, std::uint64_t id, std::uint64_t maker, names policies,
          const char* role = nullptr) {
  auto e = s.made(id, maker);
  e.policies = std::make_shared<const names>(std::move(policies));
  if (role != nullptr)
    e.role = std::make_shared<const std::string>(role);
  s.tell(e);
}

void write_policy(rule_story& s, std::string name, std::string text) {
  request what;
  what.op = operation::update;
  what.path = "sys/policies/acl/" + std::move(name);
  what.body = {{"policy", std::move(text)}};
  s.received(std::move(what));
  s.answered();
}

} // namespace

TEST_CASE("a policy that the maker does not have breaks L09 (R-1619)") {
  rule_story s;
  with(s, 1, 0, {"default", "dev"});
  with(s, 2, 1, {"default", "ops"});
  CHECK(s.broken() == lines{"L09: at 0s: t2 has policies that its maker t1 does not have"});
}

TEST_CASE(
    "a subset of the maker's policies keeps all rules, and so does whatever a root token gives") {
  rule_story s;
  with(s, 1, 0, {"root"});
  with(s, 2, 1, {"default", "dev", "ops"});
  with(s, 3, 2, {"default", "ops"});
  with(s, 4, 3, {});
  CHECK(s.broken() == lines{});
}

TEST_CASE("roles and makers with sudo give out any policy (R-202, R-226)") {
  rule_story s;
  write_policy(s, "Admin", R"(path "auth/token/create" { capabilities = ["update", "sudo"] })");
  write_policy(s, "dev", R"(path "auth/token/create" { capabilities = ["update"] })");
  with(s, 1, 0, {"admin"});
  with(s, 2, 1, {"ops"});
  with(s, 3, 0, {"dev"});
  with(s, 4, 3, {"ops"}, "deploy");
  CHECK(s.broken_so_far() == lines{});
  with(s, 5, 3, {"ops"});
  CHECK(s.evidence("L09") == "at 0s: t5 has policies that its maker t3 does not have");
}
