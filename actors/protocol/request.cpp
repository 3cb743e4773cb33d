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

std::string_view to_string(fault::kind what) noexcept {
  using enum fault::kind;
  switch (what) {
    case backend_down:
      return "backend_down";
    case backend_up:
      return "backend_up";
    case backend_slow:
      return "backend_slow";
    case fail_revocation:
      return "fail_revocation";
    case outage:
      return "outage";
    case slow:
      return "slow";
    case lose_answers:
      return "lose_answers";
    case renewals_fail:
      return "renewals_fail";
  }
  return "unknown";
}

} // namespace lapse
