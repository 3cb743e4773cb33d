#include "reports/audit/hashing.hpp"

#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/ids.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lapse::audit {

namespace {

constexpr std::size_t digest_size = 32;
constexpr int depth_max = 512;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

audit_hash::audit_hash(std::uint64_t seed) {
  salt_ = uuid_text(derive(seed, 0x61756469746c6f67)); // "auditlog": a stream of its own
}

// R-1116: one salt, so the same text has the same hash wherever it stands.
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
  return text.find_first_of("tz") == std::string_view::npos && parse_rfc3339(text).has_value();
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
