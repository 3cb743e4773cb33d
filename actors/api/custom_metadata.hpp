#pragma once

#include <map>
#include <string>

namespace lapse::api {

/// Why pairs cannot be the custom metadata of a secret or of an alias: the whole text of the
/// answer; empty if they can.
[[nodiscard]] std::string
custom_metadata_error(const std::map<std::string, std::string>& custom_metadata);

} // namespace lapse::api
