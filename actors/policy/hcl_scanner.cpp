#include "actors/policy/hcl_scanner.hpp"

#include "actors/protocol/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace lapse::policy {

namespace {

bool is_digit(int ch) { return ch >= '0' && ch <= '9'; }

// Signs and private characters stand in a few blocks; the rest beyond ASCII passes for letters.
bool is_letter(int ch) {
  if (ch < 0x80)
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
  if (ch < 0xc0)
    return ch == 0xaa || ch == 0xb5 || ch == 0xba;
  constexpr std::pair<int, int> signs[] = {
      {0xd7, 0xd7},     {0xf7, 0xf7},       {0x300, 0x36f},     {0x2000, 0x2070},
      {0x2080, 0x208f}, {0x20a0, 0x20ff},   {0x2190, 0x2bff},   {0x3000, 0x3004},
      {0x3008, 0x3030}, {0xe000, 0xf8ff},   {0xfe00, 0xfe6f},   {0xfeff, 0xff20},
      {0xffe0, 0xffff}, {0x1f000, 0x1faff}, {0xe0000, 0x10ffff}};
  return std::none_of(std::begin(signs), std::end(signs),
                      [ch](const auto& block) { return ch >= block.first && ch <= block.second; });
}

int digit_value(int ch) {
  if (is_digit(ch))
    return ch - '0';
  auto lower = ch | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

std::optional<hcl_token_kind> punctuation(int ch, hcl_dialect dialect) {
  switch (ch) {
    case '[':
      return hcl_token_kind::lbrack;
    case ']':
      return hcl_token_kind::rbrack;
    case '{':
      return hcl_token_kind::lbrace;
    case '}':
      return hcl_token_kind::rbrace;
    case ',':
      return hcl_token_kind::comma;
    case '.':
      return hcl_token_kind::period;
    default:
      break;
  }
  if (dialect == hcl_dialect::json)
    return ch == ':' ? std::optional{hcl_token_kind::colon} : std::nullopt;
  switch (ch) {
    case '=':
      return hcl_token_kind::assign;
    case '+':
      return hcl_token_kind::add;
    case '-':
      return hcl_token_kind::sub;
    default:
      return std::nullopt;
  }
}

} // namespace

std::string_view to_string(hcl_token_kind kind) noexcept {
  constexpr std::string_view texts[] = {"ILLEGAL", "EOF",    "IDENT",  "NUMBER",  "FLOAT",
                                        "BOOL",    "NULL",   "STRING", "HEREDOC", "LBRACK",
                                        "RBRACK",  "LBRACE", "RBRACE", "COMMA",   "PERIOD",
                                        "ASSIGN",  "COLON",  "ADD",    "SUB"};
  return texts[static_cast<std::uint8_t>(kind)];
}

// -- characters ---------------------------------------------------------------

int hcl_scanner::peek() const noexcept {
  if (offset_ >= text_.size() || text_[offset_] == '\0')
    return eof;
  return decode_utf8(text_.substr(offset_)).value;
}

int hcl_scanner::advance() {
  if (offset_ >= text_.size()) {
    ++at_.column;
    return eof;
  }
  const auto next = decode_utf8(text_.substr(offset_));
  last_offset_ = offset_;
  last_at_ = at_;
  offset_ += next.size;
  ++at_.column;
  if (next.value == replacement_rune && next.size == 1) {
    fail("illegal UTF-8 encoding");
  } else if (next.value == '\n') {
    last_column_ = at_.column;
    at_ = {at_.line + 1, 0};
  } else if (next.value == 0) {
    if (dialect_ == hcl_dialect::native)
      fail("unexpected null character (0x00)");
    return eof;
  }
  return next.value;
}

void hcl_scanner::back() noexcept {
  offset_ = last_offset_;
  at_ = last_at_;
}

void hcl_scanner::fail(std::string text) {
  error_ = std::move(text);
  error_at_ = at_.column > 0 ? at_ : hcl_position{at_.line - 1, last_column_};
}

// -- tokens -------------------------------------------------------------------

hcl_token hcl_scanner::next() {
  skip_blank();
  hcl_token token;
  const auto from = offset_;
  const auto ch = advance();
  token.at = at_;
  if (ch == eof)
    token.kind = hcl_token_kind::end;
  else if (ch == '"')
    scan_string(token);
  else if (is_letter(ch))
    scan_word(token);
  else if (is_digit(ch))
    token.kind = scan_number(ch);
  else if (ch == '<' && dialect_ == hcl_dialect::native)
    scan_heredoc(token);
  else
    scan_other(token, ch);
  token.written = text_.substr(from, offset_ - from);
  if (token.kind != hcl_token_kind::string && token.kind != hcl_token_kind::heredoc)
    token.text = token.written;
  return token;
}

void hcl_scanner::scan_other(hcl_token& token, int ch) {
  if (ch == '-' && is_digit(peek())) {
    token.kind = scan_number(advance());
  } else if (ch == '.' && is_digit(peek())) {
    token.kind = hcl_token_kind::float_;
    scan_exponent(scan_digits(peek()));
  } else if (auto kind = punctuation(ch, dialect_)) {
    token.kind = *kind;
  } else if (dialect_ == hcl_dialect::json && ch != '-') {
    std::string text = "illegal char: ";
    append_utf8(text, static_cast<std::uint32_t>(ch));
    fail(std::move(text));
  } else {
    fail("illegal char");
  }
}

void hcl_scanner::skip_blank() {
  for (;;) {
    auto ch = peek();
    if (ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r')
      advance();
    else if (dialect_ == hcl_dialect::native && (ch == '#' || ch == '/'))
      scan_comment();
    else
      return;
  }
}

void hcl_scanner::scan_comment() {
  auto first = advance();
  if (first == '/' && peek() == '*') {
    advance();
    auto before = advance();
    for (auto ch = before; before != eof; before = ch) {
      ch = advance();
      if (before == '*' && ch == '/')
        return;
    }
    fail("comment not terminated");
    return;
  }
  if (first == '/' && peek() != '/') {
    fail("expected '/' for comment");
    return;
  }
  while (peek() != '\n' && peek() != eof)
    advance();
  if (peek() == eof)
    advance();
}

void hcl_scanner::scan_word(hcl_token& token) {
  const auto native = dialect_ == hcl_dialect::native;
  const auto from = last_offset_;
  while (is_letter(peek()) || is_digit(peek()) || peek() == '-' || (native && peek() == '.'))
    advance();
  const auto word = text_.substr(from, offset_ - from);
  if (peek() == eof)
    advance();
  if (word == "true" || word == "false")
    token.kind = hcl_token_kind::boolean;
  else if (word == "null" && !native)
    token.kind = hcl_token_kind::null;
  else if (native)
    token.kind = hcl_token_kind::identifier;
  else
    fail("illegal char");
}

// -- numbers ------------------------------------------------------------------

// The server's reader steps one character too far and then back; at the end of the text, where it
// cannot step back, that moves the place of the end token.

hcl_token_kind hcl_scanner::scan_number(int ch) {
  const auto native = dialect_ == hcl_dialect::native;
  if (ch == '0' && native)
    return scan_zero();
  const auto from = last_offset_;
  scan_digits(ch);
  ch = advance();
  const auto fraction = ch == '.';
  if (fraction)
    ch = scan_digits(peek());
  if (ch == 'e' || ch == 'E')
    scan_exponent(fraction ? advance() : ch);
  else if (!fraction && ch != eof)
    back();
  if (fraction || ch == 'e' || ch == 'E')
    return hcl_token_kind::float_;
  if (text_[from] == '0' && offset_ > from + 1)
    fail("numbers cannot start with 0");
  return hcl_token_kind::number;
}

hcl_token_kind hcl_scanner::scan_zero() {
  auto ch = advance();
  if (ch == 'x' || ch == 'X') {
    auto found = false;
    for (ch = advance(); digit_value(ch) < 16; found = true)
      ch = advance();
    if (!found)
      fail("illegal hexadecimal number");
    if (ch != eof)
      back();
    return hcl_token_kind::number;
  }
  auto illegal_octal = false;
  while (is_digit(ch)) {
    ch = advance();
    illegal_octal = illegal_octal || ch == '8' || ch == '9';
  }
  if (ch == '.') {
    ch = scan_digits(peek());
    if (ch == 'e' || ch == 'E')
      scan_exponent(advance());
    return hcl_token_kind::float_;
  }
  if (ch == 'e' || ch == 'E') {
    scan_exponent(ch);
    return hcl_token_kind::float_;
  }
  if (illegal_octal)
    fail("illegal octal number");
  if (ch != eof)
    back();
  return hcl_token_kind::number;
}

int hcl_scanner::scan_digits(int ch) {
  auto scanned = false;
  for (; is_digit(ch); scanned = true)
    ch = advance();
  if (scanned && ch != eof)
    back();
  return ch;
}

int hcl_scanner::scan_exponent(int ch) {
  if (ch != 'e' && ch != 'E')
    return ch;
  ch = advance();
  if (ch == '-' || ch == '+')
    ch = advance();
  return scan_digits(ch);
}

// -- strings ------------------------------------------------------------------

void hcl_scanner::scan_string(hcl_token& token) {
  token.kind = hcl_token_kind::string;
  // Inside an interpolation `${…}` quotes and line ends are ordinary.
  int braces = 0;
  for (;;) {
    const auto from = offset_;
    const auto ch = advance();
    if (ch == eof || (ch == '\n' && braces == 0))
      return fail("literal not terminated");
    if (ch == '"' && braces == 0)
      return;
    if (dialect_ == hcl_dialect::native) {
      if (braces == 0 && ch == '$' && peek() == '{') {
        advance();
        ++braces;
      } else if (braces > 0 && (ch == '{' || ch == '}')) {
        braces += ch == '{' ? 1 : -1;
      }
    }
    std::string escaped;
    if (ch == '\\')
      scan_escape(escaped);
    if (ch == '\\' && braces == 0)
      token.text += escaped;
    else
      token.text += text_.substr(from, offset_ - from);
  }
}

void hcl_scanner::scan_escape(std::string& out) {
  const auto ch = advance();
  constexpr std::string_view letters = "abfnrtv\\\"";
  constexpr std::string_view values = "\a\b\f\n\r\t\v\\\"";
  const auto i = ch > 0 && ch < 0x80 ? letters.find(static_cast<char>(ch)) : std::string_view::npos;
  if (i != std::string_view::npos)
    out += values[i];
  else if (ch == '/' && dialect_ == hcl_dialect::json)
    out += '/';
  else if (ch >= '0' && ch <= '7')
    scan_code_point(out, ch, 8, 3);
  else if (ch == 'x')
    scan_code_point(out, advance(), 16, 2);
  else if (ch == 'u')
    scan_code_point(out, advance(), 16, 4);
  else if (ch == 'U')
    scan_code_point(out, advance(), 16, 8);
  else
    fail("illegal char escape");
}

void hcl_scanner::scan_code_point(std::string& out, int ch, int base, int digits) {
  std::uint32_t value = 0;
  const auto wanted = digits;
  while (digits > 0 && digit_value(ch) < base) {
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit_value(ch));
    ch = advance();
    if (ch == eof)
      break;
    --digits;
  }
  if (digits > 0)
    fail("illegal char escape");
  if (digits != wanted && ch != eof)
    back();
  append_utf8(out, value);
}

// -- heredocs -----------------------------------------------------------------

// The word after `<<`; empty if the heredoc cannot begin.
std::string_view hcl_scanner::scan_anchor() {
  const auto from = offset_;
  auto ch = advance();
  if (ch == '-')
    ch = advance();
  while (is_letter(ch) || is_digit(ch))
    ch = advance();
  const auto until = last_offset_;
  if (ch == '\r' && peek() == '\n')
    ch = advance();
  auto anchor = text_.substr(from, until - from);
  if (ch == eof)
    fail("heredoc not terminated");
  else if (ch != '\n')
    fail("invalid characters in heredoc anchor");
  else if (anchor.empty() || anchor == "-")
    fail("zero-length heredoc anchor");
  else
    return anchor;
  return {};
}

void hcl_scanner::scan_heredoc(hcl_token& token) {
  token.kind = hcl_token_kind::heredoc;
  if (advance() != '<')
    return fail("heredoc expected second '<', didn't see it");
  auto anchor = scan_anchor();
  if (anchor.empty())
    return;
  // The server compares lengths first, with the `-` counted.
  const auto least = anchor.size();
  if (anchor.starts_with('-'))
    anchor.remove_prefix(1);
  for (;;) {
    const auto from = offset_;
    auto ch = advance();
    while (ch != '\n' && ch != eof)
      ch = advance();
    if (ch == eof)
      return fail("heredoc not terminated");
    const auto line = text_.substr(from, offset_ - 1 - from);
    auto word = line.substr(std::min(line.find_first_not_of(" \t\v\f\r"), line.size()));
    word = word.substr(0, word.find_last_not_of('\r') + 1);
    if (word == anchor && line.size() >= least)
      return;
    (token.text += line) += '\n';
  }
}

} // namespace lapse::policy
