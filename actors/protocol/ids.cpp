// Renders identifiers and reads them back. Every shape carries its 64-bit number once, in its first
// characters, mixed one-to-one with a key of its own so that a token's id, accessor and salt look
// unrelated; the rest of the shape is derived from the number. So reading is decoding the first
// characters, and a text is genuine if rendering that number gives the same text again.

#include "actors/protocol/ids.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace lapse {

namespace {

// -- alphabets ---------------------------------------------------------------

// In ASCII order, so that fixed-width numbers sort as text like they sort as numbers.
constexpr char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char hex[] = "0123456789abcdef";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digits_of(const char* alphabet, int size) {
  std::array<std::uint8_t, 256> result{};
  for (auto& digit : result)
    digit = no_digit;
  for (int i = 0; i < size; ++i)
    result[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return result;
}

constexpr auto base62_digits = digits_of(base62, 62);
constexpr auto hex_digits = digits_of(hex, 16);

/// Two digits at once halve the divisions.
constexpr auto base62_pairs = [] {
  std::array<char, std::size_t{62} * 62 * 2> result{};
  for (std::size_t i = 0; i < std::size_t{62} * 62; ++i) {
    result[2 * i] = base62[i / 62];
    result[2 * i + 1] = base62[i % 62];
  }
  return result;
}();

// -- one-to-one mixing -----------------------------------------------------------

// What a number is mixed with before it is written as ...
constexpr std::uint64_t token_key = 0x7b1fa3c65d209e84ULL;
constexpr std::uint64_t batch_key = 0x2c96e0d15f7348abULL;
constexpr std::uint64_t accessor_key = 0xd3405b9ae1726fc8ULL;
constexpr std::uint64_t salt_key = 0x58ce7d21b30f96a4ULL;
constexpr std::uint64_t tail_key = 0x916a04f8d2bc537eULL;
constexpr std::uint64_t order_key = 0x3ed85107c94ab26fULL;
constexpr std::uint64_t uuid_key = 0xa75c32e86b1094fdULL;

constexpr std::uint64_t unshift(std::uint64_t x, int by) {
  std::uint64_t result = x;
  for (int known = by; known < 64; known += by)
    result = x ^ (result >> by);
  return result;
}

/// Undoes `mix`.
constexpr std::uint64_t unmix(std::uint64_t x) {
  x = unshift(x, 31) * 0x319642b2d24d8ec3ULL;
  x = unshift(x, 27) * 0x96de1b173f119089ULL;
  return unshift(x, 30) - 0x9e3779b97f4a7c15ULL;
}
static_assert(unmix(mix(0)) == 0 && unmix(mix(0x0123456789abcdefULL)) == 0x0123456789abcdefULL);

// -- writing and reading numbers ---------------------------------------------------

constexpr std::size_t number_width = 11; // 62^11 > 2^64
constexpr std::size_t id_width = 24;
constexpr std::size_t batch_width = 91;
constexpr std::size_t salt_width = 64;
constexpr std::size_t custom_salt_width = 40;

/// Eleven characters, the highest digit first.
void put_number(char* out, std::uint64_t x) {
  for (int i = 9; i > 0; i -= 2) {
    const auto pair = static_cast<std::size_t>(x % (62 * 62));
    x /= 62 * 62;
    std::memcpy(out + i, base62_pairs.data() + 2 * pair, 2);
  }
  out[0] = base62[x];
}

std::optional<std::uint64_t> get_number(std::string_view text) {
  std::uint64_t x = 0;
  for (std::size_t i = 0; i < number_width; ++i) {
    const auto digit = base62_digits[static_cast<unsigned char>(text[i])];
    if (digit == no_digit || x > (~std::uint64_t{0} - digit) / 62)
      return std::nullopt;
    x = x * 62 + digit;
  }
  return x;
}

/// `count` characters derived from `seed`, for looks and as a check.
void put_base62(char* out, std::size_t count, std::uint64_t seed) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 8 == 0)
      bits = mix(seed += 0x632be59bd9b4e019ULL);
    out[i] = base62[((bits & 0xff) * 62) >> 8];
    bits >>= 8;
  }
}

void put_base64(char* out, std::size_t count, std::uint64_t seed) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 10 == 0)
      bits = mix(seed += 0x632be59bd9b4e019ULL);
    out[i] = base64_url[bits & 63];
    bits >>= 6;
  }
}

