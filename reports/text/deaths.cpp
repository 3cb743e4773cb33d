#include "reports/text/deaths.hpp"

#include <algorithm>

namespace lapse {

std::vector<death> deaths_of(const chronicle& book) {
  std::vector<death> result;
  for (const auto& life : book.lives())
    if (auto end = book.end_of(life); end.at != never)
      result.push_back({&life, end});
  std::stable_sort(result.begin(), result.end(),
                   [](const death& a, const death& b) { return a.end.at < b.end.at; });
  return result;
}

} // namespace lapse
