#pragma once

#include "sim/run/mismatch.hpp"
#include "sim/run/request_writer.hpp"

#include <string>
#include <vector>

namespace lapse::run {

/// Holds an answer against what the file says about it; appends what differs. Typed fields are
/// compared as they are; JSON is made only for keys that have no field of their own.
void check_answer(const answer& seen, const std::vector<plan::answer_check>& expected,
                  const request_writer& texts, const round_numbers& rounds,
                  std::int64_t start_unix_s, std::vector<mismatch>& out);

/// The field as JSON; a discarded value where the answer has none.
[[nodiscard]] nlohmann::json find_field(const answer& in, plan::answer_field field,
                                        const std::string& name, std::int64_t start_unix_s);

} // namespace lapse::run
