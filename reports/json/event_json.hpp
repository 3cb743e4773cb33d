#pragma once

#include "actors/lives/ledger.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace lapse::json_report {

using report_json = nlohmann::ordered_json;

/// The name that stays the same through a document: the accessor of a token, `batch:` and its
/// derived UUID for a batch token (it has none), the lease id of a lease. Handles come later than
/// what they name, so events cannot use them.
[[nodiscard]] std::string stable_id(const lives::ledger& lives, token_id id);
[[nodiscard]] std::string stable_id(const lives::life_record& life);

/// Puts `KEY_ns` with whole nanoseconds and `KEY` with readable text; both null for `never`.
void put_time(report_json& to, const std::string& key, duration value);

/// One element of `events`: `at_ns`, `at`, `event`, and the fields of its kind. Null for the events
/// that frame a run.
[[nodiscard]] report_json event_json(const event& e, const lives::ledger& lives);

} // namespace lapse::json_report