void put_hex(char* out, std::size_t count, std::uint64_t x) {
  for (std::size_t i = 0; i < count; ++i)
    out[i] = hex[(x >> (60 - 4 * i)) & 15];
}

void put_id(char* out, std::uint64_t mixed) {
  put_number(out, mixed);
  put_base62(out + number_width, id_width - number_width, mixed);
}

void put_batch(char* out, std::uint64_t mixed) {
  put_number(out, mixed);
  put_base64(out + number_width, batch_width - number_width, mixed);
}

void put_salt(char* out, std::uint64_t mixed) {
  for (std::size_t i = 0; i < salt_width; i += 16) {
    put_hex(out + i, 16, mixed);
    mixed = mix(mixed ^ salt_key);
  }
}

/// The check characters of a lease tail, over both numbers in it.
void put_tail_check(char* out, std::uint64_t order, std::uint64_t mixed) {
  put_base62(out, id_width - 2 * number_width, mixed ^ mix(order));
}

std::uint64_t mixed_lease(lease_id lease, std::uint64_t order) {
  return mix(lease.value ^ tail_key ^ mix(order));
}

/// Finished by `mix` so that similar texts do not look similar.
std::uint64_t hash_text(std::string_view text, std::uint64_t key) {
  return mix(fnv_1a(text, fnv_basis ^ key));
}

std::optional<token_id> token_of(std::uint64_t mixed, std::uint64_t key) {
  const token_id result{unmix(mixed) ^ key};
  return result ? std::optional{result} : std::nullopt;
}

std::optional<token_id> parse_salt(std::string_view text) {
  std::uint64_t mixed = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const auto digit = hex_digits[static_cast<unsigned char>(text[i])];
    if (digit == no_digit)
      return std::nullopt;
    mixed = mixed << 4 | digit;
  }
  char again[salt_width];
  put_salt(again, mixed);
  if (text != std::string_view{again, salt_width})
    return std::nullopt;
  return token_of(mixed, salt_key);
}

/// Number and order of a secret lease.
std::optional<std::pair<lease_id, std::uint64_t>> parse_tail(std::string_view text) {
  const auto order = get_number(text);
  const auto mixed = get_number(text.substr(number_width));
  if (!order || !mixed)
    return std::nullopt;
  char check[id_width - 2 * number_width];
  put_tail_check(check, *order, *mixed);
  if (text.substr(2 * number_width) != std::string_view{check, sizeof check})
    return std::nullopt;
  const lease_id result{unmix(*mixed) ^ tail_key ^ mix(*order)};
  return result ? std::optional{std::pair{result, *order}} : std::nullopt;
}

bool all_hex(std::string_view text) {
  for (const char c : text)
    if (hex_digits[static_cast<unsigned char>(c)] == no_digit)
      return false;
  return true;
}

} // namespace

// -- tokens --------------------------------------------------------------------

std::string text(const token_name& token) {
  if (token.custom)
    return *token.custom;
  if (token.type == token_type::batch) {
    char buffer[2 + batch_width] = {'b', '.'};
    put_batch(buffer + 2, mix(token.id.value ^ batch_key));
    return {buffer, sizeof buffer};
  }
  char buffer[2 + id_width] = {'s', '.'};
  put_id(buffer + 2, mix(token.id.value ^ token_key));
  return {buffer, sizeof buffer};
}

std::string accessor_text(const token_name& token) {
  if (token.type == token_type::batch)
    return {};
  char buffer[id_width];
  put_id(buffer, mix(token.id.value ^ accessor_key));
  return {buffer, sizeof buffer};
}

std::string salted_text(const token_name& token) {
  if (token.custom) {
    char buffer[custom_salt_width];
    put_hex(buffer, 16, hash_text(*token.custom, salt_key));
    put_hex(buffer + 16, 16, hash_text(*token.custom, order_key));
    put_hex(buffer + 32, 8, hash_text(*token.custom, uuid_key));
    return {buffer, sizeof buffer};
  }
  char buffer[1 + salt_width] = {'h'};
  put_salt(buffer + 1, salt_order(token.id));
  return {buffer, sizeof buffer};
}

token_id made_token(std::uint64_t maker, std::uint64_t ordinal) noexcept {
  // 0 names nothing; the one order in 2^64 that would give it is stepped over.
  auto order = lease_order(maker ^ salt_key, ordinal);
  return token_of(order, salt_key).value_or(token_id{1});
}

