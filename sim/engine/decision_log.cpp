#include "sim/engine/decision_log.hpp"

#include <fmt/format.h>

namespace lapse {

void decision_log::text(std::ostream* out) {
  out_ = out;
  if (out_ != nullptr)
    *out_ << "lapse-decisions 1\n";
}

void decision_log::record(instant at, std::span<const ready_channel> ready, std::size_t chosen) {
  const auto& channel = ready[chosen];
  record(at, channel);
  if (out_ != nullptr && ready.size() > 1)
    *out_ << fmt::format("{} {} of {} {:x} {:x} {} {:x}\n", at.count(), chosen, ready.size(),
                         channel.sender, channel.receiver, to_string(channel.kind), hash_);
}

} // namespace lapse
