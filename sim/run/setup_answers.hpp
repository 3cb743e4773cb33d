#pragma once

#include "actors/protocol/answer.hpp"
#include "sim/plan/plan.hpp"
#include "sim/run/request_writer.hpp"

#include <functional>

namespace lapse::run {

/// The request of a set-up with what it looks up and draws filled in: an empty text where there is
/// nothing, which the server then refuses in its own words.
/// @param texts draws its ranges.
/// @param ask asks as root, and gets an answer.
[[nodiscard]] request_ptr with_answers(const plan::setup_request& setup,
                                       const request_writer& texts,
                                       const std::function<answer(const request_ptr&)>& ask);

} // namespace lapse::run
