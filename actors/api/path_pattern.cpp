#include "actors/api/path_pattern.hpp"

#include "actors/protocol/ascii.hpp"

#include <stdexcept>
#include <string>

namespace lapse::api {

namespace {

bool is_word(char c) noexcept { return is_letter(c) || is_digit(c) || c == '_'; }

/// The length of the name at the front of `path`; 0: there is none.
std::size_t name_length(std::string_view path) noexcept {
  std::size_t length = 0;
  while (length < path.size() &&
         (is_word(path[length]) || path[length] == '-' || path[length] == '.'))
    ++length;
  return length != 0 && is_word(path.front()) && is_word(path[length - 1]) ? length : 0;
}

} // namespace

path_pattern::path_pattern(std::string_view text) : text_(text) {
  auto rest = text;
  if (rest.ends_with("/?"))
    rest.remove_suffix(2);
  std::size_t captures = 0;
  while (!rest.empty()) {
    const auto open = rest.find('{');
    if (open != 0)
      parts_.push_back({part_kind::literal, rest.substr(0, open)});
    if (open == std::string_view::npos)
      break;
    const auto close = rest.find('}', open);
    if (close == std::string_view::npos || close == open + 1 ||
        ++captures > path_captures::count_max)
      throw std::invalid_argument("malformed path pattern " + std::string{text});
    auto name = rest.substr(open + 1, close - open - 1);
    rest.remove_prefix(close + 1);
    if (name.front() == '/')
      parts_.push_back({part_kind::optional_rest, name.substr(1)});
    else if (name.back() == '+')
      parts_.push_back({part_kind::some, name.substr(0, name.size() - 1)});
    else if (name.back() == '*')
      parts_.push_back({part_kind::any, name.substr(0, name.size() - 1)});
    else
      parts_.push_back({part_kind::name, name});
  }
  if (text.ends_with("/?"))
    parts_.push_back({part_kind::optional_slash, {}});
}

bool path_pattern::matches(std::string_view path, path_captures& into) const {
  return matches_from(0, path, into);
}

bool path_pattern::matches_from(std::size_t at, std::string_view path, path_captures& into) const {
  if (at == parts_.size())
    return path.empty();
  const auto& part = parts_[at];
  switch (part.kind) {
    case part_kind::literal:
      return path.starts_with(part.text) &&
             matches_from(at + 1, path.substr(part.text.size()), into);
    case part_kind::name: {
      const auto length = name_length(path);
      if (length == 0)
        return false;
      into.add(part.text, path.substr(0, length));
      if (matches_from(at + 1, path.substr(length), into))
        return true;
      into.drop();
      return false;
    }
    case part_kind::some:
      return matches_text(at, path, 1, into);
    case part_kind::any:
      return matches_text(at, path, 0, into);
    case part_kind::optional_rest:
      return path.empty() || (path.front() == '/' && matches_text(at, path.substr(1), 1, into));
    case part_kind::optional_slash:
      return path.empty() || path == "/";
  }
  return false;
}

bool path_pattern::matches_text(std::size_t at, std::string_view path, std::size_t least,
                                path_captures& into) const {
  const auto& part = parts_[at];
  const auto line_end = path.find('\n');
  const auto most = line_end == std::string_view::npos ? path.size() : line_end;
  // At the end of a pattern only all that is left will do.
  auto length = at + 1 == parts_.size() ? path.size() : least;
  for (; length <= most; ++length) {
    if (length < least)
      return false;
    into.add(part.text, path.substr(0, length));
    if (matches_from(at + 1, path.substr(length), into))
      return true;
    into.drop();
  }
  return false;
}

} // namespace lapse::api
