#include "sim/explain/bounds.hpp"

#include "sim/explain/maxima.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::explain {

namespace {

using slots = std::vector<lives::ledger::slot>;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// More than any server grants.
constexpr auto longest_increment = "876000h";

/// The thing itself, then whatever is above it.
slots chain_of(const lives::ledger& lives, const lives::life_record& bottom) {
  auto chain = lives.line_above(bottom);
  chain.insert(chain.begin(), lives.slot_of(bottom));
  return chain;
}

/// The chain without the middle of a very long one, but with the link that ends first. What is left
/// out is renewed with the rest all the same.
std::vector<std::size_t> shown_links(const std::vector<bound_link>& chain) {
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

explained_end end_of(const lives::ledger& lives, const lives::life_record& life) {
  return {lives.end_of(life).at, cause::reason(lives, life)};
}

/// One question in one world: how far do renewals carry a chain?
class renewing {
public:
  renewing(paused_world& there, const slots& chain) : there_(there), chain_(chain) {}

  /// Renews the links from `from` upwards, the topmost first, each as far as it goes.
  void renew_above(std::size_t from) {
    for (auto i = chain_.size(); i-- > from;) {
      const auto& life = there_.lives().at(chain_[i]);
      if (there_.stands(life))
        static_cast<void>(there_.renew(life, longest_increment));
    }
  }

  /// The earliest own deadline of the links from `from` upwards.
  [[nodiscard]] instant first_end(std::size_t from) const {
    auto result = never;
    for (auto i = from; i < chain_.size(); ++i)
      result = std::min(result, there_.lives().at(chain_[i]).expire);
    return result;
  }

  /// Lets three quarters of the time to `end` pass, in whole seconds: a server counts from the
  /// second before, and so gives a fraction more than its maximum. Only very short periods
  /// need less. False if that is none.
  bool wait_for_most_of(instant end) {
    auto now = there_.now();
    auto most = ttl::floor_second((end - now) / 4 * 3);
    if (most <= duration::zero() && of_a_period(end))
      most = std::chrono::floor<milliseconds>((end - now) / 4 * 3);
    if (most <= duration::zero())
      return false;
    there_.advance(now + most);
    return true;
  }

private:
  [[nodiscard]] bool of_a_period(instant end) const {
    return std::any_of(chain_.begin(), chain_.end(), [&](lives::ledger::slot which) {
      const auto& life = there_.lives().at(which);
      return life.expire == end && life.bound == ttl_bound::period;
    });
  }

  paused_world& there_;
  const slots& chain_;
};

class bounds_explainer {
public:
  bounds_explainer(const plan::plan& what, std::optional<std::uint64_t> seed,
                   const run_moment& when, explanation& into)
    : what_(what), seed_(seed), when_(when), into_(into) {}

  void explain() {
    look();
    as_it_stands();
    if (auto* first = first_of(into_.chain, [](const auto& link) { return link.end; }))
      first->binding = true;
    for (auto i : shown_links(into_.chain))
      limit(i, into_.chain[i]);
    hard_end();
    if (auto* first = first_of(into_.chain, [](const auto& link) { return link.limit; });
        first != nullptr && into_.hard_end.at != never)
      first->limiting = true;
    maxima();
    renewals();
    keep_shown_links();
  }

private:
  void ask(const std::function<void(paused_world&)>& then) const {
    run_up_to(what_, seed_, when_, then);
  }

  void look() {
    ask([&](paused_world& there) {
      const auto& lives = there.lives();
      chain_ = chain_of(lives, *there.find(into_.handle));
      now_ = there.now();
      for (auto which : chain_) {
        const auto& one = lives.at(which);
        bound_link link;
        link.name = lives.name(one);
        link.kind = to_string(one.what);
        link.end = one.expire;
        link.bound = one.bound;
        link.uses_left = std::max<std::int64_t>(one.uses_left, 0);
        into_.chain.push_back(std::move(link));
      }
      into_.maxima = maxima_of(there, lives.at(chain_[0]), what_.server.max_lease_ttl);
    });
  }

  void as_it_stands() {
    ask([&](paused_world& there) {
      auto first = renewing{there, chain_}.first_end(0);
      if (first == never)
        return;
      there.finish(first);
      into_.as_it_stands = end_of(there.lives(), there.lives().at(chain_[0]));
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
        const auto& life = there.lives().at(chain_[index]);
        auto reply = there.renew(life, longest_increment);
        if (!reply.ok()) {
          if (round == 0)
            link.refusal = refusal_of(reply);
          return;
        }
        const auto& renewed = there.lives().at(chain_[index]);
        auto further = renewed.expire > link.limit;
        link.limit = renewed.expire;
        link.limit_bound = renewed.bound;
        // All but a period reach as far as they ever will at once.
        if (renewed.bound != ttl_bound::period && (round > 0 || !further))
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
          into_.hard_end = end_of(there.lives(), there.lives().at(chain_[0]));
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
      const auto& life = there.lives().at(chain_[0]);
      if (!there.stands(life))
        return;
      auto reply = there.renew(life, std::nullopt);
      if (reply.ok())
        result = there.lives().at(chain_[0]).expire - there.now();
      else if (at == now_)
        into_.renewals.refusal = refusal_of(reply);
    });
    return result;
  }

  void renewals() {
    auto& result = into_.renewals;
    if (into_.chain[0].end == never) {
      result.refusal = "it never ends";
      return;
    }
    auto now = granted(now_);
    if (!now)
      return;
    result.grant = *now;
    const auto& own = into_.chain[0];
    if (own.limit == never || own.limit_bound == ttl_bound::period)
      return;
    auto full = [&](instant at) {
      auto got = granted(at);
      return got && *got >= *now;
    };
    auto last = own.limit - *now;
    if (last <= now_) { // it reaches the limit, in full for the last time or cut
      result.first_cut = now_ + seconds{1};
      return;
    }
    if (!full(ttl::floor_second(last)))
      last = bisect(full, own.limit);
    result.first_cut = ttl::floor_second(last) + seconds{1};
    if (into_.hard_end.at != never && result.first_cut >= into_.hard_end.at)
      result.first_cut = never;
  }

  // The last second at which `full` holds; it holds now, and no longer at `end`.
  template <class Full>
  instant bisect(const Full& full, instant end) const {
    auto low = now_;
    auto high = std::min(end, later(now_, hours{24 * 3660}));
    while (high - low > seconds{1}) {
      auto middle = ttl::floor_second(low + (high - low) / 2);
      (full(middle) ? low : high) = middle;
    }
    return low;
  }

  void maxima() {
    const auto& own = into_.chain[0];
    if (own.limit == never)
      return into_.maxima.clear();
    const auto binds =
        std::find_if(into_.maxima.begin(), into_.maxima.end(), [&](const ttl_maximum& one) {
          return one.bound != ttl_bound::none && one.bound == own.limit_bound;
        });
    if (binds == into_.maxima.end())
      return;
    binds->binds = true;
    if (binds + 1 != into_.maxima.end())
      into_.raised = own.limit + ((binds + 1)->value - binds->value);
  }

  void keep_shown_links() {
    auto shown = shown_links(into_.chain);
    std::vector<bound_link> kept;
    for (auto i : shown)
      kept.push_back(std::move(into_.chain[i]));
    into_.links_left_out = static_cast<std::int64_t>(into_.chain.size() - kept.size());
    into_.chain = std::move(kept);
  }

  const plan::plan& what_;
  std::optional<std::uint64_t> seed_;
  run_moment when_;
  explanation& into_;
  slots chain_;
  instant now_{0};
};

} // namespace

void explain_bounds(const plan::plan& what, std::optional<std::uint64_t> seed,
                    const run_moment& when, explanation& into) {
  bounds_explainer{what, seed, when, into}.explain();
}

} // namespace lapse::explain
