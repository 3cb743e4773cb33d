#pragma once

#include "sim/engine/simulation.hpp"
#include "sim/explain/explain.hpp"
#include "sim/run/handle_table.hpp"
#include "sim/run/runner.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lapse::explain {

/// A moment of a scenario's run: after the `pause`-th look between two steps, or, if that is 0,
/// after all steps up to `at`.
struct run_moment {
  std::uint64_t pause = 0;
  instant at{0};
};

/// A world in which the scenario ran up to a moment, and nothing more of it will. Whatever was made
/// up to that moment has the same slot in the ledger of every such world.
class paused_world {
public:
  paused_world(engine::simulation& world, const run::handle_table& handles)
    : world_(world), handles_(handles) {}

  [[nodiscard]] token_id root() const { return world_.root().id; }
  [[nodiscard]] instant now() const { return world_.now(); }
  [[nodiscard]] const run::handle_table& handles() const noexcept { return handles_; }
  [[nodiscard]] const lives::ledger& lives() const { return world_.lives(); }
  /// What the handle of that name stands for; null unless it is a token or a lease.
  [[nodiscard]] const lives::life_record* find(std::string_view handle) const;

  /// Deadlines before `at` act.
  void advance(instant at);
  /// Deadlines up to and including `at` act.
  void finish(instant at);

  [[nodiscard]] bool stands(const lives::life_record& life) const;

  /// Revokes or renews through the door, as root, or where root is dead as the token itself.
  /// @param increment none: the request says none
  [[nodiscard]] answer revoke(const lives::life_record& life);
  [[nodiscard]] answer renew(const lives::life_record& life, std::optional<std::string> increment);
  /// A request as root, by a method of HTTP. The answer stands there at once, or, if it needs time
  /// after that time.
  [[nodiscard]] std::shared_ptr<const std::optional<answer>>
  ask_as_root(std::string_view method, const std::string& path, nlohmann::json body = {});

  /// Name of who asks.
  [[nodiscard]] std::string asker(const lives::life_record& life) const;

private:
  [[nodiscard]] credential caller(const lives::life_record& life) const;
  [[nodiscard]] answer ask(const lives::life_record& life, std::string path, nlohmann::json body);

  engine::simulation& world_;
  const run::handle_table& handles_;
};

/// Where the server shows and changes a mount of that path: `auth/x` is `sys/auth/x`, `db` is
/// `sys/mounts/db` (R-1206), both without a final `/`.
[[nodiscard]] std::string sys_path_of(std::string_view mount);

/// The slot of what a handle stands for; `no_slot` unless it is a token or a lease.
[[nodiscard]] lives::ledger::slot slot_of(const lives::ledger& lives,
                                          const run::bound_handle& handle);

/// Why the server says no, without the frame it puts around some errors (R-1204).
[[nodiscard]] std::string refusal_of(const answer& reply);

/// The first request of the file's set-up that the server refused, and where it stands; none: all
/// were taken.
[[nodiscard]] std::optional<explain_error> refused_set_up(const plan::plan& what,
                                                          const run::run_outcome& outcome);

/// Runs `what` in a fresh world up to `when` and calls `then` there, but not if the file's set-up
/// is refused.
void run_up_to(const plan::plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
               const std::function<void(paused_world&)>& then);

} // namespace lapse::explain
