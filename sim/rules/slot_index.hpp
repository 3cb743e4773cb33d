#pragma once

#include "actors/protocol/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lapse {

/// Finds the slot of an id in a flat table. Ids are already well mixed (`derive`), so their low
/// bits serve as the hash; a map of strings or of nodes costs twice. Nothing is ever
/// removed: the history of the dead is kept.
class slot_index {
public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  /// Slot of `id`, `none` if it is not there. `id` 0 names nothing.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    if (cells_.empty() || id == 0)
      return none;
    for (auto at = place(id);; at = (at + 1) & (cells_.size() - 1)) {
      if (cells_[at].id == id)
        return cells_[at].slot;
      if (cells_[at].id == 0)
        return none;
    }
  }

  /// Maps a new `id`, not 0, to `slot`.
  void insert(std::uint64_t id, std::uint32_t slot) {
    if ((count_ + 1) * 2 > cells_.size())
      grow();
    put(id, slot);
    ++count_;
  }

private:
  struct cell {
    std::uint64_t id = 0;
    std::uint32_t slot = none;
  };

  [[nodiscard]] std::size_t place(std::uint64_t id) const noexcept {
    return static_cast<std::size_t>(mix(id)) & (cells_.size() - 1);
  }

  void put(std::uint64_t id, std::uint32_t slot) noexcept {
    auto at = place(id);
    while (cells_[at].id != 0)
      at = (at + 1) & (cells_.size() - 1);
    cells_[at] = cell{id, slot};
  }

  void grow() {
    auto old = std::move(cells_);
    cells_.assign(old.empty() ? 64 : old.size() * 2, cell{});
    for (const auto& c : old)
      if (c.id != 0)
        put(c.id, c.slot);
  }

  std::vector<cell> cells_;
  std::size_t count_ = 0;
};

} // namespace lapse
