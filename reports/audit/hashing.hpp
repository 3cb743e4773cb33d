#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::audit {

/// How an audit device shows values that are secret: as they are (`log_raw`, R-1115), or as
/// `hmac-sha256:` and 64 hex digits under a salt of the device's own (R-1111).
class audit_hash {
public:
  /// Shows everything.
  audit_hash() = default;

  /// Hashes with a salt derived from `seed`.
  explicit audit_hash(std::uint64_t seed);

  [[nodiscard]] std::string operator()(const std::string& value) const;

  /// Every string anywhere in `data`, but for those that read as an RFC 3339 instant; keys,
  /// numbers, flags and nulls stay (R-1112). Nesting beyond what a request may have is dropped.
  void hash_all(nlohmann::json& data) const;

private:
  void hash_below(nlohmann::json& data, int depth) const;

  /// Empty: everything is shown.
  std::string salt_;
};

/// Whether `text` is an RFC 3339 date and time with a zone.
[[nodiscard]] bool is_rfc3339(std::string_view text) noexcept;

/// Padded base64 of the SHA-256 of `text`.
[[nodiscard]] std::string sha256_base64(std::string_view text);

} // namespace lapse::audit
