#pragma once

#include "sim/engine/decisions.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace lapse::engine {

/// Follows a list of decisions: exactly as long as the simulation offers the same choices. After
/// that it takes the next listed delivery that is possible, or the oldest message if none is.
class replay_strategy final : public strategy {
public:
  explicit replay_strategy(decision_list decisions) : decisions_(std::move(decisions)) {}

  [[nodiscard]] std::optional<std::size_t> choose(std::span<const ready_channel> ready) override;

private:
  decision_list decisions_;
  std::vector<bool> taken_ = std::vector<bool>(decisions_.size());
  std::size_t next_ = 0;
};

} // namespace lapse::engine