std::uint64_t salt_order(token_id token) noexcept { return mix(token.value ^ salt_key); }

std::optional<token_id> parse_token(std::string_view text) {
  if (text.size() < 2 || text[1] != '.')
    return std::nullopt;
  const auto rest = text.substr(2);
  char again[batch_width];
  if (text[0] == 's' && rest.size() == id_width) {
    const auto mixed = get_number(rest);
    if (!mixed)
      return std::nullopt;
    put_id(again, *mixed);
    if (rest != std::string_view{again, id_width})
      return std::nullopt;
    return token_of(*mixed, token_key);
  }
  if (text[0] == 'b' && rest.size() == batch_width) {
    const auto mixed = get_number(rest);
    if (!mixed)
      return std::nullopt;
    put_batch(again, *mixed);
    if (rest != std::string_view{again, batch_width})
      return std::nullopt;
    return token_of(*mixed, batch_key);
  }
  return std::nullopt;
}

std::optional<token_id> parse_accessor(std::string_view text) {
  if (text.size() != id_width)
    return std::nullopt;
  const auto mixed = get_number(text);
  if (!mixed)
    return std::nullopt;
  char again[id_width];
  put_id(again, *mixed);
  if (text != std::string_view{again, id_width})
    return std::nullopt;
  return token_of(*mixed, accessor_key);
}

// -- leases ----------------------------------------------------------------------

std::string text(const lease_name& lease) {
  std::string result;
  if (!lease.lease) {
    const auto salt = salted_text(lease.token);
    result.reserve((lease.path ? lease.path->size() : 0) + 1 + salt.size());
    if (lease.path)
      result += *lease.path;
    result += '/';
    result += salt;
    return result;
  }
  char tail[1 + id_width] = {'/'};
  const auto mixed = mixed_lease(lease.lease, lease.order);
  put_number(tail + 1, lease.order);
  put_number(tail + 1 + number_width, mixed);
  put_tail_check(tail + 1 + 2 * number_width, lease.order, mixed);
  result.reserve((lease.path ? lease.path->size() : 0) + sizeof tail);
  if (lease.path)
    result += *lease.path;
  result.append(tail, sizeof tail);
  return result;
}

std::uint64_t lease_order(std::uint64_t owner, std::uint64_t ordinal) noexcept {
  // base < 2^62; 2^24 steps of less than 2^39 stay below 2^63; what is left above serves ordinals
  // no run reaches, one by one.
  constexpr std::uint64_t step = 0x4f1bbcdcbfULL; // odd, between 2^38 and 2^39
  constexpr std::uint64_t wide = std::uint64_t{1} << 24;
  constexpr std::uint64_t noise = (std::uint64_t{1} << 38) - 1;
  const auto base = mix(owner ^ order_key) >> 2;
  if (ordinal >= wide) {
    constexpr auto room = std::uint64_t{1} << 62;
    const auto beyond = ordinal - wide;
    return base + (std::uint64_t{1} << 63) + (beyond < room ? beyond : room - 1);
  }
  return base + ordinal * step + (derive(owner ^ tail_key, ordinal) & noise);
}

std::optional<parsed_lease> parse_lease(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos)
    return std::nullopt;
  const auto tail = text.substr(slash + 1);
  parsed_lease result;
  result.path = text.substr(0, slash);
  if (tail.size() == id_width) {
    const auto lease = parse_tail(tail);
    if (!lease)
      return std::nullopt;
    result.lease = lease->first;
    result.order = lease->second;
    return result;
  }
  if (tail.size() == 1 + salt_width && tail[0] == 'h') {
    const auto token = parse_salt(tail.substr(1));
    if (!token)
      return std::nullopt;
    result.token = *token;
    return result;
  }
  if (tail.size() == custom_salt_width && all_hex(tail)) {
    result.custom_salt = tail;
    return result;
  }
  return std::nullopt;
}

// -- other identifiers -----------------------------------------------------------

std::string uuid_text(std::uint64_t value) {
  char digits[32];
  const auto first = mix(value ^ uuid_key);
  put_hex(digits, 16, first);
  put_hex(digits + 16, 16, mix(first ^ uuid_key));
  std::string result;
  result.reserve(36);
  for (std::size_t i = 0; i < sizeof digits; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20)
      result += '-';
    result += digits[i];
  }
  return result;
}

} // namespace lapse
