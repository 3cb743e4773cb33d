#pragma once

#include "actors/protocol/answer.hpp"

#include <cstdint>

namespace lapse::engine {

/// What stands behind the client actors of a simulation: it decides what they do. A client hears of
/// nothing but its own timers and the answers to its own requests, each of them a message in a
/// channel of its own, which a strategy may hold back.
class client_host {
public:
  virtual ~client_host() = default;
  /// A timer of the client is due.
  virtual void woken(std::uint32_t client, std::uint64_t tag) = 0;
  /// The answer to the request that the client knows by `tag`. Valid only during the call.
  virtual void answered(std::uint32_t client, std::uint64_t tag, const answer& reply) = 0;
};

} // namespace lapse::engine
