#include "actors/auth/lockout.hpp"

namespace lapse::auth {

namespace {

constexpr std::uint64_t threshold_default = 5;
constexpr auto duration_default = std::chrono::minutes{15};

std::chrono::seconds second_of(instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

runtime::lockout_settings settings_of(const runtime::mount& at) {
  auto result = at.user_lockout.value_or(runtime::lockout_settings{});
  if (result.threshold == 0)
    result.threshold = threshold_default;
  if (result.lasts.count() == 0)
    result.lasts = duration_default;
  if (result.counter_reset.count() == 0)
    result.counter_reset = duration_default;
  return result;
}

} // namespace

bool lockout::locked(const runtime::mount& at, std::string_view user, instant now) const {
  const auto by = settings_of(at);
  const auto i = users_.find(user);
  if (by.disabled || i == users_.end())
    return false;
  const auto lasts = std::chrono::duration_cast<std::chrono::seconds>(by.lasts);
  return i->second.count >= by.threshold && second_of(now) - i->second.last < lasts;
}

void lockout::failed(const runtime::mount& at, std::string_view user, instant now) {
  const auto by = settings_of(at);
  if (by.disabled)
    return;
  auto i = users_.find(user);
  if (i == users_.end())
    i = users_.emplace(std::string{user}, failures{}).first;
  auto& record = i->second;
  if (now > later(instant{record.last}, by.counter_reset))
    record.count = 0;
  record.last = second_of(now);
  ++record.count;
}

void lockout::forget(std::string_view user) {
  if (const auto i = users_.find(user); i != users_.end())
    users_.erase(i);
}

std::vector<std::string> lockout::locked_users(const runtime::mount& at, instant now) const {
  std::vector<std::string> result;
  for (const auto& [user, record] : users_)
    if (locked(at, user, now))
      result.push_back(user);
  return result;
}

} // namespace lapse::auth
