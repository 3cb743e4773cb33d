#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/node.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lapse::language {

// Parts of a scenario that stand in files of their own, named relative to its folder: policies, and
// users and roles (`pasted.hpp`).

/// The text of the file that `file` names; none if it cannot be read, which is reported.
/// @param what it is, for messages: `policy file`.
[[nodiscard]] std::optional<std::string> named_file(document::diagnostics& faults,
                                                    const std::string& folder,
                                                    const document::document_node& file,
                                                    std::string_view what);

/// What a policy says, in the scenario or in the file that it names; none if that cannot be read,
/// which is reported, or if it is no policy.
[[nodiscard]] std::optional<std::string> policy_text(const document::document_node& policy,
                                                     document::diagnostics& faults,
                                                     const std::string& folder);

/// What stands in files of its own becomes part of the scenario, which may then stand in another
/// folder, and whose files may change. What cannot be read stays as it is.
void take_in_files(document::document_node& scenario, const std::string& folder);

} // namespace lapse::language
