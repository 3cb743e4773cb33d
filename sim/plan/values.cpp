#include "sim/plan/plan.hpp"

#include <algorithm>

namespace lapse::plan {

bool counted_text::fixed() const noexcept {
  return std::all_of(parts.begin(), parts.end(), [](const part& p) { return p.counter < 0; });
}

std::string counted_text::render(const std::vector<std::int64_t>& rounds) const {
  std::string result;
  for (const auto& p : parts) {
    result += p.literal;
    if (p.counter >= 0)
      result += std::to_string(rounds.at(static_cast<std::size_t>(p.counter)));
  }
  return result;
}

std::string counted_text::raw() const {
  std::string result;
  for (const auto& p : parts) {
    result += p.literal;
    if (p.counter >= 0)
      result += "{i}";
  }
  return result;
}

} // namespace lapse::plan
