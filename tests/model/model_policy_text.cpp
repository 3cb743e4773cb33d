// The policy language (R-1716): a small part of HCL, or the same tree as JSON.

#include "tests/model/model_durations.hpp"
#include "tests/model/model_policy.hpp"

#include <cctype>
#include <cstdio>

namespace lapse::sequential {

using nlohmann::json;

namespace {

struct place {
  int line = 1;
  int column = 1;
};

std::string at(place p) {
  return "At " + std::to_string(p.line) + ':' + std::to_string(p.column) + ": ";
}

// A tree node: a literal, a list, or an object whose keys may repeat.
struct node {
  enum class kind { literal, list, object } what = kind::literal;
  json literal;
  std::vector<node> items;
  std::vector<std::string> keys;
  std::vector<int> lines;
  place where;
};

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

std::string decode_base64(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  std::size_t symbols = 0;
  for (char c : text) {
    int six = c >= 'A' && c <= 'Z'   ? c - 'A'
              : c >= 'a' && c <= 'z' ? c - 'a' + 26
              : c >= '0' && c <= '9' ? c - '0' + 52
              : c == '+'             ? 62
              : c == '/'             ? 63
              : c == '='             ? 0
                                     : -1;
    if (six < 0)
      return {};
    ++symbols;
    bits = (bits << 6 | static_cast<unsigned>(six)) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xff);
    }
  }
  if (symbols % 4 != 0)
    return {};
  for (auto c : {0, 1})
    if (text.size() > static_cast<std::size_t>(c) && text[text.size() - 1 - c] == '=' &&
        !out.empty())
      out.pop_back();
  return out;
}

