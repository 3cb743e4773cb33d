#include "sim/serve/unmodelled.hpp"

#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::serve {

namespace {

constexpr std::size_t different_max = 1000;

/// Whether a path is one of a pattern with `{names}`, each at least a part of the path, the last
/// all the rest; and one `[end]` that may be left out.
bool fits(std::string_view pattern, std::string_view path) {
  if (const auto open = pattern.find('['); open != std::string_view::npos) {
    const auto close = pattern.find(']', open);
    const std::string without{pattern.substr(0, open)};
    return fits(without, path) ||
           fits(without + std::string{pattern.substr(open + 1, close - open - 1)}, path);
  }
  for (;;) {
    const auto brace = pattern.find('{');
    if (path.substr(0, brace) != pattern.substr(0, brace))
      return false;
    if (brace == std::string_view::npos)
      return path.size() == pattern.size();
    path.remove_prefix(std::min(brace, path.size()));
    const auto close = pattern.find('}', brace);
    if (path.empty() || close == std::string_view::npos)
      return false;
    pattern.remove_prefix(close + 1);
    if (pattern.empty())
      return true;
    const auto next = path.find('/');
    if (next == std::string_view::npos)
      return false;
    path.remove_prefix(next);
  }
}

/// A path below a mount stands in the tables under the type of the mount's engine.
bool fits_below(std::string_view pattern, std::string_view path) {
  const auto of_pattern = pattern.find('/');
  const auto of_path = path.find('/');
  return of_pattern != std::string_view::npos && of_path != std::string_view::npos &&
         fits(pattern.substr(of_pattern), path.substr(of_path));
}

} // namespace

std::string unmodelled_requests::reason_of(std::string_view path) {
  static const auto all = vault::unmodelled_paths();
  while (path.ends_with('/'))
    path.remove_suffix(1);
  for (const auto& one : all)
    if (fits(one.path, path))
      return one.reason;
  if (!path.starts_with("sys/") && !path.starts_with("identity/"))
    for (const auto& one : all)
      if (!one.path.starts_with("sys/") && !one.path.starts_with("identity/") &&
          fits_below(one.path, path))
        return one.reason;
  return "it says nothing of tokens and leases";
}

void unmodelled_requests::add(const std::string& method, const std::string& path) {
  if (const auto i = all_.find({method, path}); i != all_.end())
    ++i->second;
  else if (all_.size() < different_max)
    all_.emplace(std::pair{method, path}, 1);
  else
    ++others_;
}

} // namespace lapse::serve
