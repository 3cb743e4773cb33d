#include "actors/api/answers.hpp"

#include <algorithm>

namespace lapse::api {

answer unsupported_path() { return wrapped_error(404, "unsupported path"); }

answer unsupported_operation() { return wrapped_error(405, "unsupported operation"); }

answer no_route(std::string_view path) {
  return error_answer(404,
                      "no handler for route \"" + std::string{path} + "\". route entry not found.");
}

answer bad_wrapping_token() {
  return error_answer(400, "wrapping token is not valid or does not exist");
}

answer tidy_started() {
  auto reply = data_answer(nullptr);
  reply.status = 202;
  reply.warnings.emplace_back("Tidy operation successfully started. Any information from the "
                              "operation will be printed to OpenBao's server logs.");
  return reply;
}

std::vector<std::string> page_of(std::vector<std::string> keys, const field_data& in) {
  const auto after = in.text("after");
  const auto limit = in.integer("limit");
  if (!after.empty())
    keys.erase(keys.begin(), std::upper_bound(keys.begin(), keys.end(), after));
  if (limit > 0 && static_cast<std::size_t>(limit) < keys.size())
    keys.resize(static_cast<std::size_t>(limit));
  return keys;
}

answer scanned(const std::vector<std::string>& keys) {
  return keys.empty() ? data_answer(nlohmann::json::object()) : key_list(keys);
}

answer key_list(const std::vector<std::string>& keys) {
  return keys.empty() ? nothing_found() : data_answer({{"keys", keys}});
}

} // namespace lapse::api
