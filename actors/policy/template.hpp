#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

/// Who the templates of policies are filled in for. Without an entity, blocks with
/// templates grant nothing.
struct template_values {
  using pairs = std::map<std::string, std::string>;

  struct alias {
    std::string mount_accessor;
    std::string id;
    std::string name;
    pairs metadata = {};
    pairs custom_metadata = {};
  };

  struct group {
    std::string id;
    std::string name;
    pairs metadata = {};
  };

  std::string entity_id;
  std::string entity_name;
  pairs metadata = {};
  std::vector<alias> aliases = {};
  std::vector<group> groups = {};
};

/// What `{{…}}` in a pattern amounts to.
enum class template_form { none, some, unbalanced };

/// Whether a pattern holds templates, and whether their brackets match.
[[nodiscard]] template_form template_form_of(std::string_view pattern) noexcept;

/// The pattern with its templates filled in. None if one is unknown, has no value, or its value
/// holds one of the `blocked` characters: the block then grants nothing (R-921, R-925, R-1716).
[[nodiscard]] std::optional<std::string>
fill_template(std::string_view pattern, const template_values& values, std::string_view blocked);

} // namespace lapse::policy
