#include "sim/language/schema.hpp"

#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace lapse;
using namespace lapse::language;

TEST_CASE("the committed schema is the one the binary prints") {
  std::ifstream stream{source_folder() / "scenarios/schema/lapse-1.schema.json"};
  std::stringstream committed;
  committed << stream.rdbuf();
  // If not: lapse schema > scenarios/schema/lapse-1.schema.json
  CHECK(committed.str() == scenario_schema());
}

TEST_CASE("every key of the schema says what it is for") {
  auto schema = nlohmann::json::parse(scenario_schema());
  auto check = [](const nlohmann::json& definition) {
    for (const auto& [name, property] : definition.at("properties").items()) {
      CAPTURE(name);
      CHECK(property.contains("description"));
    }
  };
  check(schema);
  for (const auto& [name, definition] : schema.at("$defs").items()) {
    CAPTURE(name);
    check(definition);
  }
}

TEST_CASE("every verb and every parameter of a verb is a key of a step") {
  for (const auto& verb : verbs()) {
    CAPTURE(std::string{verb.name});
    CHECK(step_table().find(verb.name) != nullptr);
    for (const auto& [parameter, required, into] : verb.parameters) {
      CAPTURE(std::string{parameter});
      CHECK(step_table().find(parameter) != nullptr);
      CHECK(find_verb(parameter) == nullptr);
    }
  }
}
