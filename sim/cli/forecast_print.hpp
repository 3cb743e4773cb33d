#pragma once

#include "sim/forecast/forecast.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace lapse::cli {

/// One screen of text.
[[nodiscard]] std::string forecast_text(const forecast::forecast_result& what);

/// `reports/schemas/forecast-1.schema.json`.
[[nodiscard]] nlohmann::ordered_json forecast_json(const forecast::forecast_result& what);

} // namespace lapse::cli
