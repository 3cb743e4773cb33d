#include "actors/policy/pattern.hpp"

namespace lapse::policy {

namespace {

// Takes the text up to the next `/` off the front, and that `/`; `more` says if there was one.
std::string_view take_segment(std::string_view& text, bool& more) noexcept {
  auto slash = text.find('/');
  auto segment = text.substr(0, slash);
  more = slash != std::string_view::npos;
  text.remove_prefix(more ? slash + 1 : text.size());
  return segment;
}

} // namespace

written_pattern::written_pattern(std::string written) : text(std::move(written)) {
  has_plus = text == "+" || text.starts_with("+/") || text.find("/+") != std::string::npos;
  is_prefix = !has_plus && text.ends_with('*');
  if (is_prefix)
    text.pop_back();
}

segment_pattern::segment_pattern(std::string_view text) : text_(text) {
  open_ended_ = text_.ends_with('*');
  if (open_ended_)
    text_.pop_back();
  first_plus_ = text_.find('+');
  std::string_view rest = text_;
  for (bool more = true; more;)
    if (take_segment(rest, more) == "+")
      ++plus_count_;
}

bool segment_pattern::matches(std::string_view path) const noexcept {
  std::string_view pattern = text_;
  for (;;) {
    bool pattern_goes_on = false;
    bool path_goes_on = false;
    auto wanted = take_segment(pattern, pattern_goes_on);
    auto whole = path;
    auto given = take_segment(path, path_goes_on);
    if (open_ended_ && !pattern_goes_on)
      return whole.starts_with(wanted);
    if ((wanted != "+" && wanted != given) || pattern_goes_on != path_goes_on)
      return false;
    if (!pattern_goes_on)
      return true;
  }
}

pattern_priority priority_of(const segment_pattern& pattern) noexcept {
  return {pattern.first_plus(), pattern.open_ended(), pattern.plus_count(), pattern.text()};
}

pattern_priority priority_of_prefix(std::string_view prefix) noexcept {
  return {prefix.size(), true, 0, prefix};
}

bool operator<(const pattern_priority& lhs, const pattern_priority& rhs) noexcept {
  if (lhs.first_wildcard != rhs.first_wildcard)
    return lhs.first_wildcard < rhs.first_wildcard;
  if (lhs.open_ended != rhs.open_ended)
    return lhs.open_ended;
  if (lhs.plus_count != rhs.plus_count)
    return lhs.plus_count > rhs.plus_count;
  if (lhs.text.size() != rhs.text.size())
    return lhs.text.size() < rhs.text.size();
  return lhs.text < rhs.text;
}

} // namespace lapse::policy
