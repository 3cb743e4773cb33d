#include "reports/text/likeness.hpp"

#include <array>

namespace lapse::text_report {

namespace {

/// Ids and accessors have 24 characters; no handle a person writes is one word of
/// this length.
constexpr std::size_t generated_word_min = 20;
constexpr std::size_t likeness_bytes_max = 200;

/// What a byte is in a name: a digit, another part of a word, or neither.
enum class letter : std::uint8_t { other, digit, word };

// A table, because each name and path of a run is looked at byte by byte.
constexpr auto letters = [] {
  std::array<letter, 256> table{};
  for (auto c = '0'; c <= '9'; ++c)
    table[static_cast<unsigned char>(c)] = letter::digit;
  for (auto c = 'a'; c <= 'z'; ++c)
    table[static_cast<unsigned char>(c)] = letter::word;
  for (auto c = 'A'; c <= 'Z'; ++c)
    table[static_cast<unsigned char>(c)] = letter::word;
  return table;
}();

constexpr letter kind_of(char c) { return letters[static_cast<unsigned char>(c)]; }

/// Writes the word that `text` begins with at `to`, each number in it as `#`, and takes it away.
char* collapse_word(char* to, std::string_view& text) {
  auto* const start = to;
  std::size_t length = 0;
  for (auto before = letter::other; length < text.size(); ++length) {
    const auto kind = kind_of(text[length]);
    if (kind == letter::other)
      break;
    if (kind == letter::word)
      *to++ = text[length];
    else if (before != letter::digit)
      *to++ = '#';
    before = kind;
  }
  text.remove_prefix(length);
  if (length < generated_word_min)
    return to;
  *start = '#';
  return start + 1;
}

} // namespace

void append_likeness(std::string& out, std::string_view text) {
  // Never longer than the text. It is worked out for each event of a run.
  text = text.substr(0, likeness_bytes_max);
  out.resize(out.size() + text.size());
  auto* to = out.data() + out.size() - text.size();
  while (!text.empty()) {
    to = collapse_word(to, text);
    if (text.empty())
      break;
    *to++ = text.front();
    text.remove_prefix(1);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string likeness(std::string_view text) {
  std::string out;
  append_likeness(out, text);
  return out;
}

std::string first_and_last(const std::string& first, const std::string& last) {
  auto text = '`' + first + '`';
  return first == last ? text : text + " to `" + last + '`';
}

row_list::group& row_list::of(const std::string& like) {
  auto [found, fresh] = index_.try_emplace(like, groups_.size());
  if (fresh)
    groups_.emplace_back();
  return groups_[found->second];
}

void row_list::add(const std::string& like, std::string row) {
  auto& group = of(like);
  group.rows.push_back(std::move(row));
  ++group.count;
}

} // namespace lapse::text_report
