#pragma once

#include "actors/protocol/operation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::policy {

/// What a policy can grant on a path. The values are bits of a `capability_set`.
enum class capability : std::uint16_t {
  deny = 1,
  create = 2,
  read = 4,
  update = 8,
  delete_ = 16,
  list = 32,
  sudo = 64,
  patch = 128,
  scan = 256,
};

[[nodiscard]] std::string_view to_string(capability what) noexcept;

/// The capability of that exact name (`READ` is none, R-1716); none if there is no such.
[[nodiscard]] std::optional<capability> parse_capability(std::string_view name) noexcept;

/// The capability an operation asks for.
[[nodiscard]] capability capability_for(operation op) noexcept;

/// A set of capabilities. One that holds `deny` holds nothing else once a policy is read.
class capability_set {
public:
  constexpr capability_set() noexcept = default;

  constexpr capability_set(capability one) noexcept : bits_(static_cast<std::uint16_t>(one)) {
    // nop
  }

  [[nodiscard]] constexpr bool contains(capability one) const noexcept {
    return (bits_ & static_cast<std::uint16_t>(one)) != 0;
  }

  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }

  constexpr capability_set& operator|=(capability_set other) noexcept {
    bits_ = static_cast<std::uint16_t>(bits_ | other.bits_);
    return *this;
  }

  [[nodiscard]] friend constexpr capability_set operator|(capability_set lhs,
                                                          capability_set rhs) noexcept {
    return lhs |= rhs;
  }

  [[nodiscard]] friend constexpr bool operator==(capability_set, capability_set) noexcept = default;

private:
  std::uint16_t bits_ = 0;
};

/// The names in byte order, as capability queries answer them.
[[nodiscard]] std::vector<std::string> names(capability_set set);

} // namespace lapse::policy
