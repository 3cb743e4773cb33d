// What would die with whatever was given out below a path.

#include "sim/document/nearest.hpp"
#include "sim/explain/crowd.hpp"
#include "sim/explain/explain.hpp"
#include "sim/explain/name_list.hpp"
#include "sim/explain/radius.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace lapse::explain {

namespace {

/// Follows a whole run: when anything below the path lives.
class path_look final : public run::run_pause {
public:
  explicit path_look(std::string_view path) : path_(path) {}

  bool go_on(engine::simulation& world, const run::handle_table&, instant next) override {
    ++pauses_;
    const auto& lives = world.lives();
    if (looks_.empty() || looks_.back().at < world.now())
      looks_.push_back({world.now(), 0, 0});
    looks_.back().pause = pauses_;
    looks_.back().lives = lives.size();
    if (next != never)
      return true;
    if (const auto* root = lives.find(world.root().id))
      root_end = lives.end_of(*root).at;
    survey(lives);
    return true;
  }

  /// The last look of all.
  [[nodiscard]] run_moment end() const { return {looks_.back().pause, looks_.back().at}; }

  /// When root can ask no more.
  instant root_end = never;
  /// The last look at which anything below the path lived, and root; none: nothing ever did.
  std::optional<run_moment> alive;
  bool at_the_end = false;
  /// When the most of it lived.
  crowd most;
  /// The paths with which anything at all was given out, sorted.
  std::set<std::string> paths;

private:
  /// The last look between two steps at one instant.
  struct look {
    instant at;
    std::uint64_t pause;
    std::size_t lives;
  };

  void survey(const lives::ledger& lives) {
    std::map<instant, std::int64_t> change;
    std::size_t last = looks_.size(); // none
    for (lives::ledger::slot i = 0; i < lives.size(); ++i) {
      const auto& life = lives.at(i);
      if (life.path())
        paths.insert(*life.path());
      if (!lies_below(life, path_))
        continue;
      const auto end = std::min<instant>(lives.end_of(life).at, root_end);
      if (end > life.created) {
        ++change[life.created];
        if (end != never)
          --change[end];
      }
      // At the end of its life it is taken along by a step of that instant, or lapses after it.
      auto after = std::lower_bound(looks_.begin(), looks_.end(), end,
                                    [](const look& one, instant at) { return one.at < at; });
      if (after == looks_.begin())
        continue;
      const auto at = static_cast<std::size_t>(after - looks_.begin()) - 1;
      if (looks_[at].lives > i && (last == looks_.size() || at > last))
        last = at;
    }
    if (last < looks_.size()) {
      alive = run_moment{looks_[last].pause, looks_[last].at};
      at_the_end = last + 1 == looks_.size();
    }
    most = busiest(change);
  }

  std::string_view path_;
  std::uint64_t pauses_ = 0;
  std::vector<look> looks_;
};

/// The paths of all mounts at a moment, as the server lists them.
std::set<std::string> mounts_at(const plan::plan& what, std::optional<std::uint64_t> seed,
                                const run_moment& when) {
  std::set<std::string> result;
  run_up_to(what, seed, when, [&](paused_world& there) {
    for (const auto& [list, front] :
         {std::pair{"sys/mounts", ""}, std::pair{"sys/auth", "auth/"}}) {
      const auto reply = *there.ask_as_root("GET", list);
      const auto* all = reply ? std::get_if<nlohmann::json>(&reply->body) : nullptr;
      if (all != nullptr && all->is_object())
        for (const auto& [name, about] : all->items())
          if (about.is_object() && about.contains("accessor"))
            result.insert(front + name);
    }
  });
  return result;
}

class path_explainer {
public:
  path_explainer(const plan::plan& what, path_question asked)
    : what_(what), asked_(std::move(asked)) {
    while (asked_.path.ends_with('/'))
      asked_.path.pop_back();
    while (asked_.path.starts_with('/'))
      asked_.path.erase(0, 1);
    const auto prefix = asked_.what == path_question::kind::prefix;
    result_.path = asked_.path + (prefix ? "" : "/");
    result_.question = prefix                                      ? "prefix"
                       : asked_.what == path_question::kind::mount ? "mount"
                                                                   : "disable";
  }

  tl::expected<path_explanation, explain_error> explain() {
    path_look look{asked_.path};
    run::run_options options;
    options.seed = asked_.seed;
    options.pause = &look;
    const auto outcome = run::run_plan(what_, options);
    if (auto error = refused_set_up(what_, outcome))
      return tl::unexpected(std::move(*error));
    auto when = moment(look);
    if (when.at >= look.root_end)
      return tl::unexpected(explain_error{
          fmt::format("root, which would ask for it, ends at {}; ask for an earlier time with --at",
                      ttl::readable_duration(look.root_end))});
    if (auto error = no_such_mount(when))
      return tl::unexpected(std::move(*error));
    if (!look.alive && asked_.what == path_question::kind::prefix)
      return tl::unexpected(nothing_there(look));
    result_.source = what_.source;
    result_.scenario = what_.name;
    result_.radius = explain_radius(what_, asked_.seed, when, request());
    result_.at = result_.radius.at;
    if (!asked_.at && look.most.living > static_cast<std::int64_t>(result_.radius.dead.size()) &&
        result_.radius.refusal.empty())
      result_.busiest = look.most.at;
    return std::move(result_);
  }

private:
  run_moment moment(const path_look& look) {
    run_moment when;
    if (asked_.at) {
      when.at = *asked_.at;
      result_.moment = "as asked";
    } else if (look.alive) {
      when = *look.alive;
      result_.moment = look.at_the_end ? "the end of the scenario"
                                       : "the last step at which anything below it lives";
    } else {
      when = look.end();
      result_.moment = "the end of the scenario";
    }
    return when;
  }

  [[nodiscard]] std::optional<explain_error> no_such_mount(const run_moment& when) const {
    if (asked_.what == path_question::kind::prefix)
      return std::nullopt;
    const auto mounts = mounts_at(what_, asked_.seed, when);
    if (mounts.count(result_.path) != 0)
      return std::nullopt;
    return explain_error{
        fmt::format("no mount {} at that time{}", document::in_quotes(result_.path),
                    names_there_are(result_.path, "mounts", {mounts.begin(), mounts.end()}))};
  }

  [[nodiscard]] explain_error nothing_there(const path_look& look) const {
    return {fmt::format(
        "nothing was ever given out below {}{}", document::in_quotes(asked_.path),
        names_there_are(asked_.path, "what was", {look.paths.begin(), look.paths.end()}))};
  }

  [[nodiscard]] revocation request() const {
    if (asked_.what != path_question::kind::disable)
      // As the client of a server asks for it, which does not wait for backends.
      return path_revocation{
          asked_.path, "POST", "sys/leases/revoke-prefix/" + asked_.path, {{"sync", false}}};
    return path_revocation{asked_.path, "DELETE", sys_path_of(asked_.path), {}};
  }

  const plan::plan& what_;
  path_question asked_;
  path_explanation result_;
};

} // namespace

tl::expected<path_explanation, explain_error> explain_path(const plan::plan& what,
                                                           path_question asked) {
  return path_explainer{what, std::move(asked)}.explain();
}

} // namespace lapse::explain
