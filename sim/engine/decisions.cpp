#include "sim/engine/decisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tl/expected.hpp>

namespace lapse::engine {

namespace {

constexpr std::string_view first_line = "lapse-decisions 1";

template <class T>
bool read_number(std::string_view word, T& out, int base) {
  auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), out, base);
  return error == std::errc{} && at == word.data() + word.size();
}

std::optional<runtime::message_kind> kind_named(std::string_view name) {
  for (auto i = 0; i <= static_cast<int>(runtime::last_message_kind); ++i)
    if (auto kind = static_cast<runtime::message_kind>(i); to_string(kind) == name)
      return kind;
  return std::nullopt;
}

std::optional<decision> parse_line(std::string_view line) {
  std::array<std::string_view, 8> words;
  std::size_t count = 0;
  while (!line.empty()) {
    auto end = line.find(' ');
    if (count == words.size())
      return std::nullopt;
    words[count++] = line.substr(0, end);
    line = end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
  }
  decision result;
  std::int64_t at = 0;
  if (count != words.size() || words[2] != "of" || !read_number(words[0], at, 10) || at < 0 ||
      !read_number(words[1], result.index, 10) || !read_number(words[3], result.count, 10) ||
      !read_number(words[4], result.sender, 16) || !read_number(words[5], result.receiver, 16) ||
      !read_number(words[7], result.hash, 16) || result.index >= result.count)
    return std::nullopt;
  auto kind = kind_named(words[6]);
  if (!kind)
    return std::nullopt;
  result.at = instant{at};
  result.kind = *kind;
  return result;
}

} // namespace

std::string to_text(const decision& one) {
  return fmt::format("{} {} of {} {:x} {:x} {} {:x}", one.at.count(), one.index, one.count,
                     one.sender, one.receiver, to_string(one.kind), one.hash);
}

std::string to_text(const decision_list& decisions) {
  std::string result{first_line};
  result += '\n';
  for (const auto& one : decisions)
    result += to_text(one) + '\n';
  return result;
}

tl::expected<decision_list, decision_error> parse_decisions(std::string_view text) {
  decision_list result;
  bool headed = false;
  for (int number = 1; !text.empty(); ++number) {
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty())
      continue;
    if (!headed) {
      if (line != first_line)
        return tl::unexpected(decision_error{
            number, fmt::format("a decision log starts with the line `{}`", first_line)});
      headed = true;
      continue;
    }
    auto one = parse_line(line);
    if (!one)
      return tl::unexpected(
          decision_error{number, "this is no line of a decision log: `TIME INDEX of COUNT SENDER "
                                 "RECEIVER KIND HASH` is"});
    result.push_back(*one);
  }
  if (!headed)
    return tl::unexpected(
        decision_error{1, fmt::format("a decision log starts with the line `{}`", first_line)});
  return result;
}

std::string first_difference(const decision_list& a, const decision_list& b) {
  auto shorter = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < shorter; ++i)
    if (a[i] != b[i])
      return fmt::format("choice {} differs: `{}` as against `{}`", i + 1, to_text(a[i]),
                         to_text(b[i]));
  if (a.size() != b.size())
    return fmt::format("one run has {} choices, the other {}", a.size(), b.size());
  return {};
}

} // namespace lapse::engine
