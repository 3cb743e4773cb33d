#pragma once

#include <cstdint>
#include <vector>

namespace lapse::runtime {

enum class access : std::uint8_t { read, write };

/// What the delivery under way reads and writes of the plain data that actors share, by key, so
/// that exploration knows which deliveries conflict. Changes that commute with each other but not
/// with a listing (members of a set) are noted as reads, and the listing as a write.
class access_trace {
public:
  void note(std::uint64_t key, access how) {
    if (on_)
      (how == access::write ? writes_ : reads_).push_back(key);
  }

  /// The delivery under way and others to the same receiver that say so may come in either order,
  /// but for the keys they touch.
  void commutes() noexcept { commutes_ = true; }

  void on(bool wanted) noexcept { on_ = wanted; }
  void clear() noexcept {
    commutes_ = false;
    reads_.clear();
    writes_.clear();
  }
  [[nodiscard]] bool commuting() const noexcept { return commutes_; }
  [[nodiscard]] const std::vector<std::uint64_t>& reads() const noexcept { return reads_; }
  [[nodiscard]] const std::vector<std::uint64_t>& writes() const noexcept { return writes_; }

private:
  bool on_ = false;
  bool commutes_ = false;
  std::vector<std::uint64_t> reads_;
  std::vector<std::uint64_t> writes_;
};

/// Keys of what has no id of its own.
namespace shared_key {
inline constexpr std::uint64_t mounts = 0x6d6f756e7473ULL;
inline constexpr std::uint64_t policies = 0x706f6c6963796573ULL;
inline constexpr std::uint64_t identity = 0x6964656e74697479ULL;
inline constexpr std::uint64_t roles = 0x726f6c6573ULL;
inline constexpr std::uint64_t paths = 0x7061746873ULL;
inline constexpr std::uint64_t custom_ids = 0x637573746f6dULL;
inline constexpr std::uint64_t irrevocable = 0x6972726576ULL;
inline constexpr std::uint64_t former_children = 0x666f726d6572ULL;
} // namespace shared_key

} // namespace lapse::runtime
