#pragma once

#include "sim/language/loader.hpp"
// Read before `plan` means two things below.
#include "sim/run/rate_window.hpp"
#include "sim/run/request_writer.hpp"
#include "sim/run/schedule.hpp"
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

/// The plan of a scenario's text; the test fails with the first error if it does not load.
inline lapse::plan::plan load_plan(const std::string& text) {
  auto loaded = load_scenario(text, "test", {});
  if (!loaded)
    FAIL(to_string(loaded.error().front()));
  return *std::move(loaded);
}

} // namespace lapse
