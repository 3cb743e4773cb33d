#pragma once

#include "actors/protocol/time.hpp"
#include "sim/serve/http_message.hpp"

#include <cstddef>
#include <list>
#include <set>
#include <string>

namespace lapse::serve {

/// Clients that sleep in virtual time. One with a name belongs to those that must all sleep before
/// time skips, from its first sleep on until it goes away while it sleeps.
class sleepers {
public:
  struct one {
    http_exchange_ptr who;
    std::string name;
    instant until{0};
  };

  void add(one what);
  void gone(const http_exchange_ptr& who);
  /// Looks whether all of them are still there.
  void forget_gone();
  /// Takes out those whose time has come, the earliest first.
  [[nodiscard]] std::list<one> due(instant now);
  /// All of them.
  [[nodiscard]] std::list<one> clear();

  /// When the first wakes; `never`: nobody sleeps.
  [[nodiscard]] instant earliest() const noexcept;
  /// Whether at least so many sleep, and everybody who has a name.
  [[nodiscard]] bool all_asleep(std::size_t at_least) const noexcept;

private:
  /// By the time they wake, then by their coming.
  std::list<one> asleep_;
  std::set<std::string> awake_;
};

} // namespace lapse::serve
