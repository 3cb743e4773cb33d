#include "sim/engine/decision_log.hpp"

namespace lapse::engine {

void decision_log::record(instant at, std::span<const ready_channel> ready, std::size_t chosen) {
  const auto& channel = ready[chosen];
  record(at, channel);
  if (out_ != nullptr && ready.size() > 1)
    out_->push_back({at, static_cast<std::uint32_t>(chosen),
                     static_cast<std::uint32_t>(ready.size()), channel.sender, channel.receiver,
                     channel.kind, hash_});
}

} // namespace lapse::engine
