#include "reports/text/likeness.hpp"

namespace lapse::text_report {

namespace {

/// Ids and accessors have 24 characters; no handle a person writes is one word of
/// this length.
constexpr std::size_t generated_word_min = 20;
constexpr std::size_t likeness_bytes_max = 200;

bool digit(char c) { return c >= '0' && c <= '9'; }

bool word(char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Writes `text` at `to`, each number as `#`, and returns where it ends.
char* collapse_digits(char* to, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!digit(text[i]))
      *to++ = text[i];
    else if (i == 0 || !digit(text[i - 1]))
      *to++ = '#';
  }
  return to;
}

} // namespace

void append_likeness(std::string& out, std::string_view text) {
  // Never longer than the text. It is worked out for each event of a run.
  text = text.substr(0, likeness_bytes_max);
  out.resize(out.size() + text.size());
  auto* to = out.data() + out.size() - text.size();
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && word(text[length]))
      ++length;
    if (length == 0)
      *to++ = text[length++];
    else if (length >= generated_word_min)
      *to++ = '#';
    else
      to = collapse_digits(to, text.substr(0, length));
    text.remove_prefix(length);
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
