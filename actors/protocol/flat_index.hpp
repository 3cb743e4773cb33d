#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lapse {

/// Maps 64-bit ids, which are already well mixed, to 32-bit slots: open addressing with linear
/// probing and backward-shift deletion. A hash map of nodes costs twice. Key 0 is not
/// allowed.
class flat_index {
public:
  static constexpr std::uint32_t none = 0xffffffffU;

  [[nodiscard]] std::uint32_t find(std::uint64_t key) const noexcept {
    if (size_ == 0 || key == 0)
      return none;
    for (auto i = key & mask_;; i = (i + 1) & mask_) {
      if (cells_[i].key == key)
        return cells_[i].value;
      if (cells_[i].key == 0)
        return none;
    }
  }

  void insert(std::uint64_t key, std::uint32_t value) {
    if ((size_ + 1) * 4 > cells_.size() * 3)
      grow();
    place(key, value);
    ++size_;
  }

  void erase(std::uint64_t key) noexcept {
    if (size_ == 0 || key == 0)
      return;
    auto i = key & mask_;
    while (cells_[i].key != key) {
      if (cells_[i].key == 0)
        return;
      i = (i + 1) & mask_;
    }
    for (auto j = (i + 1) & mask_; cells_[j].key != 0; j = (j + 1) & mask_) {
      auto home = cells_[j].key & mask_;
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
    std::uint64_t key = 0;
    std::uint32_t value = 0;
  };

  void place(std::uint64_t key, std::uint32_t value) noexcept {
    auto i = key & mask_;
    while (cells_[i].key != 0)
      i = (i + 1) & mask_;
    cells_[i] = {key, value};
  }

  void grow() {
    auto old = std::move(cells_);
    cells_.assign(old.empty() ? 16 : old.size() * 2, {});
    mask_ = cells_.size() - 1;
    for (auto& c : old)
      if (c.key != 0)
        place(c.key, c.value);
  }

  std::vector<cell> cells_;
  std::uint64_t mask_ = 0;
  std::size_t size_ = 0;
};

} // namespace lapse
