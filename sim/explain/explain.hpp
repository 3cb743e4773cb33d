#pragma once

#include "sim/explain/explanation.hpp"
#include "sim/plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

namespace lapse::explain {

/// What the user asks about.
struct explain_question {
  std::string handle;
  /// The moment, after the steps of that instant; none: the last step of the scenario at which the
  /// handle's token or lease lives.
  std::optional<instant> at;
  /// As of `run_options`.
  std::optional<std::uint64_t> seed;
};

/// What the user asks about whatever was given out below a path.
struct path_question {
  enum class kind : std::uint8_t {
    prefix, ///< revoke-prefix of the path
    mount,  ///< revoke-prefix of all that a mount gave out
    disable ///< the mount is disabled
  };
  kind what = kind::prefix;
  std::string path;
  /// As above; none: the last step at which anything below the path lives.
  std::optional<instant> at;
  std::optional<std::uint64_t> seed;
};

/// Why there is no answer, in one sentence for the user.
struct explain_error {
  std::string text;
};

/// Explains by experiment: the scenario is run up to that time in fresh simulations, and then the
/// token or lease is really revoked, really renewed, or really left alone. Same plan and question,
/// same answer.
///
/// Example:
///
///     #include "sim/language/loader.hpp"
///     auto story = language::load_scenario(R"(lapse: 1
///     steps:
///       - { create: app, ttl: 1h }
///       - { create: job, as: app, ttl: 4h }
///     )", "story.yaml", {});
///     auto told = explain::explain(*story, {"job", {}, {}});
///     assert(told && told->as_it_stands.at == 1h);
///     assert(told->as_it_stands.reason == "its parent `app` expired");
[[nodiscard]] tl::expected<explanation, explain_error> explain(const plan::plan& what,
                                                               const explain_question& asked);

/// The same of a path: the prefix is really revoked, or the mount really disabled.
[[nodiscard]] tl::expected<path_explanation, explain_error> explain_path(const plan::plan& what,
                                                                         path_question asked);

} // namespace lapse::explain
