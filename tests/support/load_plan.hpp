#pragma once

#include "sim/language/loader.hpp"
// Read before `plan` means two things below.
#include "sim/run/live_run.hpp"
#include "sim/run/rate_window.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lapse {

using namespace document;
using namespace language;
using namespace plan;
using namespace runtime;

/// The plan of a scenario's text; the test fails with all errors if it does not load.
inline lapse::plan::plan load_plan(const std::string& text) {
  auto loaded = load_scenario(text, "test", {});
  if (!loaded) {
    std::string errors;
    for (const auto& error : loaded.error())
      errors += to_string(error) + '\n';
    FAIL(errors);
  }
  return *std::move(loaded);
}

} // namespace lapse
