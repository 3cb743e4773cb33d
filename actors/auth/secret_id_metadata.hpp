#pragma once

#include <tl/expected.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::auth {

/// The metadata of a secret id: an object of texts written as JSON, or `key=value` pairs separated
/// by commas. The error is the text after `failed to parse metadata: `.
[[nodiscard]] tl::expected<std::map<std::string, std::string>, std::string>
parse_metadata(std::string_view text);

/// Why a secret id of AppRole may not be bound to `own`, whose role is bound to `role`; empty if it
/// may.
[[nodiscard]] std::string cidr_subset_error(std::vector<std::string> role,
                                            const std::vector<std::string>& own);

} // namespace lapse::auth
