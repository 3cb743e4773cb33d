#pragma once

#include "actors/runtime/mount.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::auth {

/// Locks a user out after too many failed logins, as his mount is tuned: by default five in
/// a row, each within fifteen minutes of the one before, lock for fifteen minutes. What is counted
/// is not forgotten when a lock is over.
class lockout {
public:
  /// Whether `user` gets 403 whatever it sends.
  [[nodiscard]] bool locked(const runtime::mount& at, std::string_view user, instant now) const;

  void failed(const runtime::mount& at, std::string_view user, instant now);

  /// Forgets the user's failures: he has logged in, or somebody has unlocked him.
  void forget(std::string_view user);

  [[nodiscard]] std::vector<std::string> locked_users(const runtime::mount& at, instant now) const;

private:
  struct failures {
    std::uint64_t count = 0;
    std::chrono::seconds last{0};
  };

  std::map<std::string, failures, std::less<>> users_;
};

} // namespace lapse::auth
