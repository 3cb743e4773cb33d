#include "sim/plan/checks.hpp"

#include <algorithm>

namespace lapse::plan {

const std::vector<std::string_view>& state_words() {
  static const std::vector<std::string_view> words{"alive", "expired", "revoked",
                                                   "dead",  "gone",    "irrevocable"};
  return words;
}

std::string_view to_string(state_word word) noexcept {
  return state_words()[static_cast<std::uint8_t>(word)];
}

std::optional<state_word> to_state(std::string_view word) {
  const auto& words = state_words();
  auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end())
    return std::nullopt;
  return static_cast<state_word>(found - words.begin());
}

} // namespace lapse::plan
