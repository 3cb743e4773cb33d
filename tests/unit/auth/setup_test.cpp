#include "actors/auth/make_auth_method.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

using namespace lapse;
using namespace lapse::api;
using namespace lapse::auth;

namespace {

bool takes(const std::vector<field_row>& fields, std::string_view name, field_kind kind) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const field_row& row) { return row.name == name && row.kind == kind; });
}

} // namespace

TEST_CASE("what scenario files set up of an auth method, its paths take") {
  for (const auto& kind : auth_method_kinds()) {
    CAPTURE(std::string{kind.type});
    const auto& setup = kind.setup();
    CHECK(find_login_setup(kind.type) == &setup);
    auto folder = std::string{setup.folder.empty() ? "users" : setup.folder} + "/{";
    auto login = std::string{setup.name_in_path ? "login/" : "login"};
    bool has_principal = false;
    bool has_login = false;
    for (const auto& row : kind.paths().rows()) {
      if (row.pattern.starts_with(folder) && row.pattern.ends_with("}")) {
        has_principal = true;
        for (const auto& key : setup.keys) {
          CAPTURE(std::string{key.name});
          CHECK(takes(row.fields, key.name, key.kind));
        }
      }
      if (!row.pattern.starts_with(login))
        continue;
      has_login = true;
      if (!row.any_fields && !setup.proof_optional)
        CHECK(takes(row.fields, setup.proof, field_kind::text));
      if (!setup.second_proof.empty())
        CHECK(takes(row.fields, setup.second_proof, field_kind::text));
    }
    CHECK(has_principal);
    CHECK(has_login);
  }
}
