#include "sim/explain/explain.hpp"

#include "sim/explain/bounds.hpp"
#include "sim/explain/radius.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/nearest.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/chronicle/cause.hpp"

#include <fmt/format.h>

#include <map>
#include <unordered_set>

namespace lapse {

namespace {

using error = explain_error;

/// Follows a whole run for the last look at which the handle's token or lease lives.
class last_look final : public run_pause {
public:
  explicit last_look(std::string_view handle) : handle_(handle) {}

  bool go_on(simulation& world, const handle_table& handles, instant next) override {
    ++pauses_;
    over_ = next == never;
    const auto* bound = handles.find(handle_);
    if (over_ && bound != nullptr && find(seen.book(), key_of(*bound)) != nullptr)
      most = most_below(handles);
    if (bound == nullptr || seen.book().end_of(*living(*bound)).at != never)
      return true;
    alive = run_moment{pauses_, world.now()};
    at_the_end = over_;
    return true;
  }

  /// The earliest instant at which a revocation takes the most along.
  struct crowd {
    instant at{0};
    std::size_t dead = 0;
  };

  // Over now, so all births and ends are known: one sweep over them, not a look at each step. What
  // lost its parent later is not counted, so `dead` is at most too small.
  [[nodiscard]] crowd most_below(const handle_table& handles) const {
    std::map<instant, std::int64_t> change;
    const auto& book = seen.book();
    const auto* top = find(book, key_of(*handles.find(handle_)));
    // Looked up only.
    std::unordered_set<std::uint64_t> below;
    for (const auto& life : book.lives()) {
      if (&life != top && below.count(life.above.value) == 0)
        continue;
      if (!life.is_lease())
        below.insert(life.token.id.value);
      auto end = book.end_of(life).at;
      if (end <= life.created)
        continue;
      ++change[life.created];
      if (end != never)
        --change[end];
    }
    crowd most;
    std::int64_t living = 0;
    for (const auto& [at, by] : change) {
      living += by;
      if (living > static_cast<std::int64_t>(most.dead))
        most = {at, static_cast<std::size_t>(living)};
    }
    return most;
  }

  witness seen;
  crowd most;
  std::optional<run_moment> alive;
  bool at_the_end = false;

private:
  const life_record* living(const bound_handle& bound) const {
    static const life_record nobody = [] {
      life_record dead;
      dead.reported.at = instant{0};
      return dead;
    }();
    const auto* life = find(seen.book(), key_of(bound));
    return life == nullptr ? &nobody : life;
  }

  std::string_view handle_;
  std::uint64_t pauses_ = 0;
  bool over_ = false;
};


std::string handle_list(const std::vector<std::string>& names) {
  constexpr std::size_t shown_max = 40;
  std::string result;
  for (std::size_t i = 0; i < names.size() && i < shown_max; ++i)
    result += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > shown_max)
    result += fmt::format(" and {} more", names.size() - shown_max);
  return result;
}

error unknown(const std::string& handle, const std::vector<std::string>& names) {
  auto hint = did_you_mean(handle, {names.begin(), names.end()});
  return {fmt::format("unknown handle {}{}\nhandles: {}", in_quotes(handle), hint, handle_list(names))};
}

class explainer {
public:
  explainer(const plan& what, const explain_question& asked) : what_(what), asked_(asked) {}

