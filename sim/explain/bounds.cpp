#include "sim/explain/bounds.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/chronicle/cause.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// More than any server grants.
constexpr auto longest_increment = "876000h";

/// The thing itself, then whatever is above it.
std::vector<life_key> chain_of(const witness& seen, const life_record& bottom) {
  std::vector<life_key> chain{key_of(bottom)};
  for (auto above : seen.above(bottom))
    chain.push_back({above, {}});
  return chain;
}

/// The chain without the middle of a very long one, but with the link that ends first. What is left
/// out is renewed with the rest all the same.
std::vector<std::size_t> told_links(const std::vector<bound_link>& chain) {
  std::vector<std::size_t> result;
  auto size = chain.size();
  for (std::size_t i = 0; i < size; ++i)
    if (i < chain_links_max / 2 || i >= size - std::min(size, chain_links_max / 2) ||
        chain[i].binding)
      result.push_back(i);
  return result;
}

/// The link whose `moment` comes first, the lowest on a tie: its own deadline decides there. Null
/// where none ever comes.
template <class Moment>
bound_link* first_of(std::vector<bound_link>& chain, Moment moment) {
  bound_link* first = nullptr;
  for (auto& link : chain)
    if (moment(link) != never && (first == nullptr || moment(link) < moment(*first)))
      first = &link;
  return first;
}

explained_end end_of(const chronicle& book, const life_record& life) {
  return {book.end_of(life).at, reason(book, life)};
}

instant own_end(const paused_world& there, const life_key& key) {
  const auto* life = find(there.book(), key);
  return life == nullptr ? instant{0} : life->advertised_end;
}

/// One question in one world: how far do renewals carry a chain?
class renewing {
public:
  renewing(paused_world& there, const std::vector<life_key>& chain)
    : there_(there), chain_(chain) {}

  /// Renews the links from `from` upwards, the topmost first, each as far as it goes.
  void renew_above(std::size_t from) {
    for (auto i = chain_.size(); i-- > from;) {
      const auto* life = find(there_.book(), chain_[i]);
      if (life != nullptr && there_.stands(*life))
        static_cast<void>(there_.renew(*life, longest_increment));
    }
  }

  /// The earliest own deadline of the links from `from` upwards.
  [[nodiscard]] instant first_end(std::size_t from) const {
    auto result = never;
    for (auto i = from; i < chain_.size(); ++i)
      result = std::min(result, own_end(there_, chain_[i]));
    return result;
  }

  /// Lets three quarters of the time to `end` pass, in whole seconds: a server counts from the
  /// second before, and so gives a fraction more than its maximum. Only very short periods
  /// need less. False if that is none.
  bool wait_for_most_of(instant end) {
    auto now = there_.now();
    auto most = floor_second((end - now) / 4 * 3);
    if (most <= duration::zero() && of_a_period(end))
      most = std::chrono::floor<milliseconds>((end - now) / 4 * 3);
    if (most <= duration::zero())
      return false;
    there_.advance(now + most);
    return true;
  }

private:
  [[nodiscard]] bool of_a_period(instant end) const {
    return std::any_of(chain_.begin(), chain_.end(), [&](const life_key& key) {
      const auto* life = find(there_.book(), key);
      return life != nullptr && life->advertised_end == end && life->bound == ttl_bound::period;
    });
  }

  paused_world& there_;
  const std::vector<life_key>& chain_;
};

class bounds_explainer {
public:
  bounds_explainer(const plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
                   explanation& into)
    : what_(what), seed_(seed), when_(when), into_(into) {}

  void explain() {
    look();
    as_it_stands();
    if (auto* first = first_of(into_.chain, [](const auto& link) { return link.end; }))
      first->binding = true;
    for (auto i : told_links(into_.chain))
      limit(i, into_.chain[i]);
    hard_end();
    if (auto* first = first_of(into_.chain, [](const auto& link) { return link.limit; });
        first != nullptr && into_.hard_end.at != never)
      first->limiting = true;
    renewals();
    keep_told_links();
  }

private:
  void ask(const std::function<void(paused_world&)>& then) const {
    run_up_to(what_, seed_, when_, then);
  }

  void look() {
    ask([&](paused_world& there) {
      const auto* handle = there.handles().find(into_.handle);
      const auto* life = find(there.book(), key_of(*handle));
      chain_ = chain_of(there.seen(), *life);
      now_ = there.now();
      for (const auto& key : chain_) {
        const auto* one = find(there.book(), key);
        bound_link link;
        link.name = there.book().name(*one);
        link.kind = to_string(one->what);
        link.end = one->advertised_end;
        link.bound = one->bound;
        if (const auto* from = there.seen().origin_of(*one); from != nullptr && key.token)
          link.uses_left = std::max<std::int64_t>(from->uses_left, 0);
        into_.chain.push_back(std::move(link));
      }
    });
  }

