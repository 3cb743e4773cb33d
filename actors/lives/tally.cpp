#include "actors/lives/tally.hpp"

#include <numeric>

namespace lapse::lives {

tally::tally(const ledger& lives) {
  for (const auto& life : lives.all()) {
    const auto end = lives.end_of(life);
    const auto kind = static_cast<std::size_t>(life.what);
    auto& all = life.is_lease() ? leases_ : tokens_;
    ++all.made;
    ++made_[kind];
    all.irrevocable += life.given_up;
    all.expired += end.state() == life_state::expired;
    all.revoked += end.state() == life_state::revoked;
    if (end.at != never)
      ++ended_[kind][static_cast<std::size_t>(end.cause)];
  }
}

std::uint64_t tally::alive(life_record::kind what) const noexcept {
  const auto& ended = ended_[static_cast<std::size_t>(what)];
  return made(what) - std::accumulate(ended.begin(), ended.end(), std::uint64_t{0});
}

} // namespace lapse::lives
