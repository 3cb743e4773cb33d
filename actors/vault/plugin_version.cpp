#include "actors/vault/plugin_version.hpp"

#include "actors/protocol/ascii.hpp"

namespace lapse::vault {

namespace {

bool is_word(char c) noexcept { return is_letter(c) || is_digit(c) || c == '-' || c == '~'; }

/// Takes `[0-9A-Za-z-~]+(\.[0-9A-Za-z-~]+)*` from the front of `text`.
std::string_view take_words(std::string_view& text) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size() && is_word(text[i]);) {
    while (i < text.size() && is_word(text[i]))
      ++i;
    end = i;
    if (i < text.size() && text[i] == '.')
      ++i;
  }
  const auto taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

/// Takes `1.2.3` from the front; at least three numbers are left, without leading zeros.
std::string take_numbers(std::string_view& text) {
  std::string result;
  int parts = 0;
  while (!text.empty() && is_digit(text.front())) {
    std::size_t end = 0;
    while (end < text.size() && is_digit(text[end]))
      ++end;
    auto number = text.substr(0, end);
    while (number.size() > 1 && number.front() == '0')
      number.remove_prefix(1);
    if (parts++ != 0)
      result += '.';
    result += number;
    text.remove_prefix(end);
    if (text.size() < 2 || text[0] != '.' || !is_digit(text[1]))
      break;
    text.remove_prefix(1);
  }
  for (; parts != 0 && parts < 3; ++parts)
    result += ".0";
  return result;
}

} // namespace

std::optional<std::string> canonical_version(std::string_view text) {
  if (text.starts_with('v'))
    text.remove_prefix(1);
  auto result = take_numbers(text);
  if (result.empty())
    return std::nullopt;
  if (!text.empty() && text.front() != '+') {
    if (!is_word(text.front()) || is_digit(text.front()))
      return std::nullopt;
    if (text.front() == '-')
      text.remove_prefix(1);
    const auto before_release = take_words(text);
    if (before_release.empty())
      return std::nullopt;
    result += '-' + std::string{before_release};
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    const auto build = take_words(text);
    if (build.empty())
      return std::nullopt;
    result += '+' + std::string{build};
  }
  return text.empty() ? std::optional{'v' + result} : std::nullopt;
}

} // namespace lapse::vault
