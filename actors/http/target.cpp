#include "actors/http/target.hpp"

#include "actors/protocol/ascii.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace lapse::http {

namespace {

constexpr std::string_view api = "/v1/";

/// Undoes %XX, and `+` where it means a space; none for a broken escape.
std::optional<std::string> unescape(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0)
        return std::nullopt;
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      result += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

/// Whether one of the first two parts of a path has an escaped `/`.
bool has_escaped_slash(std::string_view sent) noexcept {
  const auto first = sent.find('/');
  const auto second = first == std::string_view::npos ? first : sent.find('/', first + 1);
  sent = sent.substr(0, second);
  for (auto at = sent.find("%2"); at != std::string_view::npos; at = sent.find("%2", at + 1))
    if (at + 2 < sent.size() && (sent[at + 2] | 0x20) == 'f')
      return true;
  return false;
}

std::vector<std::pair<std::string, std::string>> read_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty() || pair.find(';') != std::string_view::npos)
      continue;
    const auto equals = pair.find('=');
    auto key = unescape(pair.substr(0, equals), true);
    auto value = unescape(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
    if (key && value)
      result.emplace_back(std::move(*key), std::move(*value));
  }
  return result;
}

/// The server has these folders of paths and not the paths of the same name.
bool is_folder(std::string_view below_api) noexcept {
  static constexpr std::string_view all[] = {"sys", "sys/audit-hash", "sys/config/state",
                                             "sys/pprof"};
  return std::find(std::begin(all), std::end(all), below_api) != std::end(all);
}

bool is_clean(std::string_view below_api) noexcept {
  while (!below_api.empty()) {
    const auto end = below_api.find('/');
    const auto part = below_api.substr(0, end);
    if (part.empty() || part == "." || part == "..")
      return false;
    below_api = end == std::string_view::npos ? std::string_view{} : below_api.substr(end + 1);
  }
  return true;
}

} // namespace

const std::string* target::find(std::string_view key) const noexcept {
  const auto i =
      std::find_if(query.begin(), query.end(), [&](const auto& pair) { return pair.first == key; });
  return i == query.end() ? nullptr : &i->second;
}

target read_target(std::string_view text) {
  target result;
  const auto mark = text.find('?');
  result.sent = text.substr(0, mark);
  if (mark != std::string_view::npos)
    result.sent_query = text.substr(mark + 1);
  auto path = unescape(result.sent, false);
  result.malformed = !path;
  result.path = std::move(path).value_or(std::string{});
  result.escaped_slash = has_escaped_slash(result.sent);
  result.query = read_query(result.sent_query);
  return result;
}

std::string escape(std::string_view text, std::string_view kept) {
  std::string result;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || kept.find(c) != std::string_view::npos) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += "0123456789ABCDEF"[byte >> 4];
      result += "0123456789ABCDEF"[byte & 15];
    }
  }
  return result;
}

std::string redirection(const target& target) {
  // Nearly all requests end here: nothing may be made for them.
  if (is_clean(target.sent) && !is_folder(target.sent))
    return {};
  const auto meant = cleaned(std::string{api} + target.sent);
  // What is escaped already is escaped once more, as the server does it.
  auto result = escape(meant, path_characters);
  const auto below = std::string_view{meant};
  if (below == "/v1" || (below.starts_with(api) && is_folder(below.substr(api.size()))))
    result += '/';
  if (!target.sent_query.empty())
    result += '?' + target.sent_query;
  return result;
}

// Lexically, as file systems do it.
std::string cleaned(std::string_view path) {
  std::vector<std::string_view> parts;
  auto rest = path;
  while (!rest.empty()) {
    const auto end = rest.find('/');
    const auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (part == "..") {
      if (!parts.empty())
        parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string result;
  for (const auto part : parts)
    (result += '/') += part;
  if (result.empty() || path.ends_with('/'))
    result += '/';
  return result;
}

bool is_relative(std::string_view path) noexcept {
  while (!path.empty()) {
    const auto end = path.find('/');
    const auto part = path.substr(0, end);
    if (part == "." || part == "..")
      return true;
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end + 1);
  }
  return false;
}

} // namespace lapse::http
