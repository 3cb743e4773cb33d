#include "sim/explain/radius.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace lapse::explain {

namespace {

using std::chrono::hours;

// Six attempts with jitter take at most 930 s, and slow backends their time; after a day
// nothing of a revocation is left to do that ever will be done.
constexpr duration aftermath = hours{24};
// Longer than any lease that people give out.
constexpr duration lifetime = hours{24 * 3660};

class radius_explainer {
public:
  using slot = lives::ledger::slot;

  radius_explainer(const plan::plan& what, std::optional<std::uint64_t> seed,
                   const run_moment& when, const revocation& how)
    : what_(what), seed_(seed), when_(when), how_(how) {}

  blast_radius explain() {
    ask([&](paused_world& there) {
      if (const auto* handle = std::get_if<std::string>(&how_))
        revoke(there, *handle);
      else
        revoke(there, std::get<path_revocation>(how_));
    });
    if (radius_.refusal.empty())
      ask([&](paused_world& there) { leave_alone(there); });
    return std::move(radius_);
  }

private:
  void ask(const std::function<void(paused_world&)>& then) const {
    run_up_to(what_, seed_, when_, then);
  }

  void revoke(paused_world& there, const std::string& handle) {
    const auto& lives = there.lives();
    const auto& life = *there.find(handle);
    radius_.at = there.now();
    auto died_before = lives.deaths().size();
    for (auto above : lives.line_above(life))
      above_.insert(above);
    radius_.by = there.asker(life);
    auto reply = there.revoke(life);
    if (!reply.ok()) {
      radius_.refusal = refusal_of(reply);
      return;
    }
    for (auto i = died_before; i < lives.deaths().size(); ++i)
      add_casualty(lives, lives.deaths()[i]);
    find_survivors(there);
    there.finish(there.now() + aftermath);
    tell_backends(there.lives());
  }

  void revoke(paused_world& there, const path_revocation& below) {
    const auto& lives = there.lives();
    const auto died_before = lives.deaths().size();
    radius_.at = there.now();
    radius_.by = lives.name(there.root());
    const auto reply = there.ask_as_root(below.method, below.request, below.body);
    if (!*reply) // its backend is slow
      there.finish(radius_.at + aftermath);
    for (auto i = died_before; i < lives.deaths().size(); ++i)
      if (there.now() == radius_.at || taken(lives, lives.deaths()[i]))
        add_casualty(lives, lives.deaths()[i]);
    if (!*reply || !(*reply)->ok()) {
      const auto why = *reply ? refusal_of(**reply) : "there is no answer within a day";
      (radius_.dead.empty() ? radius_.refusal : radius_.stopped) = why;
      if (radius_.dead.empty())
        return;
    }
    find_survivors(there);
    there.finish(radius_.at + aftermath);
    tell_backends(there.lives());
  }

  // Of what died while a slow request was under way: what it ended, and not its own deadline.
  [[nodiscard]] bool taken(const lives::ledger& lives, slot which) const {
    const auto end = lives.end_of(lives.at(which));
    return end.cause == end_cause::prefix || end.cause == end_cause::mount ||
           (end.cause == end_cause::ancestor && dead_.count(lives.slot_of(end.because)) != 0);
  }

  void add_casualty(const lives::ledger& lives, slot which) {
    const auto& life = lives.at(which);
    casualty dead;
    dead.name = lives.name(life);
    dead.kind = to_string(life.what);
    if (life.above)
      dead.above = lives.name(life.above);
    if (life.is_lease()) {
      dead.mount = lives.mount(life);
      dead.path = *life.path();
    }
    dead_.insert(which);
    if (life.is_lease())
      ++lost_[life.above_slot];
    order_.push_back(which);
    radius_.dead.push_back(std::move(dead));
  }

  // -- what lives on -----------------------------------------------------------------

  void find_survivors(const paused_world& there) {
    const auto& lives = there.lives();
    for (slot i = 0; i < lives.size(); ++i) {
      const auto& life = lives.at(i);
      if (!there.stands(life))
        continue;
      if (above_.count(i) != 0) {
        ++radius_.above_tokens;
        continue;
      }
      auto why = why_it_lives(there, life);
      if (why.empty() && freed_.count(life.above_slot) != 0)
        why = (life.is_lease() ? "belongs to " : "child of ") + owner_words(lives, life.above);
      else if (!why.empty() && !life.is_lease() && !life.above)
        freed_.insert(i);
      if (why.empty()) {
        ++(life.is_lease() ? radius_.unrelated_leases : radius_.unrelated_tokens);
        continue;
      }
      if (freed_.count(life.above_slot) != 0)
        freed_.insert(i);
      survivors_.push_back(i);
      radius_.survivors.push_back(
          {lives.name(life), std::string{to_string(life.what)}, why, never});
    }
    const auto* path = std::get_if<path_revocation>(&how_);
    for (const auto& loose : lives.unleased())
      if (dead_.count(loose.maker) != 0 ||
          (path != nullptr && lives.mount(loose).starts_with(path->path + '/')))
        radius_.survivors.push_back(
            {lives.mount(loose), "credential",
             "read by `" + lives.name(loose.maker) + "` without a lease: nobody revokes it",
             never});
  }

