#include "reports/audit/hashing.hpp"

#include "actors/protocol/ids.hpp"

#include <array>
#include <cctype>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lapse::audit {

namespace {

constexpr std::size_t digest_size = 32;
constexpr int depth_max = 512;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Reads `count` digits at `at`; -1 if there are others.
int number(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (auto i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9')
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool between(int value, int least, int most) { return value >= least && value <= most; }

int days_in(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  auto leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

} // namespace

audit_hash::audit_hash(std::uint64_t seed) {
  salt_ = uuid_text(derive(seed, 0x61756469746c6f67)); // "auditlog": a stream of its own
}

std::string audit_hash::operator()(const std::string& value) const {
  if (salt_.empty())
    return value;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), salt_.data(), static_cast<int>(salt_.size()), bytes(value), value.size(),
       digest.data(), &size);
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "hmac-sha256:";
  for (std::size_t i = 0; i < digest_size; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 0xf];
  }
  return out;
}

void audit_hash::hash_all(nlohmann::json& data) const {
  if (!salt_.empty())
    hash_below(data, 0);
}

void audit_hash::hash_below(nlohmann::json& data, int depth) const {
  if (data.is_string()) {
    auto& text = data.get_ref<std::string&>();
    if (!is_rfc3339(text))
      text = (*this)(text);
  } else if (data.is_structured()) {
    if (depth >= depth_max) {
      data = nullptr;
      return;
    }
    for (auto& inner : data)
      hash_below(inner, depth + 1);
  }
}

bool is_rfc3339(std::string_view text) noexcept {
  // 2026-01-01T00:00:00, perhaps a fraction, then Z or +01:00
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':')
    return false;
  auto year = number(text, 0, 4);
  auto month = number(text, 5, 2);
  if (year < 0 || !between(month, 1, 12) || !between(number(text, 8, 2), 1, days_in(year, month)) ||
      !between(number(text, 11, 2), 0, 23) || !between(number(text, 14, 2), 0, 59) ||
      !between(number(text, 17, 2), 0, 59))
    return false;
  auto zone = text.substr(19);
  if (zone[0] == '.') {
    std::size_t digits = 1;
    while (digits < zone.size() && std::isdigit(static_cast<unsigned char>(zone[digits])))
      ++digits;
    if (digits == 1)
      return false;
    zone.remove_prefix(digits);
  }
  if (zone == "Z")
    return true;
  return zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' &&
         between(number(zone, 1, 2), 0, 23) && between(number(zone, 4, 2), 0, 59);
}

std::string sha256_base64(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::array<unsigned char, 4 * ((digest_size + 2) / 3) + 1> encoded{};
  auto length = EVP_EncodeBlock(encoded.data(), digest.data(), digest_size);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

} // namespace lapse::audit