  std::variant<explanation, error> explain() {
    if (auto refused = survey())
      return *refused;
    run_moment when;
    if (asked_.at)
      when.at = *asked_.at;
    else if (auto found = find_moment(when))
      return *found;
    if (auto refused = look(when))
      return *refused;
    explain_bounds(what_, asked_.seed, when, result_);
    explain_radius(what_, asked_.seed, when, result_);
    if (most_.dead > result_.radius.dead.size() && result_.radius.refusal.empty())
      result_.busiest = most_.at;
    return std::move(result_);
  }

private:
  // Whether the handle ever stands for a token or lease.
  std::optional<error> survey() {
    std::optional<error> refused;
    struct to_the_end final : run_pause {
      std::function<void(const handle_table&)> then;
      bool go_on(simulation&, const handle_table& handles, instant next) override {
        if (next == never)
          then(handles);
        return true;
      }
    } pause;
    pause.then = [&](const handle_table& handles) {
      std::vector<std::string> names;
      for (const auto& handle : handles.all())
        if (handle.what == bound_handle::kind::token || handle.what == bound_handle::kind::lease)
          names.push_back(handle.name);
      const auto* bound = handles.find(asked_.handle);
      if (bound == nullptr)
        refused = unknown(asked_.handle, names);
      else if (bound->what == bound_handle::kind::failed)
        refused = error{fmt::format("{} is never bound: the request at {} that should bind it was "
                                    "refused",
                                    in_quotes(asked_.handle), format_duration(bound->bound_at))};
      else if (bound->what == bound_handle::kind::value)
        refused = error{fmt::format("{} names a value, neither a token nor a lease",
                                    in_quotes(asked_.handle))};
      else
        bound_at_ = bound->bound_at;
    };
    run_options options;
    options.seed = asked_.seed;
    options.pause = &pause;
    auto outcome = run_plan(what_, options);
    if (!outcome.setup_errors.empty()) {
      const auto& first = outcome.setup_errors.front();
      return error{to_string(load_error{what_.source, first.where, first.text})};
    }
    return refused;
  }

  std::optional<error> find_moment(run_moment& when) {
    last_look look{asked_.handle};
    run_options options;
    options.seed = asked_.seed;
    options.pause = &look;
    options.readers = {&look.seen};
    static_cast<void>(run_plan(what_, options));
    if (!look.alive)
      return error{fmt::format("{} lives at no time: it is bound at {} and dead at once",
                               in_quotes(asked_.handle), format_duration(bound_at_))};
    when = *look.alive;
    most_ = look.most;
    result_.moment = look.at_the_end ? "the end of the scenario" : "the last step at which it lives";
    return std::nullopt;
  }

  std::optional<error> look(const run_moment& when) {
    std::optional<error> refused;
    if (asked_.at)
      result_.moment = "as asked";
    run_up_to(what_, asked_.seed, when, [&](paused_world& there) {
      auto at = format_duration(there.now());
      const auto* bound = there.handles().find(asked_.handle);
      if (bound == nullptr) {
        refused = error{fmt::format("{} does not exist yet at {}: it is bound at {}",
                                    in_quotes(asked_.handle), at, format_duration(bound_at_))};
        return;
      }
      const auto* life = find(there.book(), key_of(*bound));
      if (auto end = there.book().end_of(*life); end.at != never) {
        refused = error{fmt::format("{} is dead at {}: at {} {}; {}", in_quotes(asked_.handle), at,
                                    format_duration(end.at), reason(there.book(), *life),
                                    earlier_than(end.at))};
        return;
      }
      result_.source = what_.source;
      result_.scenario = what_.name;
      result_.handle = asked_.handle;
      result_.kind = to_string(life->what);
      result_.created = life->created;
      result_.at = there.now();
    });
    return refused;
  }

  // The last whole second before `end` at which it lives, or the last moment at all.
  [[nodiscard]] std::string earlier_than(instant end) const {
    for (auto at : {floor_second(end - duration{1}), end - duration{1}, end})
      if (at >= bound_at_ && lives_at(at))
        return "ask with --at " + format_duration(at) + " or earlier";
    return "ask for an earlier time";
  }

  [[nodiscard]] bool lives_at(instant at) const {
    bool result = false;
    run_up_to(what_, asked_.seed, {0, at}, [&](paused_world& there) {
      const auto* bound = there.handles().find(asked_.handle);
      const auto* life = bound == nullptr ? nullptr : find(there.book(), key_of(*bound));
      result = life != nullptr && there.stands(*life);
    });
    return result;
  }

  const plan& what_;
  const explain_question& asked_;
  explanation result_;
  instant bound_at_{0};
  last_look::crowd most_;
};

} // namespace

std::variant<explanation, explain_error> explain(const plan& what, const explain_question& asked) {
  return explainer{what, asked}.explain();
}

} // namespace lapse
