// A small part of HCL, or the same tree as JSON (R-1716).

#include "tests/model/model_policy_tree.hpp"

#include <cctype>

namespace lapse::sequential {

using nlohmann::json;

namespace {

constexpr int depth_most = 40;

class reader {
public:
  explicit reader(std::string_view text) : text_(text) {}

  node document() {
    node out = members(0, true);
    return out;
  }

  std::string error;

private:
  bool failed(std::string why) {
    if (error.empty())
      error = std::move(why);
    return false;
  }

  void step() {
    if (text_[pos_] == '\n') {
      ++here_.line;
      here_.column = 0;
    }
    ++here_.column;
    ++pos_;
  }

  bool more() const { return pos_ < text_.size(); }
  char peek() const { return text_[pos_]; }

  void blank() {
    while (more()) {
      if (std::isspace(static_cast<unsigned char>(peek()))) {
        step();
      } else if (peek() == '#' || text_.substr(pos_, 2) == "//") {
        while (more() && peek() != '\n')
          step();
      } else if (text_.substr(pos_, 2) == "/*") {
        while (more() && text_.substr(pos_, 2) != "*/")
          step();
        for (int i = 0; i < 2 && more(); ++i)
          step();
      } else {
        return;
      }
    }
  }

  static bool word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
  }

  std::string word() {
    std::string out;
    while (more() && word_char(peek())) {
      out += peek();
      step();
    }
    return out;
  }

  bool quoted(std::string& out) {
    auto start = here_;
    step();
    int braces = 0;
    while (more() && (peek() != '"' || braces > 0)) {
      if (peek() == '\n' && braces == 0)
        return failed(at(start) + "literal not terminated");
      if (peek() == '\\' && pos_ + 1 < text_.size()) {
        step();
        char c = peek();
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
        step();
        continue;
      }
      if (text_.substr(pos_, 2) == "${")
        ++braces;
      else if (peek() == '}' && braces > 0)
        --braces;
      out += peek();
      step();
    }
    if (!more())
      return failed(at(start) + "literal not terminated");
    step();
    return true;
  }

  // The scanner takes an end of text for one place further than the last character's end.
  std::string end_of_text() const {
    return at({here_.line, here_.column + 1}) + "object expected closing RBRACE got: EOF";
  }

  node members(int depth, bool top) {
    node out;
    out.what = node::kind::object;
    out.where = here_;
    if (depth > depth_most) {
      failed(at(here_) + "nested too deep");
      return out;
    }
    while (error.empty()) {
      blank();
      if (!more()) {
        if (!top)
          failed(end_of_text());
        return out;
      }
      if (peek() == '}') {
        if (top)
          failed(at(here_) + "expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACE");
        else
          step();
        return out;
      }
      if (peek() == ',') {
        step();
        continue;
      }
      member(out, depth);
    }
    return out;
  }

  void member(node& into, int depth) {
    std::vector<std::string> keys;
    auto first = here_;
    while (error.empty()) {
      blank();
      if (!more()) {
        failed(end_of_text());
        return;
      }
      char c = peek();
      if (c == '"') {
        std::string key;
        if (!quoted(key))
          return;
        keys.push_back(key);
      } else if (word_char(c)) {
        keys.push_back(word());
      } else if (c == '{' || c == '=' || c == ':') {
        break;
      } else {
        failed(at(here_) + "illegal char");
        return;
      }
    }
    node value;
    if (peek() == '{') {
      step();
      value = members(depth + 1, false);
    } else {
      step();
      value = this->value(depth + 1);
    }
    if (!error.empty())
      return;
    if (keys.empty()) {
      failed(at(first) + "expected: IDENT | STRING got: LBRACE");
      return;
    }
    while (keys.size() > 1) {
      node outer;
      outer.what = node::kind::object;
      outer.where = value.where;
      outer.keys = {keys.back()};
      outer.lines = {first.line};
      outer.items = {value};
      value = std::move(outer);
      keys.pop_back();
    }
    into.keys.push_back(keys[0]);
    into.lines.push_back(first.line);
    into.items.push_back(std::move(value));
  }

  node value(int depth) {
    node out;
    blank();
    out.where = here_;
    if (!more()) {
      failed(end_of_text());
    } else if (depth > depth_most) {
      failed(at(here_) + "nested too deep");
    } else if (peek() == '{') {
      step();
      out = members(depth + 1, false);
    } else if (peek() == '[') {
      list(out, depth);
    } else if (peek() == '"') {
      std::string text;
      if (quoted(text))
        out.literal = text;
    } else if (word_char(peek()) || peek() == '+') {
      out.literal = bare(word());
    } else {
      failed(at(here_) + "illegal char");
    }
    return out;
  }

  static json bare(const std::string& text) {
    if (text == "true" || text == "false")
      return text == "true";
    auto number = json::parse(text, nullptr, false);
    return number.is_number() ? number : json(text);
  }

  void list(node& out, int depth) {
    out.what = node::kind::list;
    step();
    while (error.empty()) {
      blank();
      if (!more()) {
        failed(at({here_.line, here_.column + 1}) +
               "error parsing list, expected comma or list end, got: EOF");
        return;
      }
      if (peek() == ']') {
        step();
        return;
      }
      if (peek() == ',') {
        step();
        continue;
      }
      out.items.push_back(value(depth + 1));
    }
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  place here_;
};

// JSON's objects and lists of objects are the same tree.
node from_json(const json& value, int depth) {
  node out;
  if (depth > depth_most)
    return out;
  if (value.is_object()) {
    out.what = node::kind::object;
    for (auto& [key, inner] : value.items()) {
      out.keys.push_back(key);
      out.lines.push_back(1);
      out.items.push_back(from_json(inner, depth + 1));
    }
  } else if (value.is_array()) {
    out.what = node::kind::list;
    for (auto& inner : value)
      out.items.push_back(from_json(inner, depth + 1));
  } else {
    out.literal = value;
  }
  return out;
}

} // namespace

std::string at(place p) {
  return "At " + std::to_string(p.line) + ':' + std::to_string(p.column) + ": ";
}

std::variant<node, std::string> policy_tree_from(std::string_view text) {
  auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{')
    return from_json(json::parse(text, nullptr, false), 0);
  reader in(text);
  auto tree = in.document();
  if (!in.error.empty())
    return in.error;
  return tree;
}

} // namespace lapse::sequential
