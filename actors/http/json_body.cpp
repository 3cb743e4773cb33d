// The server reads a body twice: once token by token, to the end, to see that it is not too large,
// and then the first value. So there are two kinds of mistakes: those of the order of tokens, and
// those inside a token; both have texts of their own.

#include "actors/http/json_body.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/protocol/utf8.hpp"

#include <cstdint>
#include <vector>

namespace lapse::http {

namespace {

using json = nlohmann::json;

/// Deeper bodies are refused; no API has them.
constexpr std::size_t depth_max = 300;

constexpr std::string_view truncated = "unexpected EOF";

/// A mistake in the text; thrown within this file only.
struct bad_json {
  std::string what;
};

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// A byte for an error, taken for a character of Latin 1.
std::string quoted_byte(char c) {
  if (c == '\'')
    return R"('\'')";
  if (c == '"')
    return R"('"')";
  std::string character;
  append_utf8(character, static_cast<unsigned char>(c));
  const auto in_quotes = quote(character);
  return '\'' + in_quotes.substr(1, in_quotes.size() - 2) + '\'';
}

[[noreturn]] void unexpected(char c, std::string_view where) {
  throw bad_json{"invalid character " + quoted_byte(c) + std::string{where}};
}

/// Reads single tokens off the front of a text.
class token_reader {
public:
  explicit token_reader(std::string_view text) noexcept : text_(text) {}

  /// The next character that is no white space; false at the end.
  bool peek(char& c) noexcept {
    while (at_ < text_.size() && is_space(text_[at_]))
      ++at_;
    if (at_ == text_.size())
      return false;
    c = text_[at_];
    return true;
  }

  void skip() noexcept { ++at_; }

  std::string string() {
    std::string result;
    skip();
    for (;;) {
      const char c = next();
      if (c == '"')
        return result;
      if (static_cast<unsigned char>(c) < 0x20)
        unexpected(c, " in string literal");
      if (c == '\\') {
        escape(result);
      } else if (static_cast<unsigned char>(c) < 0x80) {
        result += c;
      } else {
        const auto next = decode_utf8(text_.substr(at_ - 1));
        append_utf8(result, static_cast<std::uint32_t>(next.value));
        at_ += next.size - 1;
      }
    }
  }

  /// Anything but strings, lists and objects.
  json scalar() {
    switch (text_[at_]) {
      case 't':
        return literal("true", true);
      case 'f':
        return literal("false", false);
      case 'n':
        return literal("null", nullptr);
      default:
        return number();
    }
  }

private:
  char next() {
    if (at_ == text_.size())
      throw bad_json{std::string{truncated}};
    return text_[at_++];
  }

  json literal(std::string_view word, json value) {
    skip();
    for (const char wanted : word.substr(1))
      if (const char c = next(); c != wanted)
        unexpected(c, " in literal " + std::string{word} + " (expecting '" + wanted + "')");
    return value;
  }

  void digits(std::string_view where) {
    if (const char c = next(); !is_digit(c))
      unexpected(c, where);
    while (at_ < text_.size() && is_digit(text_[at_]))
      ++at_;
  }

  json number() {
    const auto start = at_;
    char c = next();
    if (c == '-') {
      c = next();
      if (!is_digit(c))
        unexpected(c, " in numeric literal");
    } else if (!is_digit(c)) {
      unexpected(c, " looking for beginning of value");
    }
    if (c != '0')
      while (at_ < text_.size() && is_digit(text_[at_]))
        ++at_;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits(" after decimal point in numeric literal");
    }
    if (at_ < text_.size() && (text_[at_] | 0x20) == 'e') {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-'))
        ++at_;
      digits(" in exponent of numeric literal");
    }
    const auto written = text_.substr(start, at_ - start);
    auto value = json::parse(written, nullptr, false);
    // Too large for any number: kept as it was written, as the server keeps all numbers.
    return value.is_discarded() ? json(written) : value;
  }

  std::uint32_t hex4() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = next();
      const int digit = hex_digit(c);
      if (digit < 0)
        unexpected(c, " in \\u hexadecimal character escape");
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    return value;
  }

