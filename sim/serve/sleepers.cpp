#include "sim/serve/sleepers.hpp"

#include <algorithm>
#include <utility>

namespace lapse::serve {

void sleepers::add(one what) {
  awake_.erase(what.name);
  const auto later = std::find_if(asleep_.begin(), asleep_.end(),
                                  [&](const one& x) { return x.until > what.until; });
  asleep_.insert(later, std::move(what));
}

void sleepers::gone(const http_exchange_ptr& who) {
  asleep_.remove_if([&](const one& x) { return x.who == who; });
}

void sleepers::forget_gone() {
  asleep_.remove_if([](const one& x) { return x.who->is_gone(); });
}

std::list<sleepers::one> sleepers::due(instant now) {
  std::list<one> result;
  while (!asleep_.empty() && asleep_.front().until <= now) {
    if (!asleep_.front().name.empty())
      awake_.insert(asleep_.front().name);
    result.splice(result.end(), asleep_, asleep_.begin());
  }
  return result;
}

std::list<sleepers::one> sleepers::clear() {
  awake_.clear();
  return std::exchange(asleep_, {});
}

instant sleepers::earliest() const noexcept {
  return asleep_.empty() ? never : asleep_.front().until;
}

bool sleepers::all_asleep(std::size_t at_least) const noexcept {
  return awake_.empty() && !asleep_.empty() && asleep_.size() >= at_least;
}

} // namespace lapse::serve
