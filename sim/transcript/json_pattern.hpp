#pragma once

#include "actors/protocol/time.hpp"
#include "sim/transcript/compiled_transcript.hpp"
#include "sim/transcript/text_pattern.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::transcript {

/// How far an instant may be from what was recorded.
inline constexpr duration instant_tolerance = std::chrono::milliseconds{150};

/// `{"$t": seconds}` as an instant, none for anything else.
[[nodiscard]] std::optional<instant> recorded_instant(const nlohmann::json& expected);

/// An instant as the server writes one, Unix seconds or RFC 3339; none for anything else.
[[nodiscard]] std::optional<instant> shown_instant(const nlohmann::json& actual,
                                                   std::int64_t start_unix_s);

[[nodiscard]] constexpr bool near(instant expected, instant actual) noexcept {
  return expected - actual <= instant_tolerance && actual - expected <= instant_tolerance;
}

/// Any JSON of a recorded answer, compiled for comparing it with JSON: the plain reading of the
/// rules in tests/conformance/README.md. Lists under `keys` are sets.
class json_pattern {
public:
  /// `expected` must outlive the pattern.
  json_pattern(const nlohmann::json& expected, symbol_table& symbols);
  json_pattern(json_pattern&&) noexcept;
  json_pattern& operator=(json_pattern&&) noexcept;
  ~json_pattern();

  /// With `out`, compares everything and appends each difference, its path after `path`; without
  /// it, stops at the first.
  [[nodiscard]] bool matches(const nlohmann::json& actual, comparison& in,
                             std::int64_t start_unix_s,
                             std::vector<field_difference>* out = nullptr,
                             const std::string& path = {}) const;

private:
  enum class kind : std::uint8_t { literal, text, time, object, list, set };

  json_pattern(const nlohmann::json& expected, symbol_table& symbols, bool is_keys);

  void compile_list(const nlohmann::json& expected, symbol_table& symbols);
  void compile_object(const nlohmann::json& expected, symbol_table& symbols);

  struct work;
  [[nodiscard]] bool matches_object(const nlohmann::json& actual, work& w,
                                    const std::string& path) const;
  [[nodiscard]] bool matches_list(const nlohmann::json& actual, work& w,
                                  const std::string& path) const;
  [[nodiscard]] bool matches_set(const nlohmann::json& actual, work& w,
                                 const std::string& path) const;
  /// Names what differs inside something plain.
  [[nodiscard]] bool matches_parts(const nlohmann::json& actual, work& w,
                                   const std::string& path) const;
  [[nodiscard]] bool matches(const nlohmann::json& actual, work& w, const std::string& path) const;

  struct parts;

  kind kind_ = kind::literal;
  /// No symbol, instant or set inside: compared as it is.
  bool plain_ = true;
  const nlohmann::json* source_ = nullptr;
  instant time_{0};
  std::unique_ptr<text_pattern> text_;
  /// What an object, list or set holds, unless it is plain.
  std::unique_ptr<parts> parts_;
};

/// Compact JSON for a message; never throws and never longer than a few lines.
[[nodiscard]] std::string brief(const nlohmann::json& value);

} // namespace lapse::transcript