  void escape(std::string& to) {
    static constexpr std::string_view written = "\"\\/bfnrt";
    static constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    const char c = next();
    if (const auto i = written.find(c); i != std::string_view::npos) {
      to += meant[i];
      return;
    }
    if (c != 'u')
      unexpected(c, " in string escape code");
    auto rune = hex4();
    if (rune >= 0xd800 && rune < 0xe000) {
      const auto before = at_;
      std::uint32_t low = 0;
      if (rune < 0xdc00 && text_.substr(at_, 2) == "\\u") {
        at_ += 2;
        low = hex4();
      }
      // One alone becomes a replacement.
      if (low >= 0xdc00 && low < 0xe000)
        rune = 0x10000 + ((rune - 0xd800) << 10) + (low - 0xdc00);
      else
        at_ = before;
    }
    append_utf8(to, rune);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// What may come next.
enum class place : std::uint8_t {
  top,
  array_start,
  array_value,
  array_comma,
  object_start,
  object_key,
  object_colon,
  object_value,
  object_comma
};

std::string_view looking_for(place at) noexcept {
  switch (at) {
    case place::top:
    case place::array_start:
    case place::array_value:
    case place::object_value:
      return " looking for beginning of value";
    case place::array_comma:
      return " after array element";
    case place::object_key:
      return " looking for beginning of object key string";
    case place::object_colon:
      return " after object key";
    case place::object_comma:
      return " after object key:value pair";
    case place::object_start:
      break;
  }
  return {};
}

/// Reads all tokens and builds the first value.
class body_reader {
public:
  explicit body_reader(std::string_view text) noexcept : tokens_(text) {}

  json read() {
    char c = 0;
    while (tokens_.peek(c))
      token(c);
    // A second value that is cut off does no harm.
    if (!open_.empty())
      throw bad_json{std::string{truncated}};
    return std::move(first_);
  }

private:
  void token(char c) {
    switch (c) {
      case '[':
        return open(c, place::array_start, json::array());
      case '{':
        return open(c, place::object_start, json::object());
      case ']':
        return close(c, place::array_start, place::array_comma);
      case '}':
        return close(c, place::object_start, place::object_comma);
      case ':':
        return go_on(c, place::object_colon, place::object_value);
      case ',':
        return at_ == place::array_comma ? go_on(c, place::array_comma, place::array_value)
                                         : go_on(c, place::object_comma, place::object_key);
      case '"':
        if (at_ == place::object_start || at_ == place::object_key) {
          key_ = tokens_.string();
          at_ = place::object_colon;
          return;
        }
        need_value(c);
        return value(tokens_.string());
      default:
        need_value(c);
        return value(tokens_.scalar());
    }
  }

  void need_value(char c) const {
    if (at_ != place::top && at_ != place::array_start && at_ != place::array_value &&
        at_ != place::object_value)
      unexpected(c, looking_for(at_));
  }

  void go_on(char c, place from, place to) {
    if (at_ != from)
      unexpected(c, looking_for(at_));
    tokens_.skip();
    at_ = to;
  }

  void open(char c, place inside, json empty) {
    need_value(c);
    tokens_.skip();
    if (outer_.size() == depth_max)
      throw bad_json{"exceeded max depth"};
    const bool building = !done_;
    auto* made = place_value(std::move(empty));
    if (building)
      open_.push_back(made);
    outer_.push_back(at_);
    at_ = inside;
  }

  void close(char c, place empty, place full) {
    if (at_ != empty && at_ != full)
      unexpected(c, looking_for(at_));
    tokens_.skip();
    at_ = outer_.back();
    outer_.pop_back();
    if (!open_.empty()) {
      open_.pop_back();
      done_ = open_.empty();
    }
    end_value();
  }

  void value(json what) {
    static_cast<void>(place_value(std::move(what)));
    if (open_.empty())
      done_ = true;
    end_value();
  }

  void end_value() noexcept {
    if (at_ == place::array_start || at_ == place::array_value)
      at_ = place::array_comma;
    else if (at_ == place::object_value)
      at_ = place::object_comma;
  }

  /// Puts a value where it belongs, if it is part of the first one.
  json* place_value(json what) {
    if (done_)
      return nullptr;
    if (open_.empty()) {
      first_ = std::move(what);
      return &first_;
    }
    auto& into = *open_.back();
    if (into.is_array()) {
      into.push_back(std::move(what));
      return &into.back();
    }
    return &(into[key_] = std::move(what));
  }

  token_reader tokens_;
  place at_ = place::top;
  std::vector<place> outer_;
  json first_;
  bool done_ = false;
  std::vector<json*> open_;
  std::string key_;
};

constexpr std::string_view failed = "failed to decode JSON input: ";

} // namespace

tl::expected<json, std::string> read_json_body(std::string_view text) {
  try {
    return body_reader{text}.read();
  } catch (const bad_json& bad) {
    return tl::unexpected{std::string{failed} + bad.what};
  }
}

std::string object_error(const json& body, std::string_view wanted) {
  if (body.is_object() || body.is_null())
    return {};
  std::string result{failed};
  result += "json: cannot unmarshal ";
  result += body.is_array()     ? "array"
            : body.is_string()  ? "string"
            : body.is_boolean() ? "bool"
                                : "number";
  result += " into Go value of type ";
  return result += wanted;
}

} // namespace lapse::http