  void as_it_stands() {
    ask([&](paused_world& there) {
      auto first = renewing{there, chain_}.first_end(0);
      if (first == never)
        return;
      there.finish(first);
      into_.as_it_stands = end_of(there.book(), *find(there.book(), chain_[0]));
    });
  }

  // How far renewals carry one link, while whatever is above it is renewed as well.
  void limit(std::size_t index, bound_link& link) {
    link.limit = link.end;
    link.limit_bound = link.bound;
    if (link.end == never)
      return;
    ask([&](paused_world& there) {
      renewing chain{there, chain_};
      for (int round = 0; round < renewal_rounds_max; ++round) {
        chain.renew_above(index + 1);
        const auto* life = find(there.book(), chain_[index]);
        auto reply = there.renew(*life, longest_increment);
        if (!reply.ok()) {
          if (round == 0)
            link.refusal = refusal_of(reply);
          return;
        }
        life = find(there.book(), chain_[index]);
        auto further = life->advertised_end > link.limit;
        link.limit = life->advertised_end;
        link.limit_bound = life->bound;
        // All but a period reach as far as they ever will at once.
        if (life->bound != ttl_bound::period && (round > 0 || !further))
          return;
        if (round > 0 && !further)
          return;
        if (!chain.wait_for_most_of(link.limit))
          return;
      }
      link.limit = never;
    });
  }

  // Everything renewed for as long as that moves the first end of the chain.
  void hard_end() {
    ask([&](paused_world& there) {
      renewing chain{there, chain_};
      auto before = instant{-1};
      for (int round = 0; round < renewal_rounds_max; ++round) {
        chain.renew_above(0);
        auto first = chain.first_end(0);
        if (first == never)
          return;
        if (first == before || !chain.wait_for_most_of(first)) {
          there.finish(first);
          into_.hard_end = end_of(there.book(), *find(there.book(), chain_[0]));
          return;
        }
        before = first;
      }
      into_.open_ended = true;
    });
  }

  // What a plain renewal gives at `at`, everything renewed as far as it goes before.
  std::optional<duration> granted(instant at) {
    std::optional<duration> result;
    ask([&](paused_world& there) {
      renewing chain{there, chain_};
      if (at > now_)
        chain.renew_above(0);
      there.advance(at);
      const auto* life = find(there.book(), chain_[0]);
      if (!there.stands(*life))
        return;
      auto reply = there.renew(*life, std::nullopt);
      if (reply.ok())
        result = find(there.book(), chain_[0])->advertised_end - there.now();
      else if (at == now_)
        into_.renewals.refusal = refusal_of(reply);
    });
    return result;
  }

  void renewals() {
    auto& told = into_.renewals;
    if (into_.chain[0].end == never) {
      told.refusal = "it never ends";
      return;
    }
    auto now = granted(now_);
    if (!now)
      return;
    told.grant = *now;
    const auto& own = into_.chain[0];
    if (own.limit == never || own.limit_bound == ttl_bound::period)
      return;
    auto full = [&](instant at) {
      auto got = granted(at);
      return got && *got >= *now;
    };
    auto last = own.limit - *now;
    if (last <= now_) { // it reaches the limit, in full for the last time or cut
      told.first_cut = now_ + seconds{1};
      return;
    }
    if (!full(floor_second(last)))
      last = bisect(full, own.limit);
    told.first_cut = floor_second(last) + seconds{1};
    if (into_.hard_end.at != never && told.first_cut >= into_.hard_end.at)
      told.first_cut = never;
  }

  // The last second at which `full` holds; it holds now, and no longer at `end`.
  template <class Full>
  instant bisect(const Full& full, instant end) const {
    auto low = now_;
    auto high = std::min(end, later(now_, hours{24 * 3660}));
    while (high - low > seconds{1}) {
      auto middle = floor_second(low + (high - low) / 2);
      (full(middle) ? low : high) = middle;
    }
    return low;
  }

  void keep_told_links() {
    auto told = told_links(into_.chain);
    std::vector<bound_link> kept;
    for (auto i : told)
      kept.push_back(std::move(into_.chain[i]));
    into_.links_left_out = static_cast<std::int64_t>(into_.chain.size() - kept.size());
    into_.chain = std::move(kept);
  }

  const plan& what_;
  std::optional<std::uint64_t> seed_;
  run_moment when_;
  explanation& into_;
  std::vector<life_key> chain_;
  instant now_{0};
};

} // namespace

void explain_bounds(const plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
                    explanation& into) {
  bounds_explainer{what, seed, when, into}.explain();
}

} // namespace lapse
