#pragma once

#include "actors/protocol/ids.hpp"

#include <cstdint>
#include <unordered_map>

namespace lapse::engine {

/// Named sub-streams of one seed: drawing from one does not disturb another. Each is splitmix64
/// over its own counter, so that the same numbers come with every compiler and library.
class random_streams {
public:
  explicit random_streams(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] std::uint64_t draw(std::uint64_t stream) {
    return mix(derive(seed_, stream) + ++drawn_[stream] * 0x9e3779b97f4a7c15ULL);
  }

private:
  std::uint64_t seed_;
  // Looked up only, never iterated.
  std::unordered_map<std::uint64_t, std::uint64_t> drawn_;
};

} // namespace lapse::engine
