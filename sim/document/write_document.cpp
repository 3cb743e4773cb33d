#include "sim/document/write_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lapse::document {

namespace {

constexpr std::size_t line_max = 100;

// -- scalars -----------------------------------------------------------------------

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool says_null(std::string_view text) {
  constexpr std::array words{"", "~", "null", "Null", "NULL"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Whether YAML reads the text without quotes as this very text, inside of brackets too.
bool fits_plain(std::string_view text) {
  if (text.empty() || text == "<<" || text.back() == ' ' || text.back() == ':')
    return false;
  auto first = text.front();
  auto second = text.size() > 1 ? text[1] : ' ';
  constexpr std::string_view starters = "_/.+($=~^<;";
  auto starts = letter(first) || digit(first) || static_cast<unsigned char>(first) >= 0x80 ||
                starters.find(first) != std::string_view::npos ||
                (first == '-' && (digit(second) || letter(second)));
  if (!starts || text.substr(0, 3) == "...")
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (control(text[i]) || std::string_view{",?[]{}"}.find(text[i]) != std::string_view::npos)
      return false;
    if (i > 0 && ((text[i] == '#' && text[i - 1] == ' ') || (text[i] == ' ' && text[i - 1] == ':')))
      return false;
  }
  return true;
}

// Outside of brackets their characters need no quotes: `job{i}`.
bool fits_plain_in_block(std::string_view text) {
  std::string without{text};
  for (auto& c : without)
    if (std::string_view{",?[]{}"}.find(c) != std::string_view::npos)
      c = '_';
  return !text.empty() && letter(text.front()) && fits_plain(without);
}

std::string in_double_quotes(std::string_view text) {
  auto controls = std::any_of(text.begin(), text.end(), control);
  if (!controls && text.find('\'') == std::string_view::npos &&
      text.find_first_of("\"\\") != std::string_view::npos)
    return fmt::format("'{}'", text);
  std::string result = "\"";
  for (auto c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    if (c == '\n')
      result += "\\n";
    else if (control(c))
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      result += c;
  }
  return result + '"';
}

std::string key_text(std::string_view key) {
  return !says_null(key) && (fits_plain(key) || fits_plain_in_block(key)) ? std::string{key}
                                                                          : in_double_quotes(key);
}

std::string scalar_text(const document_node& node, bool in_brackets) {
  if (node.what == document_node::kind::null)
    return "null";
  auto fits = fits_plain(node.text) || (!in_brackets && fits_plain_in_block(node.text));
  return fits && node.bare() ? node.text : in_double_quotes(node.text);
}

// Whether the text can stand under `|`: lines that begin at the margin and hold nothing invisible.
bool fits_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.front() == '\n' || text.front() == ' ' ||
      text.front() == '\t')
    return false;
  // More than one line end at the end, or lines of blanks only, are rare: quotes say it best.
  if (text.size() > 1 && text.substr(text.size() - 2) == "\n\n")
    return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((control(text[i]) && text[i] != '\n' && text[i] != '\t') ||
        (text[i] == '\n' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')))
      return false;
  return text.back() != ' ' && text.back() != '\t';
}

// -- in brackets ---------------------------------------------------------------------

// The node on one line; empty if it is too long or holds a text of several lines.
std::string on_one_line(const document_node& node) {
  if (node.children.empty()) {
    if (node.is_map() || node.is_sequence())
      return node.is_map() ? "{}" : "[]";
    return fits_block(node.text) ? std::string{} : scalar_text(node, true);
  }
  std::string result;
  for (const auto& child : node.children) {
    auto value = on_one_line(child);
    if (value.empty())
      return {};
    result += result.empty() ? "" : ", ";
    if (node.is_map()) {
      auto plain = !says_null(child.key) && fits_plain(child.key);
      result += (plain ? child.key : in_double_quotes(child.key)) + ": ";
    }
    result += value;
    if (result.size() > line_max)
      return {};
  }
  return node.is_map() ? "{ " + result + " }" : "[" + result + "]";
}

bool has_maps(const document_node& node) {
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const auto& child) { return child.is_map() && !child.children.empty(); });
}

// -- blocks --------------------------------------------------------------------------

class block_writer {
public:
  std::string write(const document_node& document) {
    bool spaced = false;
    for (const auto& section : document.children) {
      auto large = (section.is_map() || section.is_sequence()) && !section.children.empty();
      if (!text_.empty() && (large || spaced))
        text_ += '\n';
      spaced = large;
      in_steps_ = section.key == "steps";
      entry(section, 0);
    }
    return std::move(text_);
  }

private:
  void entry(const document_node& node, std::size_t indent) {
    text_ += std::string(indent, ' ') + key_text(node.key) + ':';
    value(node, indent);
  }

  // What follows `key:` on its line and below.
  void value(const document_node& node, std::size_t indent) {
    if (node.is_scalar() && fits_block(node.text))
      return lines(node.text, indent + 2);
    auto line = keeps_lines(node, indent) ? std::string{} : on_one_line(node);
    if (node.children.empty() && !node.is_map() && !node.is_sequence())
      line = scalar_text(node, false);
    if (!line.empty() &&
        (node.children.empty() || indent + node.key.size() + 2 + line.size() <= line_max)) {
      text_ += ' ' + line + '\n';
      return;
    }
    text_ += '\n';
    for (const auto& child : node.children)
      node.is_map() ? entry(child, indent + 2) : item(child, indent + 2);
  }

  // Steps, set-ups by name and maps of maps outside of steps have their own lines.
  static bool keeps_lines(const document_node& node, std::size_t indent) {
    if (node.children.empty())
      return false;
    if (node.is_sequence())
      return has_maps(node);
    if (indent == 0)
      return node.key != "rules" && node.key != "server";
    return node.key == "repeat" || (has_maps(node) && node.key != "expect");
  }

  void item(const document_node& node, std::size_t indent) {
    text_ += std::string(indent, ' ') + '-';
    if (!node.is_map() || node.children.empty()) {
      text_ += ' ' +
               (node.children.empty() && !node.is_map() && !node.is_sequence()
                    ? scalar_text(node, false)
                    : one_line_at_any_length(node)) +
               '\n';
      return;
    }
    if (!in_steps_) {
      if (auto line = on_one_line(node); !line.empty() && indent + 2 + line.size() <= line_max) {
        text_ += ' ' + line + '\n';
        return;
      }
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i == 0)
        text_ += ' ' + key_text(node.children[i].key) + ':';
      else
        text_ += std::string(indent + 2, ' ') + key_text(node.children[i].key) + ':';
      value(node.children[i], indent + 2);
    }
  }

  // Lists in lists, which only bodies have.
  static std::string one_line_at_any_length(const document_node& node) {
    if (node.children.empty())
      return node.is_map() || node.is_sequence() ? on_one_line(node) : scalar_text(node, true);
    std::string result;
    for (const auto& child : node.children) {
      result += result.empty() ? "" : ", ";
      if (node.is_map())
        result += in_double_quotes(child.key) + ": ";
      result += one_line_at_any_length(child);
    }
    return node.is_map() ? "{ " + result + " }" : "[" + result + "]";
  }

  void lines(std::string_view text, std::size_t indent) {
    auto ended = text.back() == '\n';
    text_ += ended ? " |\n" : " |-\n";
    while (!text.empty()) {
      auto end = std::min(text.find('\n'), text.size());
      if (end > 0)
        text_ += std::string(indent, ' ') + std::string{text.substr(0, end)};
      text_ += '\n';
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string text_;
  bool in_steps_ = false;
};

} // namespace

std::string write_document(const document_node& document) { return block_writer{}.write(document); }

} // namespace lapse::document
