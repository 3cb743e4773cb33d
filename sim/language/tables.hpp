#pragma once

#include "sim/document/key_table.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace lapse {

// The one table of the scenario language: which keys there are, what their values look like, what
// they mean. The loader checks files against it, suggestions of nearest names come from it, and
// the JSON Schema (`lapse schema`) is printed from it.

/// What a verb asks of the world.
enum class verb_kind : std::uint8_t { request, fault, structure };

/// A verb of a step. Its own value's shape is that of the key of its name in `step_table`.
struct verb_spec {
  std::string_view name;
  verb_kind kind = verb_kind::request;
  /// Parameters besides those of every step and, for requests, of every request.
  std::vector<std::string_view> parameters;
};

[[nodiscard]] const key_table& scenario_table();
[[nodiscard]] const key_table& server_table();
[[nodiscard]] const key_table& auth_table();
[[nodiscard]] const key_table& user_table();
[[nodiscard]] const key_table& token_role_table();
[[nodiscard]] const key_table& secrets_table();
[[nodiscard]] const key_table& secrets_role_table();
[[nodiscard]] const key_table& step_table();
[[nodiscard]] const key_table& repeat_table();
[[nodiscard]] const key_table& raw_request_table();
[[nodiscard]] const key_table& answer_table();
[[nodiscard]] const key_table& world_table();
[[nodiscard]] const key_table& state_table();
[[nodiscard]] const key_table& property_table();

[[nodiscard]] const std::vector<verb_spec>& verbs();
[[nodiscard]] const verb_spec* find_verb(std::string_view name) noexcept;

/// Keys of every step, and of every step that makes a request.
[[nodiscard]] const std::vector<std::string_view>& step_keys();
[[nodiscard]] const std::vector<std::string_view>& request_keys();

[[nodiscard]] const std::vector<std::string_view>& state_words();

} // namespace lapse
