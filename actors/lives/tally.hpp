#pragma once

#include "actors/lives/ledger.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lapse::lives {

/// How many tokens, or leases, were made, and what became of them.
struct fates {
  std::uint64_t made = 0;
  std::uint64_t expired = 0;
  std::uint64_t revoked = 0;
  /// Whose revocation was given up.
  std::uint64_t irrevocable = 0;

  [[nodiscard]] std::uint64_t ended() const noexcept { return expired + revoked; }
  [[nodiscard]] std::uint64_t alive() const noexcept { return made - ended(); }
};

/// What became of all lives by now, by their decided ends.
class tally {
public:
  static constexpr std::size_t kinds = 4;
  static constexpr std::size_t causes = 7;

  explicit tally(const ledger& lives);

  [[nodiscard]] const fates& tokens() const noexcept { return tokens_; }
  [[nodiscard]] const fates& leases() const noexcept { return leases_; }
  [[nodiscard]] std::uint64_t made(life_record::kind what) const noexcept {
    return made_[static_cast<std::size_t>(what)];
  }
  [[nodiscard]] std::uint64_t alive(life_record::kind what) const noexcept;
  [[nodiscard]] std::uint64_t ended(life_record::kind what, end_cause cause) const noexcept {
    return ended_[static_cast<std::size_t>(what)][static_cast<std::size_t>(cause)];
  }

private:
  fates tokens_;
  fates leases_;
  std::array<std::uint64_t, kinds> made_{};
  std::array<std::array<std::uint64_t, causes>, kinds> ended_{};
};

} // namespace lapse::lives