std::optional<std::int64_t> unix_from(const std::string& rfc3339_text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (std::sscanf(rfc3339_text.c_str(), "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6)
    return std::nullopt;
  y -= mo <= 2;
  auto era = y / 400;
  auto year = y - era * 400;
  auto day = (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  auto days = std::int64_t{era} * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
  return days * 86400 + h * 3600 + mi * 60 + s;
}

// Why a block cannot be taken, or empty.
class block_reader {
public:
  explicit block_reader(path_rule& rule) : rule_(rule) {}

  std::string error;

  void take(const std::string& key, const node& value) {
    if (key == "capabilities")
      for (auto& name : strings(value))
        capability(name);
    else if (key == "policy")
      old_style(value.literal.is_string() ? value.literal.get<std::string>() : "");
    else if (key == "required_parameters")
      for (auto& name : strings(value))
        rule_.required.insert(name);
    else if (key == "allowed_parameters")
      rule_.allowed = values(value);
    else if (key == "denied_parameters")
      rule_.denied = values(value);
    else if (key == "min_wrapping_ttl")
      rule_.min_wrapping = span(value);
    else if (key == "max_wrapping_ttl")
      rule_.max_wrapping = span(value);
    else if (key == "expiration" && value.literal.is_string())
      rule_.expiration_unix_s = unix_from(value.literal.get<std::string>());
  }

private:
  std::string prefix() const { return "path \"" + rule_.pattern + "\": "; }

  void fail(const std::string& why) {
    if (error.empty())
      error = why;
  }

  std::vector<std::string> strings(const node& value) {
    std::vector<std::string> out;
    if (value.what != node::kind::list) {
      fail(prefix() + at(value.where) + "unknown slice type: *ast.LiteralType");
      return out;
    }
    for (auto& item : value.items)
      if (item.literal.is_string())
        out.push_back(item.literal.get<std::string>());
    return out;
  }

  void capability(const std::string& name) {
    for (auto known :
         {"deny", "create", "read", "update", "delete", "list", "sudo", "patch", "scan"})
      if (name == known) {
        rule_.capabilities.insert(name);
        return;
      }
    fail(prefix() + "invalid capability \"" + name + '"');
  }

  void old_style(const std::string& name) {
    static const std::map<std::string, std::set<std::string>> meanings = {
        {"deny", {"deny"}},
        {"read", {"read", "list"}},
        {"write", {"create", "read", "update", "delete", "list"}},
        {"sudo", {"create", "read", "update", "delete", "list", "sudo"}}};
    auto at = meanings.find(name);
    if (at == meanings.end())
      fail(prefix() + "invalid policy \"" + name + '"');
    else
      rule_.capabilities.insert(at->second.begin(), at->second.end());
  }

  parameter_values values(const node& value) {
    parameter_values out;
    for (std::size_t i = 0; i < value.keys.size(); ++i) {
      auto& item = value.items[i];
      if (item.what != node::kind::list) {
        fail(prefix() + at(item.where) + "unknown slice type: *ast.LiteralType");
        return out;
      }
      auto& list = out[value.keys[i]];
      for (auto& inner : item.items)
        list.push_back(inner.literal);
    }
    return out;
  }

  duration span(const node& value) {
    auto read = duration_from(value.literal.is_string() ? value.literal.get<std::string>()
                                                        : value.literal.dump());
    if (!read.error.empty())
      fail("error parsing wrapping ttl: " + read.error);
    return read.value;
  }

  path_rule& rule_;
};

bool known_key(const std::string& key) {
  for (auto known : {"comment", "policy", "capabilities", "allowed_parameters", "denied_parameters",
                     "required_parameters", "min_wrapping_ttl", "max_wrapping_ttl", "mfa_methods",
                     "control_group", "pagination_limit", "expiration", "response_keys_filter_path",
                     "list_scan_response_keys_filter_path"})
    if (key == known)
      return true;
  return false;
}

std::string invalid_key(const std::string& where, const std::string& key, int line) {
  return "1 error occurred:\n\t* " + where + "invalid key \"" + key + "\" on line " +
         std::to_string(line) + "\n\n";
}

std::string read_block(const std::string& name, const node& body, std::vector<path_rule>& out) {
  path_rule rule;
  rule.pattern = name.starts_with('/') ? name.substr(1) : name;
  for (std::size_t i = 0; i < body.keys.size(); ++i)
    if (!known_key(body.keys[i]))
      return invalid_key("path \"" + name + "\": ", body.keys[i], body.lines[i]);
  if (name.find("+*") != std::string::npos)
    return "path \"" + name + "\": invalid use of wildcards ('+*' is forbidden)";
  block_reader reader(rule);
  for (std::size_t i = 0; i < body.keys.size(); ++i)
    reader.take(body.keys[i], body.items[i]);
  if (!reader.error.empty())
    return reader.error;
  if (rule.max_wrapping.count() > 0 && rule.max_wrapping < rule.min_wrapping)
    return "max_wrapping_ttl cannot be less than min_wrapping_ttl";
  out.push_back(std::move(rule));
  return {};
}

std::string read_paths(const node& value, std::vector<path_rule>& out) {
  if (value.what == node::kind::list) {
    for (auto& item : value.items)
      if (auto error = read_paths(item, out); !error.empty())
        return error;
    return {};
  }
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    auto& body = value.items[i];
    auto bodies = body.what == node::kind::list ? body.items : std::vector<node>{body};
    for (auto& one : bodies)
      if (auto error = read_block(value.keys[i], one, out); !error.empty())
        return error;
  }
  return {};
}

} // namespace

std::variant<std::vector<path_rule>, std::string> policy_from(std::string_view text) {
  auto decoded = decode_base64(text);
  if (!decoded.empty())
    text = decoded;
  node tree;
  auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    tree = from_json(json::parse(text, nullptr, false), 0);
  } else {
    reader in(text);
    tree = in.document();
    if (!in.error.empty())
      return in.error;
  }
  std::vector<path_rule> out;
  for (std::size_t i = 0; i < tree.keys.size(); ++i)
    if (tree.keys[i] != "name" && tree.keys[i] != "path")
      return invalid_key("", tree.keys[i], tree.lines[i]);
  for (std::size_t i = 0; i < tree.keys.size(); ++i)
    if (tree.keys[i] == "path")
      if (auto error = read_paths(tree.items[i], out); !error.empty())
        return error;
  return out;
}

} // namespace lapse::sequential
