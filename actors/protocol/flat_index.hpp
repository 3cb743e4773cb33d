#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace lapse {

/// Finds places in a table by 64-bit keys that are already well mixed: open addressing with linear
/// probing and backward-shift deletion. A hash map of nodes costs five times as much.
///
/// It keeps half of each key. The whole stands in the table, of which callers say by a predicate
/// whether the entry at a place is the one meant.
class flat_index {
public:
  static constexpr std::uint32_t none = 0xffffffffU;

  /// The place of the entry with this key for which `is(place)` holds.
  template <class Is>
  [[nodiscard]] std::uint32_t find(std::uint64_t key, Is&& is) const {
    if (size_ == 0)
      return none;
    const auto at = cell_of(key, is);
    return cells_[at].place;
  }

  /// @pre place != none
  void insert(std::uint64_t key, std::uint32_t place) {
    if ((size_ + 1) * 4 > cells_.size() * 3)
      grow();
    put({half(key), place});
    ++size_;
  }

  /// Takes out what `find` finds, if anything.
  template <class Is>
  void erase(std::uint64_t key, Is&& is) {
    if (size_ == 0)
      return;
    std::size_t i = cell_of(key, is);
    if (cells_[i].place == none)
      return;
    for (auto j = (i + 1) & mask_; cells_[j].place != none; j = (j + 1) & mask_) {
      const std::size_t home = cells_[j].key & mask_;
      if (((j - home) & mask_) >= ((j - i) & mask_)) {
        cells_[i] = cells_[j];
        i = j;
      }
    }
    cells_[i] = {};
    --size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct cell {
    std::uint32_t key = 0;
    std::uint32_t place = none;
  };

  [[nodiscard]] static std::uint32_t half(std::uint64_t key) noexcept {
    return static_cast<std::uint32_t>(key);
  }

  /// The cell that holds it, or the empty one where the search ends.
  template <class Is>
  [[nodiscard]] std::size_t cell_of(std::uint64_t key, Is&& is) const {
    const auto part = half(key);
    auto i = part & mask_;
    while (cells_[i].place != none && (cells_[i].key != part || !is(cells_[i].place)))
      i = (i + 1) & mask_;
    return i;
  }

  void put(cell what) noexcept {
    auto i = what.key & mask_;
    while (cells_[i].place != none)
      i = (i + 1) & mask_;
    cells_[i] = what;
  }

  void grow() {
    auto old = std::exchange(cells_, std::vector<cell>(cells_.empty() ? 16 : cells_.size() * 2));
    mask_ = cells_.size() - 1;
    for (const auto& c : old)
      if (c.place != none)
        put(c);
  }

  std::vector<cell> cells_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

} // namespace lapse
