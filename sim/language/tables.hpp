#pragma once

#include "sim/document/key_table.hpp"

#include <string_view>

namespace lapse::language {

// The one table of the scenario language: which keys there are, what their values look like, what
// they mean. The loader checks files against it, suggestions of nearest names come from it, and
// the JSON Schema (`lapse schema`) is printed from it.

[[nodiscard]] const document::key_table& scenario_table();
[[nodiscard]] const document::key_table& server_table();
[[nodiscard]] const document::key_table& auth_table();
[[nodiscard]] const document::key_table& user_table();
[[nodiscard]] const document::key_table& token_role_table();
[[nodiscard]] const document::key_table& identity_table();
[[nodiscard]] const document::key_table& identity_entity_table();
[[nodiscard]] const document::key_table& identity_group_table();
[[nodiscard]] const document::key_table& secrets_table();
[[nodiscard]] const document::key_table& secrets_role_table();
[[nodiscard]] const document::key_table& step_table();
[[nodiscard]] const document::key_table& repeat_table();
[[nodiscard]] const document::key_table& raw_request_table();
[[nodiscard]] const document::key_table& outage_table();
[[nodiscard]] const document::key_table& slow_table();
[[nodiscard]] const document::key_table& lose_answers_table();
[[nodiscard]] const document::key_table& renewals_fail_table();
[[nodiscard]] const document::key_table& client_table();
[[nodiscard]] const document::key_table& client_start_table();
[[nodiscard]] const document::key_table& client_create_table();
[[nodiscard]] const document::key_table& client_renew_table();
[[nodiscard]] const document::key_table& client_parts_table();
[[nodiscard]] const document::key_table& client_retry_table();
[[nodiscard]] const document::key_table& client_loss_table();
[[nodiscard]] const document::key_table& client_stop_table();
[[nodiscard]] const document::key_table& client_restart_table();
[[nodiscard]] const document::key_table& answer_table();
[[nodiscard]] const document::key_table& world_table();
[[nodiscard]] const document::key_table& state_table();
[[nodiscard]] const document::key_table& property_table();
[[nodiscard]] const document::key_table& rate_table();
/// The long form of counts that can be told apart by mount, role and handle.
[[nodiscard]] const document::key_table& count_table();

/// Whether a key of a property sets its window; all others say what holds.
[[nodiscard]] bool is_window(std::string_view property_key) noexcept;

} // namespace lapse::language
