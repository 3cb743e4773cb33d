#pragma once

#include "actors/policy/hcl_scanner.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

struct hcl_item;

/// A value of a policy text: a literal, a list of values, or an object of items. Nothing in JSON
/// has a place, as on the server.
struct hcl_node {
  enum class type : std::uint8_t { literal, list, object };

  type is = type::literal;
  hcl_position at;
  /// Of a literal only.
  hcl_token_kind literal = hcl_token_kind::string;
  std::string text;
  /// Of a list only.
  std::vector<hcl_node> elements;
  /// Of an object only.
  std::vector<hcl_item> items;
};

struct hcl_key {
  std::string text;
  hcl_position at;
};

/// `keys = value` or `keys { … }`; `path "a" { … }` has the keys `path` and `a`.
struct hcl_item {
  std::vector<hcl_key> keys;
  /// Line of the `=` (JSON: of the `:`), 0 for a block without one; error texts name it.
  int assign_line = 0;
  hcl_node value;
};

/// Why a text is not a document. `at.line` is 0 when the text names no place.
struct hcl_error {
  std::string text;
  hcl_position at;
};

/// Nesting beyond this depth is refused.
inline constexpr int hcl_depth_max = 64;

/// Reads HCL (version 1), or JSON when the first character is `{`, in the lenient way of the
/// server (R-1716): repeated keys are kept, JSON may end early, what follows the JSON object is
/// ignored, and JSON objects that hold only objects become items with several keys.
[[nodiscard]] tl::expected<std::vector<hcl_item>, hcl_error> parse_hcl(std::string_view text);

} // namespace lapse::policy
