#pragma once

#include "actors/protocol/time.hpp"

#include <map>
#include <string>
#include <string_view>

namespace lapse::auth {

/// Locks a user out after too many failed logins: five in a row, each within fifteen
/// minutes of the one before, lock for fifteen minutes. Times count in whole seconds.
class lockout {
public:
  static constexpr int failures_max = 5;
  static constexpr auto lock_duration = std::chrono::minutes{15};
  static constexpr auto counter_reset = std::chrono::minutes{15};

  /// Whether `user` gets 403 whatever it sends.
  [[nodiscard]] bool locked(std::string_view user, instant now);

  void failed(std::string_view user, instant now);

  void succeeded(std::string_view user);

private:
  struct failures {
    int count = 0;
    std::chrono::seconds last{0};
  };

  std::map<std::string, failures, std::less<>> users_;
};

} // namespace lapse::auth
