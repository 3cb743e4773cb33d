#include "actors/protocol/request.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace lapse {

bool is_status_path(std::string_view path) noexcept {
  static constexpr std::string_view all[] = {"sys/health",      "sys/init",   "sys/leader",
                                             "sys/seal-status", "sys/unseal", "sys/metrics"};
  return std::find(std::begin(all), std::end(all), path) != std::end(all);
}

bool answers_status(const request& what) noexcept {
  return is_status_path(what.path) && !what.escaped_slash && what.op != operation::help;
}

} // namespace lapse
