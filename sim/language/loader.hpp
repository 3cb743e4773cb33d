#pragma once

#include "sim/document/load_error.hpp"
#include "sim/language/load_options.hpp"
#include "sim/plan/plan.hpp"

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace lapse::language {

/// Compiles a scenario, or says everything that is wrong with it, in order of position and at most
/// `load_errors_max` and a count. `file_name` is used in messages only.
///
/// Example:
///
///     auto good = language::load_scenario("lapse: 1\nsteps: [ { create: app, ttl: 1h } ]",
///     "a.yaml", {}); assert(good && good->steps.size() == 1); auto bad =
///     language::load_scenario("lapse: 1\nsteps: [ { creat: app } ]", "b.yaml", {});
///     assert(to_string(bad.error().front()) ==
///            "b.yaml:2:12: unknown key `creat` in a step, did you mean `create`?");
[[nodiscard]] tl::expected<plan::plan, std::vector<document::load_error>>
load_scenario(std::string_view text, std::string_view file_name, const load_options& options);

/// The text of a scenario file; of one over 16 MB only a little more than that, enough to be
/// refused. A file that cannot be read (missing, a folder) is an error at 1:1.
[[nodiscard]] tl::expected<std::string, std::vector<document::load_error>>
read_scenario_file(const std::string& path);

/// `load_scenario` for a file; `options.folder` defaults to the file's folder. A file that cannot
/// be read (missing, a folder, over 16 MB) is an error at 1:1.
[[nodiscard]] tl::expected<plan::plan, std::vector<document::load_error>>
load_scenario_file(const std::string& path, const load_options& options);

} // namespace lapse::language
