#include "sim/explain/explain.hpp"

#include "sim/document/nearest.hpp"
#include "sim/explain/bounds.hpp"
#include "sim/explain/crowd.hpp"
#include "sim/explain/name_list.hpp"
#include "sim/explain/radius.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/cause.hpp"

#include <fmt/format.h>

#include <map>
#include <tl/expected.hpp>

namespace lapse::explain {

namespace {

/// Follows a whole run: what the handle came to stand for, and the last look at which that lives.
class last_look final : public run::run_pause {
public:
  explicit last_look(std::string_view handle) : handle_(handle) {}

  bool go_on(engine::simulation& world, const run::handle_table& handles, instant next) override {
    ++pauses_;
    auto over = next == never;
    const auto* found = handles.find(handle_);
    if (over)
      keep(handles, found);
    const auto& lives = world.lives();
    const auto* life = found == nullptr ? nullptr : lives.get(slot_of(lives, *found));
    if (life == nullptr)
      return true;
    if (over)
      most = most_below(lives, *life);
    if (lives.end_of(*life).at == never) {
      alive = run_moment{pauses_, world.now()};
      at_the_end = over;
    }
    return true;
  }

  // Over now, so all births and ends are known: one sweep over them, not a look at each step. What
  // lost its parent later is not counted, so there may be more.
  [[nodiscard]] static crowd most_below(const lives::ledger& lives, const lives::life_record& top) {
    std::map<instant, std::int64_t> change;
    std::vector<bool> below(lives.size());
    for (lives::ledger::slot i = lives.slot_of(top); i < lives.size(); ++i) {
      const auto& life = lives.at(i);
      below[i] =
          &life == &top || (life.above_slot != lives::ledger::no_slot && below[life.above_slot]);
      if (!below[i])
        continue;
      auto end = lives.end_of(life).at;
      if (end <= life.created)
        continue;
      ++change[life.created];
      if (end != never)
        --change[end];
    }
    return busiest(change);
  }

  /// At the end of the run; none: the handle is not bound.
  std::optional<run::bound_handle> bound;
  /// At the end of the run, if the handle is not bound: those that could be asked about.
  std::vector<std::string> names;
  /// When a revocation takes the most along.
  crowd most;
  std::optional<run_moment> alive;
  bool at_the_end = false;

private:
  void keep(const run::handle_table& handles, const run::bound_handle* found) {
    if (found != nullptr) {
      bound = *found;
      return;
    }
    for (const auto& handle : handles.all())
      if (handle.what == run::bound_handle::kind::token ||
          handle.what == run::bound_handle::kind::lease)
        names.push_back(handle.name);
  }

  std::string_view handle_;
  std::uint64_t pauses_ = 0;
};

using checked = tl::expected<void, explain_error>;

tl::unexpected<explain_error> refused(std::string why) {
  return tl::unexpected(explain_error{std::move(why)});
}

tl::unexpected<explain_error> unknown(const std::string& handle,
                                      const std::vector<std::string>& names) {
  return refused("unknown handle " + document::in_quotes(handle) +
                 names_there_are(handle, "handles", {names.begin(), names.end()}));
}

class explainer {
public:
  explainer(const plan::plan& what, const explain_question& asked) : what_(what), asked_(asked) {}

  tl::expected<explanation, explain_error> explain() {
    const auto when = survey();
    if (!when)
      return tl::unexpected(when.error());
    if (auto alive = look(*when); !alive)
      return tl::unexpected(alive.error());
    explain_bounds(what_, asked_.seed, *when, result_);
    result_.radius = explain_radius(what_, asked_.seed, *when, asked_.handle);
    if (most_.living > static_cast<std::int64_t>(result_.radius.dead.size()) &&
        result_.radius.refusal.empty())
      result_.busiest = most_.at;
    return std::move(result_);
  }

private:
  // Which moment is asked about, if the handle ever stands for a token or lease.
  tl::expected<run_moment, explain_error> survey() {
    last_look look{asked_.handle};
    run::run_options options;
    options.seed = asked_.seed;
    options.pause = &look;
    auto outcome = run::run_plan(what_, options);
    if (auto error = refused_set_up(what_, outcome))
      return tl::unexpected(std::move(*error));
    if (auto known = stands_for_nothing(look); !known)
      return tl::unexpected(known.error());
    bound_at_ = look.bound->bound_at;
    if (!asked_.at)
      return choose_moment(look);
    result_.moment = "as asked";
    run_moment when;
    when.at = *asked_.at;
    return when;
  }

  [[nodiscard]] checked stands_for_nothing(const last_look& look) const {
    if (!look.bound)
      return unknown(asked_.handle, look.names);
    if (look.bound->what == run::bound_handle::kind::failed)
      return refused(fmt::format("{} is never bound: the request at {} that should bind it was "
                                 "refused",
                                 document::in_quotes(asked_.handle),
                                 ttl::readable_duration(look.bound->bound_at)));
    if (look.bound->what == run::bound_handle::kind::value)
      return refused(fmt::format("{} names a value, neither a token nor a lease",
                                 document::in_quotes(asked_.handle)));
    return {};
  }

  tl::expected<run_moment, explain_error> choose_moment(const last_look& look) {
    if (!look.alive)
      return refused(fmt::format("{} lives at no time: it is bound at {} and dead at once",
                                 document::in_quotes(asked_.handle),
                                 ttl::readable_duration(bound_at_)));
    most_ = look.most;
    result_.moment =
        look.at_the_end ? "the end of the scenario" : "the last step at which it lives";
    return *look.alive;
  }

  checked look(const run_moment& when) {
    checked result;
    run_up_to(what_, asked_.seed, when, [&](paused_world& there) {
      auto at = ttl::readable_duration(there.now());
      const auto* bound = there.handles().find(asked_.handle);
      if (bound == nullptr) {
        result = refused(fmt::format("{} does not exist yet at {}: it is bound at {}",
                                     document::in_quotes(asked_.handle), at,
                                     ttl::readable_duration(bound_at_)));
        return;
      }
      const auto* life = there.find(asked_.handle);
      if (auto end = there.lives().end_of(*life); end.at != never) {
        result = refused(fmt::format("{} is dead at {}: at {} {}; {}",
                                     document::in_quotes(asked_.handle), at,
                                     ttl::readable_duration(end.at),
                                     cause::reason(there.lives(), *life), earlier_than(end.at)));
        return;
      }
      result_.source = what_.source;
      result_.scenario = what_.name;
      result_.handle = asked_.handle;
      result_.kind = to_string(life->what);
      result_.created = life->created;
      result_.at = there.now();
    });
    return result;
  }

  // The last whole second before `end` at which it lives, or the last moment at all.
  [[nodiscard]] std::string earlier_than(instant end) const {
    for (auto at : {ttl::floor_second(end - duration{1}), end - duration{1}, end})
      if (at >= bound_at_ && lives_at(at))
        return "ask with --at " + ttl::readable_duration(at) + " or earlier";
    return "ask for an earlier time";
  }

  [[nodiscard]] bool lives_at(instant at) const {
    bool result = false;
    run_up_to(what_, asked_.seed, {0, at}, [&](paused_world& there) {
      const auto* life = there.find(asked_.handle);
      result = life != nullptr && there.stands(*life);
    });
    return result;
  }

  const plan::plan& what_;
  const explain_question& asked_;
  explanation result_;
  instant bound_at_{0};
  /// Empty if the moment is as asked.
  crowd most_;
};

} // namespace

tl::expected<explanation, explain_error> explain(const plan::plan& what,
                                                 const explain_question& asked) {
  return explainer{what, asked}.explain();
}

} // namespace lapse::explain
