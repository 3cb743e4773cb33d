#include "actors/auth/lockout.hpp"

namespace lapse::auth {

namespace {

std::chrono::seconds second_of(instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

} // namespace

bool lockout::locked(std::string_view user, instant now) {
  const auto i = users_.find(user);
  if (i == users_.end() || i->second.count < failures_max)
    return false;
  if (second_of(now) - i->second.last < lock_duration)
    return true;
  users_.erase(i);
  return false;
}

void lockout::failed(std::string_view user, instant now) {
  auto i = users_.find(user);
  if (i == users_.end())
    i = users_.emplace(std::string{user}, failures{}).first;
  auto& record = i->second;
  if (second_of(now) - record.last >= counter_reset)
    record.count = 0;
  record.last = second_of(now);
  ++record.count;
}

void lockout::succeeded(std::string_view user) {
  if (const auto i = users_.find(user); i != users_.end())
    users_.erase(i);
}

} // namespace lapse::auth
