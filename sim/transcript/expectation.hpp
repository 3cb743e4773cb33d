#pragma once

#include "actors/protocol/answer.hpp"
#include "sim/transcript/json_pattern.hpp"
#include "sim/transcript/text_pattern.hpp"
#include "sim/transcript/transcript.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lapse::transcript {

// At namespace scope: clang 14 cannot make defaulted members optional inside their own class.
namespace recorded {

// Typed forms of JSON values; each `compile` in the source fails where the JSON does not
// have that form.

struct number {
  std::int64_t value = 0;
  bool any = false;
  [[nodiscard]] bool matches(std::int64_t actual) const { return any || actual == value; }
};
struct flag {
  bool value = false;
  bool any = false;
  [[nodiscard]] bool matches(bool actual) const { return any || actual == value; }
};
/// An instant, `$any`, or (where `is_null`) null.
struct time {
  instant at{0};
  bool any = false;
  bool is_null = false;
  [[nodiscard]] bool matches(instant actual) const { return any || (!is_null && near(at, actual)); }
  [[nodiscard]] bool matches(const std::optional<instant>& actual) const {
    return actual ? matches(*actual) : is_null;
  }
};
/// A list of names; no value: null.
struct names {
  bool all_literal = true;
  std::vector<std::string> literals;
  std::optional<std::vector<text_pattern>> patterns;
  [[nodiscard]] bool matches(const std::vector<std::string>& actual, comparison& in) const;
  /// Null or not.
  [[nodiscard]] bool matches(const shared_names& actual, comparison& in) const;
  /// Empty is left out.
  [[nodiscard]] static bool matches(const std::optional<names>& expected,
                                    const shared_names& actual, comparison& in);
};
/// Text to text, without symbols; none: null.
using literals = std::optional<std::map<std::string, std::string>>;

struct auth {
  text_pattern token, accessor, entity;
  names policies;
  std::optional<names> token_policies, identity_policies;
  literals metadata;
  number lease_duration, num_uses;
  flag renewable, orphan;
  token_type type = token_type::service;
  [[nodiscard]] bool matches(const auth_block& actual, comparison& in) const;
};
struct token {
  text_pattern id, accessor, path, display_name, entity;
  names policies;
  std::optional<names> bound_cidrs, identity_policies;
  literals meta;
  number num_uses, creation_ttl, ttl, explicit_max_ttl;
  std::optional<number> period;
  std::optional<text_pattern> role;
  flag orphan;
  time creation_time, expire_time;
  std::optional<time> last_renewal, last_renewal_time, issue_time;
  std::optional<flag> renewable;
  token_type type = token_type::service;
  [[nodiscard]] bool matches(const token_lookup& actual, comparison& in) const;
};
struct lease {
  text_pattern id, path;
  time issue_time, expire_time, last_renewal;
  number ttl;
  flag renewable;
  std::optional<text_pattern> revoke_error;
  [[nodiscard]] bool matches(const lease_lookup& actual, comparison& in) const;
};
struct wrapping {
  text_pattern token, accessor, creation_path;
  number ttl;
  time creation_time;
  std::optional<text_pattern> wrapped_accessor;
  [[nodiscard]] bool matches(const wrap_info& actual, comparison& in) const;
};

} // namespace recorded

/// The recorded answer of one line, compiled to be compared with a typed answer field by field.
/// What has no typed form, or meets an answer of another form, is compared as JSON: so this can
/// only be faster than the plain comparison, never say otherwise.
class expectation {
public:
  /// `line` must outlive the expectation.
  expectation(const transcript_line& line, symbol_table& symbols);

  [[nodiscard]] bool matches(const answer& actual, comparison& in, std::int64_t start_unix_s) const;

  /// The plain comparison: of the status, and of what `to_json` renders.
  [[nodiscard]] bool matches_plainly(const answer& actual, comparison& in,
                                     std::int64_t start_unix_s,
                                     std::vector<field_difference>* out = nullptr) const;

private:
  /// `untyped`: only the plain comparison does.
  enum class form : std::uint8_t { untyped, none, errors, envelope };

  [[nodiscard]] bool compile_envelope(const nlohmann::json& reply, symbol_table& symbols);
  [[nodiscard]] bool compile_body(const nlohmann::json& data, const nlohmann::json& block,
                                  symbol_table& symbols);
  [[nodiscard]] std::optional<bool> matches_typed(const answer& body, comparison& in,
                                                  std::int64_t start_unix_s) const;
  [[nodiscard]] bool matches_envelope(const answer& body, comparison& in) const;

  int status_ = 0;
  form form_ = form::untyped;
  envelope shape_ = envelope::none;
  recorded::names errors_;
  /// None: null in an envelope, absent beside errors.
  std::optional<recorded::names> warnings_;
  text_pattern lease_id_;
  recorded::flag renewable_;
  recorded::number lease_duration_;
  std::optional<recorded::wrapping> wrap_;
  /// `monostate`: `data` and `auth` are null.
  std::variant<std::monostate, recorded::auth, recorded::token, recorded::lease, json_pattern>
      body_;
  /// Null where the body was empty.
  const nlohmann::json* reply_;
  /// Compiled when it is first needed: typed answers never do.
  mutable std::optional<json_pattern> whole_;
};

} // namespace lapse::transcript
