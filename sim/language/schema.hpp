#pragma once

#include <string>

namespace lapse::language {

/// The JSON Schema (draft 2020-12) of scenario files, made from the loader's key table; ends with a
/// line feed. It refuses every file whose fault is one of shape: unknown or missing keys, wrong
/// types, words and durations. What needs the whole file (handles, mounts, order) the loader
/// checks.
[[nodiscard]] std::string scenario_schema();

} // namespace lapse::language
