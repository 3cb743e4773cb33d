#pragma once

#include "reports/chronicle/chronicle.hpp"

#include <cstdint>
#include <string>

namespace lapse {

/// How many tokens, or leases, were made, and what became of them.
struct fates {
  std::uint64_t made = 0;
  std::uint64_t expired = 0;
  std::uint64_t revoked = 0;
  std::uint64_t irrevocable = 0;

  /// `end` is its `chronicle::end_of`.
  void add(const life_record& life, const ending& end) noexcept;

  /// "3 alive, 1 expired, 0 revoked", and ", 1 irrevocable" if any is.
  [[nodiscard]] std::string text() const;
};

} // namespace lapse
