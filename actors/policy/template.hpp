#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lapse::policy {

struct template_values;

/// What `{{…}}` in a pattern amounts to.
enum class template_form { none, some, unbalanced };

/// Whether a pattern holds templates, and whether their brackets match.
[[nodiscard]] template_form template_form_of(std::string_view pattern) noexcept;

/// The pattern with `{{identity.entity.id}}` and `{{identity.entity.name}}` filled in. None if a
/// template is unknown or has no value: the block then grants nothing (R-921, R-1716).
[[nodiscard]] std::optional<std::string> fill_template(std::string_view pattern,
                                                       const template_values& values);

} // namespace lapse::policy
