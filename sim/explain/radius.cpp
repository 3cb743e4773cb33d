#include "sim/explain/radius.hpp"

#include <algorithm>
#include <unordered_set>

namespace lapse {

namespace {

using std::chrono::hours;

// Six attempts with jitter take at most 930 s, and slow backends their time; after a day
// nothing of a revocation is left to do that ever will be done.
constexpr duration aftermath = hours{24};
// Longer than any lease that people give out.
constexpr duration lifetime = hours{24 * 3660};

std::uint64_t number_of(const life_record& life) {
  return life.is_lease() ? life.lease.value : life.token.id.value;
}

class radius_explainer {
public:
  radius_explainer(const plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
                   explanation& into)
    : what_(what), seed_(seed), when_(when), into_(into), told_(into.radius) {}

  void explain() {
    ask([&](paused_world& there) { revoke(there); });
    if (told_.refusal.empty())
      ask([&](paused_world& there) { leave_alone(there); });
  }

private:
  void ask(const std::function<void(paused_world&)>& then) const {
    run_up_to(what_, seed_, when_, then);
  }

  void revoke(paused_world& there) {
    const auto* handle = there.handles().find(into_.handle);
    const auto* life = find(there.book(), key_of(*handle));
    auto died_before = there.seen().deaths().size();
    for (auto above : there.seen().above(*life))
      above_.insert(above.value);
    told_.by = there.asker(*life);
    auto reply = there.revoke(*life);
    if (!reply.ok()) {
      told_.refusal = refusal_of(reply);
      return;
    }
    const auto& deaths = there.seen().deaths();
    for (auto i = died_before; i < deaths.size(); ++i)
      add_casualty(there, *find(there.book(), deaths[i]));
    find_survivors(there);
    there.finish(there.now() + aftermath);
    tell_backends(there);
  }

  void add_casualty(const paused_world& there, const life_record& life) {
    casualty dead;
    dead.name = there.book().name(life);
    dead.kind = to_string(life.what);
    if (life.above)
      dead.above = there.book().name(life.above);
    if (const auto* from = there.seen().origin_of(life))
      dead.mount = from->mount;
    if (life.is_lease() && life.path)
      dead.path = *life.path;
    dead_.insert(number_of(life));
    order_.push_back(key_of(life));
    told_.dead.push_back(std::move(dead));
  }

  // -- what lives on -----------------------------------------------------------------

  void find_survivors(const paused_world& there) {
    const auto& book = there.book();
    for (const auto& life : book.lives()) {
      if (!there.stands(life))
        continue;
      if (!life.is_lease() && above_.count(life.token.id.value) != 0) {
        ++told_.above_tokens;
        continue;
      }
      auto why = why_it_lives(there, life);
      if (why.empty()) {
        ++(life.is_lease() ? told_.unrelated_leases : told_.unrelated_tokens);
        continue;
      }
      survivors_.push_back(key_of(life));
      told_.survivors.push_back({book.name(life), std::string{to_string(life.what)}, why, never});
    }
    for (const auto& loose : there.seen().loose())
      if (dead_.count(loose.maker.value) != 0)
        told_.survivors.push_back(
            {loose.mount, "credential",
             "read by `" + book.name(loose.maker) + "` without a lease: nobody revokes it", never});
  }

  // Empty for what has nothing to do with the revocation.
  [[nodiscard]] std::string why_it_lives(const paused_world& there, const life_record& life) const {
    const auto* from = there.seen().origin_of(life);
    if (from == nullptr)
      return {};
    auto root_dies = dead_.count(there.root().value) != 0;
    if (!life.is_lease() && from->login)
      return root_dies ? "logged in, so it has no parent" : std::string{};
    if (dead_.count(from->maker.value) == 0)
      return {};
    auto maker = "`" + there.book().name(from->maker) + "`";
    if (life.is_lease()) // its owner is not always who read it
      return "read by " + maker + ", but owned by " +
             (life.above ? "`" + there.book().name(life.above) + "`" : "nobody");
    if (life.what == life_record::kind::wrapping) // R-1005, R-1012
      return "a wrapping token, which has no parent";
    if (from->orphaned)
      return "orphaned when its parent was revoked alone";
    // What makes an orphan from the start; with a role it alone decides.
    if (from->by_role)
      return "made by " + maker + " through a role that makes orphans";
    if (from->path && from->path->starts_with("auth/token/create-orphan"))
      return "made by " + maker + " with create-orphan";
    return "made by " + maker + " with no_parent";
  }

  // -- what comes of it ----------------------------------------------------------------

  void tell_backends(const paused_world& there) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto& dead = told_.dead[i];
      if (dead.mount.empty())
        continue;
      auto known = std::find_if(told_.backends.begin(), told_.backends.end(),
                                [&](const auto& b) { return b.mount == dead.mount; });
      if (known == told_.backends.end())
        known =
            told_.backends.insert(known, touched_backend{dead.mount, 0, 0, 0, instant{0}, 0, {}});
      ++known->leases;
      const auto* story = there.seen().story_of(order_[i].lease);
      if (story == nullptr) {
        known->done = never;
        continue;
      }
      known->revoked += story->revoked ? 1 : 0;
      known->irrevocable += story->irrevocable ? 1 : 0;
      known->failures += story->failures;
      known->done = std::max(known->done, story->done);
      if (!story->error.empty())
        known->error = story->error;
    }
  }

  void leave_alone(paused_world& there) {
    there.finish(later(there.now(), lifetime));
    for (std::size_t i = 0; i < order_.size(); ++i)
      told_.dead[i].otherwise = end_of(there, order_[i]);
    for (std::size_t i = 0; i < survivors_.size(); ++i)
      told_.survivors[i].end = end_of(there, survivors_[i]);
  }

  [[nodiscard]] static instant end_of(const paused_world& there, const life_key& key) {
    const auto* life = find(there.book(), key);
    return life == nullptr ? never : there.book().end_of(*life).at;
  }

  const plan& what_;
  std::optional<std::uint64_t> seed_;
  run_moment when_;
  explanation& into_;
  blast_radius& told_;
  /// Keys of the dead and the survivors, in the order told.
  std::vector<life_key> order_;
  std::vector<life_key> survivors_;
  // Looked up only.
  std::unordered_set<std::uint64_t> dead_;
  std::unordered_set<std::uint64_t> above_;
};

} // namespace

void explain_radius(const plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
                    explanation& into) {
  radius_explainer{what, seed, when, into}.explain();
}

} // namespace lapse
