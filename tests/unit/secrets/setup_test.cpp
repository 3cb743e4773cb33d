#include "actors/secrets/make_engine.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

using namespace lapse;
using namespace lapse::api;
using namespace lapse::runtime;
using namespace lapse::secrets;

namespace {

const engine_paths::row* path_below(const engine_paths& paths, std::string_view folder) {
  for (const auto& row : paths.rows())
    if (row.pattern.starts_with(folder) && row.pattern.find('{') != std::string_view::npos)
      return &row;
  return nullptr;
}

} // namespace

TEST_CASE("what scenario files set up of an engine, its paths take") {
  std::size_t known = 0;
  for (const auto& kind : secrets_engine_kinds()) {
    if (kind.setup == nullptr)
      continue;
    ++known;
    CAPTURE(std::string{kind.type});
    const auto& setup = kind.setup();
    CHECK(find_secrets_setup(kind.type) == &setup);
    CHECK(setup.gives_out.empty() == setup.role_keys.empty());
    if (setup.role_keys.empty())
      continue;
    const auto* role = path_below(kind.paths(), "roles/");
    REQUIRE(role != nullptr);
    for (const auto& key : setup.role_keys) {
      CAPTURE(std::string{key.name});
      CHECK_FALSE(key.doc.empty());
      auto field = std::find_if(role->fields.begin(), role->fields.end(),
                                [&](const field_row& row) { return row.name == key.name; });
      REQUIRE(field != role->fields.end());
      CHECK(field->kind == key.kind);
    }
    const auto* out = path_below(kind.paths(), setup.gives_out);
    REQUIRE(out != nullptr);
    auto wanted = setup.by_write ? operation::update : operation::read;
    CHECK(std::any_of(out->operations.begin(), out->operations.end(),
                      [&](const auto& one) { return one.first == wanted; }));
  }
  CHECK(known == 6);
}
