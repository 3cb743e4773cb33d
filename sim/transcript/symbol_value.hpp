#pragma once

#include "actors/protocol/ids.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lapse::transcript {

/// What a symbol of a transcript can stand for. An identifier is kept as its number, whether it
/// came from a typed answer or as text, so that comparing one costs no rendering; everything else,
/// a chosen token id included, is text.
struct symbol_value {
  enum class kind : std::uint8_t { none, token, accessor, secret_lease, token_lease, text };

  kind what = kind::none;
  token_type type = token_type::service;
  /// Of the token or the secret lease.
  std::uint64_t number = 0;
  /// `order` of a secret lease.
  std::uint64_t order = 0;
  /// The text, or the path of a lease.
  std::shared_ptr<const std::string> text;
  /// Of a chosen token id, where it came from a typed answer: not part of the value.
  token_id chosen;

  [[nodiscard]] bool empty() const noexcept {
    return what == kind::none || (what == kind::text && (!text || text->empty()));
  }
};

[[nodiscard]] bool operator==(const symbol_value& a, const symbol_value& b) noexcept;

[[nodiscard]] std::uint64_t hash_of(const symbol_value& value) noexcept;

[[nodiscard]] symbol_value token_value(const token_name& token);
/// Empty text for a batch token.
[[nodiscard]] symbol_value accessor_value(const token_name& token);
[[nodiscard]] symbol_value lease_value(const lease_name& lease);
/// Recognises identifiers in text: equal to the value of the typed field that renders to it.
[[nodiscard]] symbol_value text_value(std::string_view text);

/// The text the server would read or write.
[[nodiscard]] std::string text(const symbol_value& value);

} // namespace lapse::transcript
