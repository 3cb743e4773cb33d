#include "sim/document/nearest.hpp"

#include "actors/protocol/utf8.hpp"
#include "actors/protocol/visible_text.hpp"

#include <algorithm>
#include <array>

namespace lapse::document {

namespace {

// Longer words are not compared: nobody mistypes them, and the table would grow with the input.
constexpr std::size_t word_max = 64;

// Edits between two words, where a swap of neighbours counts once.
std::size_t edits(std::string_view a, std::string_view b) {
  using row = std::array<std::size_t, word_max + 1>;
  row before{};
  row last{};
  row now{};
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before = last;
    last = now;
  }
  return last[b.size()];
}

} // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
  std::string_view best;
  if (word.size() > word_max)
    return best;
  auto allowed = std::max<std::size_t>(1, word.size() / 3);
  auto least = allowed + 1;
  for (auto name : names) {
    if (name.size() > word_max || name == word)
      continue;
    auto apart = name.size() > word.size() ? name.size() - word.size() : word.size() - name.size();
    if (apart >= least)
      continue;
    auto distance = edits(word, name);
    // One edit turns any one-letter name into any other: no hint.
    if (distance < least && distance < std::max(word.size(), name.size())) {
      least = distance;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& names) {
  auto name = nearest(word, names);
  return name.empty() ? std::string{} : ", did you mean " + in_quotes(name) + "?";
}

std::string alternatives(const std::vector<std::string_view>& words) {
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0)
      result += i + 1 == words.size() ? " or " : ", ";
    result += words[i];
  }
  return result;
}

std::string in_quotes(std::string_view word) {
  constexpr std::size_t shown_max = 60;
  const auto shown = utf8_prefix(word, shown_max);
  return '`' + visible_text(shown) + (shown.size() < word.size() ? "...`" : "`");
}

} // namespace lapse::document
