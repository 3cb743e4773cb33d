#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::policy {

/// Where a token starts: line and column count from 1, columns in characters.
struct hcl_position {
  int line = 0;
  int column = 0;
};

enum class hcl_token_kind : std::uint8_t {
  illegal,
  end,
  identifier,
  number,
  float_,
  boolean,
  null,
  string,
  heredoc,
  lbrack,
  rbrack,
  lbrace,
  rbrace,
  comma,
  period,
  assign,
  colon,
  add,
  sub,
};

/// The name a token kind has in error texts, e.g. `RBRACE`.
[[nodiscard]] std::string_view to_string(hcl_token_kind kind) noexcept;

struct hcl_token {
  hcl_token_kind kind = hcl_token_kind::illegal;
  /// A string without its quotes and escapes; all else as written.
  std::string text;
  hcl_position at;
  /// As it stands in the policy's text, which it points into.
  std::string_view written;
};

enum class hcl_dialect : std::uint8_t { native, json };

/// Cuts a policy text into tokens (R-1716). Comments are skipped. The place of the end token
/// moves one column further with every character or end that was looked at, as on the server,
/// where a missing brace is reported two columns behind the last character.
class hcl_scanner {
public:
  /// @param text outlives the scanner. Bytes that are no UTF-8 are a lexical error.
  hcl_scanner(std::string_view text, hcl_dialect dialect) noexcept
    : text_(text), dialect_(dialect) {
    // nop
  }

  [[nodiscard]] hcl_token next();

  /// The text of the last lexical error; empty if there was none.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  [[nodiscard]] hcl_position error_at() const noexcept { return error_at_; }

private:
  static constexpr int eof = -1;

  /// The character at `offset_`; a null character passes for the end of the text.
  [[nodiscard]] int peek() const noexcept;
  int advance();
  /// Takes the last character back, once.
  void back() noexcept;
  void fail(std::string text);

  void skip_blank();
  void scan_comment();
  void scan_word(hcl_token& token);
  [[nodiscard]] hcl_token_kind scan_number(int ch);
  [[nodiscard]] hcl_token_kind scan_zero();
  int scan_digits(int ch);
  int scan_exponent(int ch);
  void scan_string(hcl_token& token);
  void scan_escape(std::string& out);
  void scan_code_point(std::string& out, int ch, int base, int digits);
  void scan_heredoc(hcl_token& token);
  [[nodiscard]] std::string_view scan_anchor();
  void scan_other(hcl_token& token, int ch);

  std::string_view text_;
  std::size_t offset_ = 0;
  hcl_dialect dialect_;
  hcl_position at_{1, 0};
  // Where the last character was taken from.
  std::size_t last_offset_ = 0;
  hcl_position last_at_{1, 0};
  // Length of the line before, for errors at a line's end.
  int last_column_ = 0;
  std::string error_;
  hcl_position error_at_;
};

} // namespace lapse::policy
