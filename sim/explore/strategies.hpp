#pragma once

#include "actors/protocol/flat_index.hpp"
#include "sim/engine/strategy.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace lapse::explore {

/// How a sampled search chooses between messages.
enum class sampling : std::uint8_t {
  random, ///< a random walk: each ready channel with the same chance
  pct,  ///< random priorities of channels, lowered at a few random points (Burckhardt et al. 2010)
  pos,  ///< random priorities of messages, drawn anew where they race (Yuan et al. 2018)
  delay ///< first in first out, but a few random messages are held back (Emmi et al. 2011)
};
[[nodiscard]] std::string_view to_string(sampling kind) noexcept;

/// One strategy of its kind for one run. The same seed and choices make the same run.
/// @param choices about how many choices a run has: where priorities change and delays fall
[[nodiscard]] std::unique_ptr<engine::strategy> make_strategy(sampling kind, std::uint64_t seed,
                                                              std::uint64_t choices);

/// First in first out through channels: as `fifo_strategy`, with the number of choices counted.
class oldest_first final : public engine::strategy {
public:
  [[nodiscard]] std::optional<std::size_t>
  choose(std::span<const engine::ready_channel> ready) override {
    choices_ += ready.size() > 1 ? 1 : 0;
    return 0;
  }
  [[nodiscard]] std::uint64_t choices() const noexcept { return choices_; }

private:
  std::uint64_t choices_ = 0;
};

/// Passes all calls on to another strategy, and numbers the histories it makes: two runs have the
/// same number if every actor received the same messages in the same order.
class history_watch final : public engine::strategy {
public:
  explicit history_watch(engine::strategy& chooser) : chooser_(chooser) {}

  [[nodiscard]] std::optional<std::size_t>
  choose(std::span<const engine::ready_channel> ready) override;

  [[nodiscard]] std::uint64_t history() const noexcept;

private:
  struct row {
    std::uint64_t receiver = 0;
    std::uint64_t hash = 0;
  };

  engine::strategy& chooser_;
  std::vector<row> rows_;
  flat_index places_;
};

} // namespace lapse::explore
