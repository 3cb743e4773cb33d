#include "actors/lives/deaths.hpp"

#include <algorithm>

namespace lapse::lives {

std::vector<death> deaths_of(const ledger& lives) {
  std::vector<death> result;
  result.reserve(lives.deaths().size());
  for (ledger::slot i = 0; i < lives.size(); ++i)
    if (auto end = lives.end_of(lives.at(i)); end.at != never)
      result.push_back({i, end.at});
  std::stable_sort(result.begin(), result.end(),
                   [](const death& a, const death& b) { return a.at < b.at; });
  return result;
}

} // namespace lapse::lives
