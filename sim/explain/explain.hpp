#pragma once

#include "sim/explain/explanation.hpp"
#include "sim/plan/plan.hpp"

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

} // namespace lapse::explain
