#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lapse::document {

/// The name a user most likely meant by `word`: the one with the fewest edits (insertions,
/// deletions, changes, swaps of neighbours), if they are few for its length. Empty if none is near;
/// among equally near ones the first of `names`.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& names);

/// `, did you mean `NAME`?` or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string_view>& names);

/// `a, b or c`.
[[nodiscard]] std::string alternatives(const std::vector<std::string_view>& words);

/// `a word in backquotes`, shortened if it is very long, control characters shown as `?`.
[[nodiscard]] std::string in_quotes(std::string_view word);

} // namespace lapse::document
