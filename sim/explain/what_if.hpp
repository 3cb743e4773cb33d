#pragma once

#include "sim/explain/witness.hpp"

#include "sim/engine/simulation.hpp"
#include "sim/run/handle_table.hpp"
#include "sim/run/runner.hpp"

#include <functional>
#include <optional>
#include <string>

namespace lapse {

/// A moment of a scenario's run: after the `pause`-th look between two steps, or, if that is 0,
/// after all steps up to `at`.
struct run_moment {
  std::uint64_t pause = 0;
  instant at{0};
};

/// A world in which the scenario ran up to a moment, and nothing more of it will.
class paused_world {
public:
  paused_world(simulation& world, const handle_table& handles, witness& seen)
    : world_(world), handles_(handles), seen_(seen) {}

  [[nodiscard]] token_id root() const { return world_.root().id; }
  [[nodiscard]] instant now() const { return world_.now(); }
  [[nodiscard]] const handle_table& handles() const noexcept { return handles_; }
  [[nodiscard]] const witness& seen() const noexcept { return seen_; }
  [[nodiscard]] const chronicle& book() const noexcept { return seen_.book(); }

  /// Deadlines before `at` act.
  void advance(instant at);
  /// Deadlines up to and including `at` act.
  void finish(instant at);

  [[nodiscard]] bool stands(const life_record& life) const;

  /// Revokes or renews through the door, as root, or where root is dead as the token itself.
  /// @param increment none: the request says none
  [[nodiscard]] answer revoke(const life_record& life);
  [[nodiscard]] answer renew(const life_record& life, std::optional<std::string> increment);
  /// Name of who asks.
  [[nodiscard]] std::string asker(const life_record& life) const;

private:
  [[nodiscard]] credential caller(const life_record& life) const;
  [[nodiscard]] answer ask(const life_record& life, std::string path, nlohmann::json body);

  simulation& world_;
  const handle_table& handles_;
  witness& seen_;
};

/// Why the server says no, without the frame it puts around some errors (R-1204).
[[nodiscard]] std::string refusal_of(const answer& reply);

/// Runs `what` in a fresh world up to `when` and calls `then` there, but not if the file's set-up
/// is refused.
void run_up_to(const plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
               const std::function<void(paused_world&)>& then);

} // namespace lapse
