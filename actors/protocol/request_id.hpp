#pragma once

#include "actors/protocol/ids.hpp"

#include <cstdint>
#include <string>

namespace lapse {

/// The id of a run's request by its number, as its answer and the audit log show it.
[[nodiscard]] inline std::string request_uuid(std::uint64_t seed, std::uint64_t number) {
  constexpr std::uint64_t stream = 0x7265717565737400;
  return uuid_text(derive(derive(seed, number), stream));
}

} // namespace lapse
