#include "actors/policy/hcl_scanner.hpp"

#include <algorithm>
#include <optional>

namespace lapse::policy {

namespace {

bool is_digit(int ch) { return ch >= '0' && ch <= '9'; }

// Beyond Latin-1's signs everything passes for a letter; identifiers there do not occur.
bool is_letter(int ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || ch >= 0xc3;
}

int digit_value(int ch) {
  if (is_digit(ch))
    return ch - '0';
  auto lower = ch | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

void append_utf8(std::string& out, std::uint32_t value) {
  // Surrogates and values beyond Unicode would make text that is not UTF-8.
  if ((value >= 0xd800 && value < 0xe000) || value > 0x10ffff)
    value = 0xfffd;
  auto continuation = [&](int shift) {
    out += static_cast<char>(0x80 | ((value >> shift) & 0x3f));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xc0 | (value >> 6));
    continuation(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xe0 | (value >> 12));
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xf0 | (value >> 18));
    continuation(12);
    continuation(6);
    continuation(0);
  }
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
    default:
      break;
  }
  if (dialect == hcl_dialect::json)
    return ch == ':' ? std::optional{hcl_token_kind::colon} : std::nullopt;
  switch (ch) {
    case '.':
      return hcl_token_kind::period;
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

int hcl_scanner::peek(std::size_t ahead) const noexcept {
  auto i = offset_ + ahead;
  return i < text_.size() ? static_cast<unsigned char>(text_[i]) : eof;
}

int hcl_scanner::advance() noexcept {
  auto ch = peek();
  if (ch == eof) {
    ++at_.column;
    return eof;
  }
  ++offset_;
  // Continuation bytes belong to the character before.
  if ((ch & 0xc0) != 0x80)
    ++at_.column;
  if (ch == '\n') {
    last_column_ = at_.column;
    at_ = {at_.line + 1, 0};
  }
  return ch;
}

void hcl_scanner::fail(std::string text) {
  error_ = std::move(text);
  error_at_ = at_.column > 0 ? at_ : hcl_position{at_.line - 1, last_column_};
}

// -- tokens -------------------------------------------------------------------

hcl_token hcl_scanner::next() {
  skip_blank();
  hcl_token token;
  auto before = offset_;
  auto ch = advance();
  token.at = at_;
  if (ch == eof) {
    token.kind = hcl_token_kind::end;
  } else if (ch == '"') {
    scan_string(token);
  } else if (is_letter(ch)) {
    offset_ = before + 1;
    token.text = static_cast<char>(ch);
    scan_word(token);
  } else if (is_digit(ch) || (ch == '-' && is_digit(peek())) ||
             (ch == '.' && is_digit(peek()) && dialect_ == hcl_dialect::native)) {
    token.text = static_cast<char>(ch);
    scan_number(token);
  } else if (ch == '<' && dialect_ == hcl_dialect::native) {
    scan_heredoc(token);
  } else {
    scan_other(token, ch);
  }
  return token;
}

void hcl_scanner::scan_other(hcl_token& token, int ch) {
  if (auto kind = punctuation(ch, dialect_)) {
    token.kind = *kind;
    token.text = static_cast<char>(ch);
    return;
  }
  fail("illegal char");
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
  auto native = dialect_ == hcl_dialect::native;
  // Continuation bytes are part of the letter they continue.
  while (is_letter(peek()) || is_digit(peek()) || (peek() & 0xc0) == 0x80 ||
         (native && (peek() == '-' || peek() == '.'))) {
    if (peek() == eof)
      break;
    token.text += static_cast<char>(advance());
  }
  if (peek() == eof)
    advance();
  if (token.text == "true" || token.text == "false")
    token.kind = hcl_token_kind::boolean;
  else if (native)
    token.kind = hcl_token_kind::identifier;
  else if (token.text == "null")
    token.kind = hcl_token_kind::null;
  else
    fail("illegal char");
}

void hcl_scanner::scan_number(hcl_token& token) {
  token.kind = token.text == "." ? hcl_token_kind::float_ : hcl_token_kind::number;
  auto hex = token.text == "0" && (peek() == 'x' || peek() == 'X');
  if (hex)
    token.text += static_cast<char>(advance());
  for (;;) {
    auto ch = peek();
    auto exponent = !hex && (ch == 'e' || ch == 'E');
    if (exponent || (!hex && ch == '.'))
      token.kind = hcl_token_kind::float_;
    else if (!is_digit(ch) && !(hex && digit_value(ch) < 16))
      break;
    token.text += static_cast<char>(advance());
    if (exponent && (peek() == '+' || peek() == '-'))
      token.text += static_cast<char>(advance());
  }
  if (peek() == eof)
    advance();
}

// -- strings ------------------------------------------------------------------

void hcl_scanner::scan_string(hcl_token& token) {
  token.kind = hcl_token_kind::string;
  // Inside an interpolation `${…}` quotes and line ends are ordinary.
  int braces = 0;
  for (;;) {
    auto ch = advance();
    if (ch == eof || (ch == '\n' && braces == 0)) {
      fail("literal not terminated");
      return;
    }
    if (ch == '"' && braces == 0)
      return;
    if (ch == '\\' && braces == 0) {
      scan_escape(token.text);
      continue;
    }
    token.text += static_cast<char>(ch);
    if (dialect_ == hcl_dialect::json)
      continue;
    if (braces == 0 && ch == '$' && peek() == '{') {
      token.text += static_cast<char>(advance());
      ++braces;
    } else if (braces > 0 && (ch == '{' || ch == '}')) {
      braces += ch == '{' ? 1 : -1;
    }
  }
}

void hcl_scanner::scan_escape(std::string& out) {
  auto ch = advance();
  constexpr std::string_view letters = "abfnrtv\\\"";
  constexpr std::string_view values = "\a\b\f\n\r\t\v\\\"";
  if (ch == eof)
    fail("illegal char escape");
  else if (auto i = letters.find(static_cast<char>(ch)); i != std::string_view::npos)
    out += values[i];
  else if (ch == '/' && dialect_ == hcl_dialect::json)
    out += '/';
  else if (ch >= '0' && ch <= '7')
    scan_code_point(out, 8, 2, static_cast<std::uint32_t>(ch - '0'));
  else if (ch == 'x')
    scan_code_point(out, 16, 2, 0);
  else if (ch == 'u')
    scan_code_point(out, 16, 4, 0);
  else if (ch == 'U')
    scan_code_point(out, 16, 8, 0);
  else
    fail("illegal char escape");
}

void hcl_scanner::scan_code_point(std::string& out, int base, int digits, std::uint32_t value) {
  for (; digits > 0; --digits) {
    if (digit_value(peek()) >= base) {
      fail("illegal char escape");
      return;
    }
    auto digit = static_cast<std::uint32_t>(digit_value(advance()));
    value = value * static_cast<std::uint32_t>(base) + digit;
  }
  append_utf8(out, value);
}

std::string_view hcl_scanner::take_line() {
  auto from = offset_;
  while (peek() != eof && peek() != '\n')
    advance();
  auto line = text_.substr(from, offset_ - from);
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  advance();
  return line;
}

void hcl_scanner::scan_heredoc(hcl_token& token) {
  token.kind = hcl_token_kind::heredoc;
  if (advance() != '<') {
    fail("heredoc expected second '<', didn't see it");
    return;
  }
  if (peek() == '-')
    advance();
  auto anchor = take_line();
  if (anchor.empty()) {
    fail("zero-length heredoc anchor");
    return;
  }
  while (peek() != eof) {
    auto line = take_line();
    auto word = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
    if (word == anchor)
      return;
    (token.text += line) += '\n';
  }
  fail("heredoc not terminated");
}

} // namespace lapse::policy
