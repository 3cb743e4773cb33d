#include "sim/rulebook/rulebook.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <string>

using namespace lapse;
using namespace lapse::rulebook;

TEST_CASE("each rule has one number, a short title, a text and a source") {
  std::set<std::string> numbers;
  for (const auto& rule : server_rules()) {
    const auto number = to_string(rule.number);
    CAPTURE(number);
    CHECK(numbers.insert(number).second);
    CHECK_FALSE(rule.title.empty());
    CHECK(rule.title.size() <= 70);
    CHECK_FALSE(rule.text.empty());
    CHECK_FALSE(rule.source.empty());
    CHECK(find_rule(rule.number) == &rule);
    // Fields stand at the end of an entry, or the reader would have left them in the text.
    for (const auto* field : {"- Source", "- Seen", "- Not modelled", "- Modelled"})
      CHECK(rule.text.find(field) == std::string::npos);
    for (const auto& part : rule.missing_parts) {
      CHECK_FALSE(part.part.empty());
      CHECK_FALSE(part.reason.empty());
    }
    CHECK((rule.not_modelled.empty() || rule.missing_parts.empty()));
  }
  CHECK(numbers.size() > 390);
}

TEST_CASE("an entry's fields are read whole, over several lines too") {
  const auto* walk = find_rule({'R', 511});
  REQUIRE(walk != nullptr);
  CHECK(walk->title == "Order of the walk");
  CHECK(walk->text.starts_with("The walk keeps an explicit stack."));
  CHECK(walk->source == "TS `revokeTreeInternal` [C]");
  CHECK(walk->not_modelled.empty());

  const auto* audit = find_rule({'R', 310});
  REQUIRE(audit != nullptr);
  REQUIRE(audit->missing_parts.size() == 1);
  CHECK(audit->missing_parts[0].part == "the 500 of a use that lost the race");
  CHECK(audit->missing_parts[0].reason ==
        "a token meets its requests one by one, so the late one gets the 403");
}

TEST_CASE("a heading inside a block of code opens no entry") {
  const auto* calculation = find_rule({'R', 231});
  REQUIRE(calculation != nullptr);
  CHECK(calculation->text.find("# explicitMax itself") != std::string::npos);
  CHECK(calculation->text.find("W2: ") != std::string::npos);
}

TEST_CASE("a number that no rule has is not found") {
  CHECK(find_rule({'R', 230}) == nullptr);
  CHECK(find_rule({'E', 511}) == nullptr);
}

TEST_CASE("every tag and short name of a source is explained") {
  for (const auto& rule : server_rules()) {
    CAPTURE(to_string(rule.number), rule.source);
    const auto legend = legend_of(rule.source);
    for (const auto* tag : {"[C]", "[T]", "[X]", "[D]", "[L]"})
      CHECK((rule.source.find(tag) != std::string::npos) ==
            (std::ranges::count(legend, tag, &legend_entry::name) == 1));
  }
  const auto legend = legend_of("EX `Renew`; `TestEXTRA`; LSP `leases/revoke` [C]");
  REQUIRE(legend.size() == 3);
  CHECK(legend[0].name == "[C]");
  CHECK(legend[0].meaning == "read directly in the named function");
  CHECK(legend[1].name == "EX");
  CHECK(legend[1].meaning == "`internal/vault/expiration.go`");
  CHECK(legend[2].name == "LSP");
}
