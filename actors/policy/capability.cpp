#include "actors/policy/capability.hpp"

namespace lapse::policy {

namespace {

struct named_capability {
  std::string_view name;
  capability value;
};

// In byte order of the names, the order of answers.
constexpr named_capability all[] = {
    {"create", capability::create}, {"delete", capability::delete_}, {"deny", capability::deny},
    {"list", capability::list},     {"patch", capability::patch},    {"read", capability::read},
    {"scan", capability::scan},     {"sudo", capability::sudo},      {"update", capability::update},
};

} // namespace

std::string_view to_string(capability what) noexcept {
  for (const auto& c : all)
    if (c.value == what)
      return c.name;
  return {};
}

std::optional<capability> parse_capability(std::string_view name) noexcept {
  for (const auto& c : all)
    if (c.name == name)
      return c.value;
  return std::nullopt;
}

capability capability_for(operation op) noexcept {
  switch (op) {
    case operation::read:
      return capability::read;
    case operation::create:
      return capability::create;
    case operation::update:
      return capability::update;
    case operation::delete_:
      return capability::delete_;
    case operation::list:
      return capability::list;
    case operation::patch:
      return capability::patch;
    case operation::scan:
      return capability::scan;
    case operation::head: // nothing but root gives it
    case operation::help: // needs nothing
      break;
  }
  return capability::deny;
}

std::vector<std::string> names(capability_set set) {
  std::vector<std::string> out;
  for (const auto& c : all)
    if (set.contains(c.value))
      out.emplace_back(c.name);
  return out;
}

} // namespace lapse::policy
