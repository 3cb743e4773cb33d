#include "sim/clients/behaviors.hpp"

namespace lapse::clients {

namespace {

const std::vector<const behavior*>& all() {
  static const std::vector<const behavior*> them{
      &lifetime_watcher(), &lifetime_watcher_vault(), &lifetime_watcher_2_7_0(), &agent(),
      &spring(),           &consul_template(),        &secrets_operator(),       &per_run(),
      &never_renewing()};
  return them;
}

} // namespace

const behavior* find_behavior(std::string_view name) noexcept {
  for (const auto* one : all())
    if (one->name() == name)
      return one;
  return nullptr;
}

const std::vector<std::string_view>& behavior_names() {
  static const auto names = [] {
    std::vector<std::string_view> result;
    for (const auto* one : all())
      result.push_back(one->name());
    return result;
  }();
  return names;
}

} // namespace lapse::clients
