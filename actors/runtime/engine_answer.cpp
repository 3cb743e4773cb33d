#include "actors/runtime/engine_answer.hpp"

namespace lapse {

answer unsupported_path() { return wrapped_error(404, "unsupported path"); }

answer unsupported_operation() { return wrapped_error(405, "unsupported operation"); }

answer unmodelled(std::string_view mount_path, std::string_view path) {
  std::string text = "lapse does not model ";
  text += mount_path;
  text += path;
  return error_answer(501, std::move(text));
}

answer key_list(const std::vector<std::string>& keys) {
  return keys.empty() ? nothing_found() : data_answer({{"keys", keys}});
}

std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const auto segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  return segment;
}

std::string_view without_slash(std::string_view path) {
  if (!path.empty() && path.back() == '/')
    path.remove_suffix(1);
  return path;
}

bool take_prefix(std::string_view& path, std::string_view prefix) {
  if (path.substr(0, prefix.size()) != prefix)
    return false;
  path.remove_prefix(prefix.size());
  return true;
}

} // namespace lapse
