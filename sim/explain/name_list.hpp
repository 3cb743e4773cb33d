#pragma once

#include "sim/document/nearest.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace lapse::explain {

/// For an error: the name that was most likely meant by `word`, and in a line of their own, after
/// `title`, the names there are; of many the first 40.
[[nodiscard]] inline std::string names_there_are(std::string_view word, std::string_view title,
                                                 const std::vector<std::string_view>& names) {
  constexpr std::size_t shown_max = 40;
  auto result = fmt::format("{}\n{}:", document::did_you_mean(word, names), title);
  for (std::size_t i = 0; i < names.size() && i < shown_max; ++i)
    result += fmt::format("{}{}", i == 0 ? " " : ", ", names[i]);
  if (names.size() > shown_max)
    result += fmt::format(" and {} more", names.size() - shown_max);
  return result;
}

} // namespace lapse::explain
