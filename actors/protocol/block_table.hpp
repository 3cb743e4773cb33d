#pragma once

#include <cstddef>
#include <iterator>
#include <vector>

namespace lapse {

/// A table that grows without moving what it holds: blocks of 128, so that a small run costs
/// little, and a large one never keeps two copies or room for twice as much.
template <class T>
class block_table {
public:
  class const_iterator {
  public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    const_iterator() = default;
    const_iterator(const block_table& table, std::size_t at) noexcept : table_(&table), at_(at) {}

    reference operator*() const noexcept { return (*table_)[at_]; }
    pointer operator->() const noexcept { return &(*table_)[at_]; }
    const_iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    const_iterator operator++(int) noexcept {
      auto before = *this;
      ++at_;
      return before;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) noexcept {
      return a.at_ == b.at_;
    }
    friend bool operator!=(const const_iterator& a, const const_iterator& b) noexcept {
      return a.at_ != b.at_;
    }

  private:
    const block_table* table_ = nullptr;
    std::size_t at_ = 0;
  };

  /// @pre i < size()
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return blocks_[i >> bits][i & mask]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept {
    return blocks_[i >> bits][i & mask];
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const_iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] const_iterator end() const noexcept { return {*this, size_}; }

  /// A new last entry. References to the others stay valid.
  T& grow() {
    if ((size_ & mask) == 0) {
      blocks_.emplace_back();
      blocks_.back().reserve(mask + 1);
    }
    auto& added = blocks_.back().emplace_back();
    ++size_;
    return added;
  }

private:
  static constexpr std::size_t bits = 7;
  static constexpr std::size_t mask = (std::size_t{1} << bits) - 1;
  std::vector<std::vector<T>> blocks_;
  std::size_t size_ = 0;
};

} // namespace lapse
