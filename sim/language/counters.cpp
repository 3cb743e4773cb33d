#include "sim/language/counters.hpp"

namespace lapse::language {

namespace {

// Index of the counter whose `{name}` begins at `at`, -1 if none does.
int counter_at(std::string_view text, std::size_t at, const counter_names& counters) {
  for (auto i = counters.size(); i-- > 0;) {
    const auto& name = counters[i];
    if (text.substr(at + 1, name.size()) == name && at + name.size() + 1 < text.size() &&
        text[at + name.size() + 1] == '}')
      return static_cast<int>(i);
  }
  return -1;
}

} // namespace

plan::counted_text to_counted(std::string_view text, const counter_names& counters) {
  plan::counted_text result;
  std::string literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto counter = text[i] == '{' ? counter_at(text, i, counters) : -1;
    if (counter < 0) {
      literal += text[i];
      continue;
    }
    result.parts.push_back({std::move(literal), counter});
    literal.clear();
    i += counters[static_cast<std::size_t>(counter)].size() + 1;
  }
  if (!literal.empty())
    result.parts.push_back({std::move(literal), -1});
  return result;
}

plan::counted_text plain_text(std::string text) {
  plan::counted_text result;
  if (!text.empty())
    result.parts.push_back({std::move(text), -1});
  return result;
}

bool has_counter(std::string_view text, const counter_names& counters) {
  for (std::size_t i = 0; i < text.size() && !counters.empty(); ++i)
    if (text[i] == '{' && counter_at(text, i, counters) >= 0)
      return true;
  return false;
}

std::string first_round(const plan::counted_text& text) {
  std::string result;
  for (const auto& part : text.parts)
    result += part.literal + (part.counter >= 0 ? "1" : "");
  return result;
}

} // namespace lapse::language
