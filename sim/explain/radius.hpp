#pragma once

#include "sim/explain/explanation.hpp"
#include "sim/explain/what_if.hpp"

#include <string>
#include <variant>

namespace lapse::explain {

/// Everything below a path that a request of root revokes.
struct path_revocation {
  std::string path; ///< without a final `/`
  std::string method;
  std::string request;
  nlohmann::json body;
};

/// A token or lease by its handle, or what lies below a path.
using revocation = std::variant<std::string, path_revocation>;

/// What is revoked in one world and left alone in another: what died in the first alone is what the
/// revocation takes along.
[[nodiscard]] blast_radius explain_radius(const plan::plan& what, std::optional<std::uint64_t> seed,
                                          const run_moment& when, const revocation& how);

/// Whether something was made at the path or below it: whole parts of paths count.
[[nodiscard]] bool lies_below(const lives::life_record& life, std::string_view path);

} // namespace lapse::explain
