#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lapse {

// Identifiers are 64-bit numbers inside and get the real server's shapes (R-103, R-105, R-108,
// ) only where text is read or written. They derive from (maker, ordinal), never from
// a global counter, so that two creations by different makers do not depend on each other.

/// Mixes a number into another one-to-one (splitmix64's finaliser): distinct in, distinct out.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// The number of the `ordinal`-th thing made by `maker`.
[[nodiscard]] constexpr std::uint64_t derive(std::uint64_t maker, std::uint64_t ordinal) noexcept {
  return mix(maker ^ mix(ordinal));
}

inline constexpr std::uint64_t fnv_basis = 0xcbf29ce484222325ULL;

/// FNV-1a: a number for a text, the same on every machine. A text that follows another is hashed
/// `from` the number of that.
[[nodiscard]] constexpr std::uint64_t fnv_1a(std::string_view text,
                                             std::uint64_t from = fnv_basis) noexcept {
  for (const char c : text)
    from = (from ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return from;
}

/// The number that a text stands for, where what makes others has a name and no number.
[[nodiscard]] constexpr std::uint64_t number_of(std::string_view text) noexcept {
  std::uint64_t sum = 0x6c61707365ULL;
  for (const char c : text)
    sum = derive(sum, static_cast<unsigned char>(c));
  return sum;
}

enum class token_type : std::uint8_t { service, batch };

[[nodiscard]] constexpr std::string_view to_string(token_type type) noexcept {
  return type == token_type::service ? "service" : "batch";
}

/// Names a token for its whole life. 0 names nothing.
struct token_id {
  std::uint64_t value = 0;
  friend auto operator<=>(const token_id&, const token_id&) = default;
  explicit operator bool() const noexcept { return value != 0; }
};

/// Names a secret lease. 0 names nothing. A token's own lease is named by its token.
struct lease_id {
  std::uint64_t value = 0;
  friend auto operator<=>(const lease_id&, const lease_id&) = default;
  explicit operator bool() const noexcept { return value != 0; }
};

/// A token as text needs it: its number, its type, and the id its maker chose, if any.
struct token_name {
  token_id id;
  token_type type = token_type::service;
  std::shared_ptr<const std::string> custom;
};

/// A lease as text needs it. Of a secret: `lease`, the request path, the ordinal under its owner.
/// Of a token: `token` and the token's path.
struct lease_name {
  lease_id lease;
  token_name token;
  std::shared_ptr<const std::string> path;
  std::uint64_t order = 0;
};

/// `s.` + 24 base62 characters, `b.` + a longer blob for a batch token, or the chosen id.
[[nodiscard]] std::string text(const token_name& token);

/// 24 base62 characters; empty for a batch token.
[[nodiscard]] std::string accessor_text(const token_name& token);

/// The storage key of a token: `h` + 64 hex digits, 40 hex digits for a chosen id.
[[nodiscard]] std::string salted_text(const token_name& token);

/// Compares like `salted_text` of generated service ids, without rendering them. A revocation walk
/// takes siblings in descending order of it.
[[nodiscard]] std::uint64_t salt_order(token_id token) noexcept;

/// `<path>/<tail>`. Tails of one owner sort in order of issue (`order` grows).
[[nodiscard]] std::string text(const lease_name& lease);

/// Number behind a generated token id (service or batch), none for any other text.
[[nodiscard]] std::optional<token_id> parse_token(std::string_view text);

/// Number behind a generated accessor, none for any other text.
[[nodiscard]] std::optional<token_id> parse_accessor(std::string_view text);

/// Where the order part of a secret lease's tail starts for leases owned by `owner`, and how it
/// grows: `lease_order(owner, ordinal)` increases with `ordinal`.
[[nodiscard]] std::uint64_t lease_order(std::uint64_t owner, std::uint64_t ordinal) noexcept;

/// The `ordinal`-th token made by `maker`. Salts of one maker's tokens sort in order of creation,
/// so that a revocation walk goes from the youngest sibling to the oldest. On a real server
/// the order of siblings is that of a keyed hash, which means nothing to a user.
[[nodiscard]] token_id made_token(std::uint64_t maker, std::uint64_t ordinal) noexcept;

/// What a lease id text names: a secret lease by its number or a token's own lease by its salt.
/// The salt of a chosen id cannot be turned back into a number: then only `custom_salt` is
/// set, and whoever keeps the chosen ids finds the token whose `salted_text` it is. That `path`
/// fits is for the caller to test.
struct parsed_lease {
  lease_id lease;
  token_id token;
  std::string_view path;
  std::string_view custom_salt;
  /// `order` of a secret lease.
  std::uint64_t order = 0;
};
[[nodiscard]] std::optional<parsed_lease> parse_lease(std::string_view text);

/// A UUID of the real shape derived from a number (entities, role ids, request ids).
[[nodiscard]] std::string uuid_text(std::uint64_t value);

} // namespace lapse