  // Empty for what has nothing to do with the revocation.
  [[nodiscard]] std::string why_it_lives(const paused_world& there,
                                         const lives::life_record& life) const {
    const auto& lives = there.lives();
    if (const auto* path = std::get_if<path_revocation>(&how_))
      if (auto why = spared(there, life, *path); !why.empty())
        return why;
    if (!life.is_lease() && life.maker == lives::ledger::no_slot && life.made_by_method())
      return dead_.count(lives.slot_of(there.root())) != 0 ? "logged in, so it has no parent" : "";
    if (dead_.count(life.maker) == 0)
      return {};
    auto maker = "`" + lives.name(life.maker) + "`";
    if (life.is_lease()) // its owner is not always who read it
      return "read by " + maker + ", but belongs to " +
             (life.above ? owner_words(lives, life.above) : "nobody");
    if (life.what == lives::life_record::kind::wrapping) // R-1005, R-1012
      return "a wrapping token, which has no parent";
    if (life.orphaned)
      return "orphaned when its parent was revoked alone";
    // What makes an orphan from the start; with a role it alone decides.
    if (life.with_role)
      return "made by " + maker + " through a role that makes orphans";
    if (life.path() && life.path()->starts_with("auth/token/create-orphan"))
      return "made by " + maker + " with create-orphan";
    return "made by " + maker + " with no_parent";
  }

  // What a revocation by path was meant for, or took leases from, and did not end.
  [[nodiscard]] std::string spared(const paused_world& there, const lives::life_record& life,
                                   const path_revocation& path) const {
    const auto& lives = there.lives();
    const auto here = lives.slot_of(life);
    if (lies_below(life, path.path)) {
      // A prefix finds tokens by their leases, and batch tokens have none.
      if (life.batch())
        return "a batch token: it has no lease that a revocation by path would find";
      if (!life.is_lease() && !life.has_lease)
        return "it has no lease that a revocation by path would find";
      return "the revocation did not come to it";
    }
    const auto lost = lost_.find(here);
    return lost == lost_.end() ? std::string{}
                               : "held " + std::to_string(lost->second) + " of these leases" +
                                     ", whose end does not end it";
  }

  /// "the orphan `c3`, which lives on"
  [[nodiscard]] static std::string owner_words(const lives::ledger& lives, token_id id) {
    const auto* owner = lives.find(id);
    const auto orphan = owner != nullptr && !owner->above && !owner->root;
    return std::string{orphan ? "the orphan " : ""} + "`" + lives.name(id) + "`, which lives on";
  }

  // -- what comes of it ----------------------------------------------------------------

  void tell_backends(const lives::ledger& lives) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto& dead = radius_.dead[i];
      if (dead.mount.empty())
        continue;
      auto known = std::find_if(radius_.backends.begin(), radius_.backends.end(),
                                [&](const auto& b) { return b.mount == dead.mount; });
      if (known == radius_.backends.end())
        known =
            radius_.backends.insert(known, touched_backend{dead.mount, 0, 0, 0, instant{0}, 0, {}});
      const auto& lease = lives.at(order_[i]);
      const auto* trouble = lives.trouble_of(order_[i]);
      ++known->leases;
      known->revoked += lease.revoked ? 1 : 0;
      known->irrevocable += lease.given_up ? 1 : 0;
      known->done = std::max(known->done, lease.is_gone()      ? lease.gone
                                          : trouble != nullptr ? trouble->given_up
                                                               : never);
      if (trouble == nullptr)
        continue;
      known->failures += trouble->failures;
      if (!trouble->error.empty())
        known->error = trouble->error;
    }
  }

  void leave_alone(paused_world& there) {
    there.finish(later(there.now(), lifetime));
    for (std::size_t i = 0; i < order_.size(); ++i)
      radius_.dead[i].otherwise = end_of(there.lives(), order_[i]);
    for (std::size_t i = 0; i < survivors_.size(); ++i)
      radius_.survivors[i].end = end_of(there.lives(), survivors_[i]);
  }

  [[nodiscard]] static instant end_of(const lives::ledger& lives, slot which) {
    return which < lives.size() ? lives.end_of(lives.at(which)).at : never;
  }

  const plan::plan& what_;
  std::optional<std::uint64_t> seed_;
  run_moment when_;
  const revocation& how_;
  blast_radius radius_;
  /// The dead and the survivors, in the order in which they are listed.
  std::vector<slot> order_;
  std::vector<slot> survivors_;
  // Looked up only.
  std::unordered_set<slot> dead_;
  std::unordered_set<slot> above_;
  std::unordered_set<slot> freed_;             ///< orphans that live on, and whatever is below them
  std::unordered_map<slot, std::size_t> lost_; ///< leases, by their owners
};

} // namespace

blast_radius explain_radius(const plan::plan& what, std::optional<std::uint64_t> seed,
                            const run_moment& when, const revocation& how) {
  return radius_explainer{what, seed, when, how}.explain();
}

bool lies_below(const lives::life_record& life, std::string_view path) {
  return life.path() && life.path()->starts_with(path) &&
         (life.path()->size() == path.size() || (*life.path())[path.size()] == '/' || path.empty());
}

} // namespace lapse::explain
