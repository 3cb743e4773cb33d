#pragma once

#include "sim/transcript/symbol_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lapse::transcript {

/// What a comparison works on: the symbols, and whether a token may get a second name here.
struct comparison {
  symbol_table& symbols;
  bool may_alias = false;
};

/// A string of a transcript, compiled: a literal, a symbol, `$any`, or text with `{$a}` and
/// `{$any}` inside.
class text_pattern {
public:
  text_pattern() = default;
  /// `in_answer`: the symbols can be bound here, and `$any` means any value.
  text_pattern(std::string_view text, symbol_table& symbols, bool in_answer);

  [[nodiscard]] bool is_literal() const noexcept { return kind_ == kind::literal; }
  [[nodiscard]] bool is_any() const noexcept { return kind_ == kind::any; }
  [[nodiscard]] bool is_symbol() const noexcept { return kind_ == kind::symbol; }
  /// What was compiled.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] symbol_index symbol() const noexcept { return symbol_; }

  // -- comparing -------------------------------------------------------------------

  [[nodiscard]] bool matches(std::string_view actual, comparison& in) const;
  [[nodiscard]] bool matches_token(const token_name& actual, comparison& in) const;
  [[nodiscard]] bool matches_accessor(const token_name& actual, comparison& in) const;
  [[nodiscard]] bool matches_lease(const lease_name& actual, comparison& in) const;

  // -- substituting ------------------------------------------------------------------

  /// The text with symbols replaced; unbound ones stay `$a`, and what no answer can bind stays
  /// exactly as it was written.
  [[nodiscard]] std::string fill(const symbol_table& symbols) const;

  /// Calls `f` with each symbol in it.
  template <class F>
  void each_symbol(F f) const {
    if (kind_ == kind::symbol)
      f(symbol_);
    for (const auto& part : pieces_)
      if (part.what == kind::symbol)
        f(part.symbol);
  }

private:
  enum class kind : std::uint8_t { literal, symbol, any, mixed };
  struct piece {
    kind what = kind::literal;
    std::string text;
    symbol_index symbol = symbol_table::none;
  };

  [[nodiscard]] bool matches_mixed(std::string_view actual, comparison& in) const;

  kind kind_ = kind::literal;
  symbol_index symbol_ = symbol_table::none;
  std::string source_;
  std::vector<piece> pieces_;
};

} // namespace lapse::transcript
