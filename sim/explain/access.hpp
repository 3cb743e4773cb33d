#pragma once

#include "sim/explain/explain.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace lapse::explain {

/// One request of a scenario, made or imagined: whether it was let in, and what decided that.
struct explained_access {
  /// Of those refused, from 1, and how many there are; 0: an imagined request.
  std::uint64_t number = 0;
  std::uint64_t refusals = 0;
  instant at{0};
  std::string who;
  std::string what; ///< operation and path
  int status = 0;
  std::string error; ///< as people read it
  /// Why it got no further than the door, as a clause; empty: it was let in, or its error says it.
  std::string why;
  std::string remedy; ///< what would let it in; empty: nothing simple would
  std::string rule;   ///< that decided, or is nearest; empty: none
  /// Those that have the rule, or, if it was let in, those that grant it.
  std::string policies;
  /// All that the token holds, of itself and by its entity.
  std::string held;
};

/// Whether a request can be asked for with it: `read`, `list`, `write`, …
[[nodiscard]] bool is_access_verb(std::string_view verb) noexcept;

/// The `number`th request, from 1, that the server refused in the whole run.
[[nodiscard]] tl::expected<explained_access, explain_error>
explain_refusal(const plan::plan& what, std::uint64_t number, std::optional<std::uint64_t> seed);

/// A request that a handle's token might make.
struct access_question {
  std::string handle; ///< `none`: without a token
  /// After the steps of that instant; none: after the last step.
  std::optional<instant> at;
  std::string verb; ///< see `is_access_verb`
  std::string path;
  std::optional<std::uint64_t> seed;
};

/// Runs the scenario up to that time and then really makes the request.
[[nodiscard]] tl::expected<explained_access, explain_error>
explain_access(const plan::plan& what, const access_question& asked);

/// What a handle's token may do with a path, as `sys/capabilities` answers, and the rule that says
/// so; for a token without any, what refuses a read. `asked.verb` is not used.
[[nodiscard]] tl::expected<std::pair<std::vector<std::string>, explained_access>, explain_error>
explain_capabilities(const plan::plan& what, access_question asked);

} // namespace lapse::explain
