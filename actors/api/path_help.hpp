#pragma once

#include "actors/api/field_kind.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/operation.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::api {

/// A path of a backend as those see it who ask for help.
struct listed_path {
  std::string_view pattern;
  std::string_view help;
  std::span<const field_row> fields;
  std::vector<operation> operations;
};

/// The answer to a request for help with a path of a backend (R-1223): what it is for and which
/// fields it takes. The texts are lapse's own, the form is the server's.
/// @param asked the path as it was asked for, below the mount.
[[nodiscard]] answer path_help(std::string_view asked, const listed_path& path);

/// The same for a backend as a whole: its paths.
[[nodiscard]] answer root_help(const std::vector<listed_path>& paths);

/// A pattern as the regular expression that the server has in its place.
[[nodiscard]] std::string regular_expression(std::string_view pattern);

} // namespace lapse::api
