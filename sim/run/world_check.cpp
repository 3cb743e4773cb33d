#include "sim/run/world_check.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/end_words.hpp"
#include "sim/run/count_words.hpp"

#include <fmt/format.h>

namespace lapse::run {

// -- words -----------------------------------------------------------------------

std::string_view to_string(plan::count_word word) noexcept {
  constexpr std::string_view names[] = {
      "tokens",        "accessors",   "cubbyholes",         "leases",
      "secret_leases", "credentials", "backend_revocations"};
  return names[static_cast<std::uint8_t>(word)];
}

std::int64_t value_of(plan::count_word word, const lives::estate_counts& counts) noexcept {
  switch (word) {
    case plan::count_word::tokens:
      return counts.tokens;
    case plan::count_word::accessors:
      return counts.accessors;
    case plan::count_word::cubbyholes:
      return counts.cubbyholes;
    case plan::count_word::leases:
      return counts.leases;
    case plan::count_word::secret_leases:
      return counts.secret_leases;
    case plan::count_word::credentials:
      return counts.credentials;
    case plan::count_word::backend_revocations:
      return counts.backend_revocations;
  }
  return 0;
}

bool holds(plan::state_word word, const lives::life_view& life) noexcept {
  switch (word) {
    case plan::state_word::alive:
      return life.state == lives::life_state::alive;
    case plan::state_word::expired:
      return life.state == lives::life_state::expired;
    case plan::state_word::revoked:
      return life.state == lives::life_state::revoked;
    case plan::state_word::dead:
      return life.dead();
    case plan::state_word::gone:
      return life.gone;
    case plan::state_word::irrevocable:
      return life.irrevocable;
  }
  return false;
}

bool asks_for_the_end(std::optional<plan::state_word> word) noexcept {
  return word == plan::state_word::gone || word == plan::state_word::irrevocable;
}

namespace {

// What a report says of a cause that no handle stands for.
std::string_view word_of(end_cause cause) noexcept {
  if (cause == end_cause::deadline)
    return "its own deadline";
  if (cause == end_cause::ancestor)
    return "a token without a handle";
  return to_string(cause);
}

} // namespace

std::string describe(const lives::life_view& life, const lives::ledger& lives) {
  if (!life.dead())
    return "alive";
  auto result = fmt::format("{} at {}", to_string(life.state), ttl::readable_duration(life.ended));
  if (life.state == lives::life_state::revoked) {
    auto top = life.cause == end_cause::ancestor ? std::string_view{lives.handle(life.because)}
                                                 : std::string_view{};
    result += fmt::format(" because {}", top.empty() ? word_of(life.cause) : top);
  }
  result += fmt::format(", lived {}", ttl::readable_duration(life.lived(life.ended)));
  if (life.gone)
    result += ", gone";
  if (life.irrevocable)
    result += ", irrevocable";
  return result;
}

// -- states of handles -------------------------------------------------------------

namespace {

/// Checks one state_check against whatever its selector selects.
class state_checker {
public:
  state_checker(const world_view& world, const plan::state_check& check,
                const round_numbers& rounds, std::vector<mismatch>& out)
    : world_(world), check_(check), rounds_(rounds), out_(out) {}

  void run() {
    auto name = check_.of.name.render(rounds_);
    bool any = false;
    if (check_.of.glob) {
      for (const auto& handle : world_.handles.all()) {
        if (handle.what != bound_handle::kind::value && handle_matches(name, handle)) {
          any = true;
          one_handle(handle);
        }
      }
      if (!any)
        report(name, "no handle matches");
    } else if (const auto* handle = world_.handles.find(name)) {
      one_handle(*handle);
    } else {
      report(name, "not bound yet");
    }
    if (unlisted_ > 0)
      out_.push_back(
          {check_.where, name, check_.words, fmt::format("{} more differ", unlisted_), {}, true});
  }

private:
  void one_handle(const bound_handle& handle) {
    if (handle.what == bound_handle::kind::failed) {
      never_made(handle);
      return;
    }
    auto slot = world_.lives.slot_of(handle.token);
    switch (check_.of.of) {
      case plan::selector::part::itself:
      case plan::selector::part::lease:
        if (handle.what == bound_handle::kind::token)
          one(handle.name, slot);
        else if (handle.what == bound_handle::kind::lease)
          one(handle.name, world_.lives.slot_of(handle.lease));
        else
          report(handle.name, "a value, which has no life");
        break;
      case plan::selector::part::descendants:
        if (slot != lives::ledger::no_slot)
          world_.lives.for_each_descendant(
              slot, [&](lives::ledger::slot at) { one(handle.name + ".descendants", at); });
        break;
      case plan::selector::part::leases:
        if (slot != lives::ledger::no_slot)
          world_.lives.for_each_lease(
              slot, [&](lives::ledger::slot at) { one(handle.name + ".leases", at); });
        break;
    }
  }

  void never_made(const bound_handle& handle) {
    auto word = check_.state;
    bool fits = !word || *word == plan::state_word::dead || *word == plan::state_word::gone;
    if (!fits || check_.at || check_.lived ||
        !std::holds_alternative<std::monostate>(check_.because))
      report(handle.name, "never made",
             handle.failure() ? failure_words(*handle.failure(), world_.lives) : std::string{},
             handle.failure() ? first_cause(*handle.failure(), world_.lives) : std::string{});
  }

  void one(const std::string& subject, lives::ledger::slot where) {
    if (where == lives::ledger::no_slot) {
      report(subject, "unknown");
      return;
    }
    auto life = world_.lives.view(where, world_.now);
    if (!fits(life))
      report(subject, describe(life, world_.lives),
             life.dead() ? reason(where)
                         : "it " + cause::end_words(world_.lives, world_.lives.at(where)),
             cause::first_cause(world_.lives, world_.lives.at(where)));
  }

  [[nodiscard]] std::string reason(lives::ledger::slot which) const {
    return asks_for_the_end(check_.state)
               ? cause::reason_not_gone(world_.lives, which)
               : cause::full_reason(world_.lives, world_.lives.at(which));
  }

  bool fits(const lives::life_view& life) const {
    if (check_.state && !holds(*check_.state, life))
      return false;
    if (check_.at && (!life.dead() || life.ended != *check_.at))
      return false;
    if (check_.lived && (!life.dead() || life.lived(world_.now) != *check_.lived))
      return false;
    return because_fits(life);
  }

  bool because_fits(const lives::life_view& life) const {
    if (const auto* cause = std::get_if<end_cause>(&check_.because))
      return life.state == lives::life_state::revoked && life.cause == *cause;
    if (const auto* handle = std::get_if<plan::handle_ref>(&check_.because)) {
      const auto* top = world_.texts.find(*handle, rounds_);
      return top != nullptr && top->what == bound_handle::kind::token &&
             life.state == lives::life_state::revoked && life.cause == end_cause::ancestor &&
             life.because == top->token;
    }
    return true;
  }

  void report(const std::string& subject, std::string seen, std::string why = {},
              std::string cause = {}) {
    if (++reported_ > mismatches_per_check_max)
      ++unlisted_;
    else
      out_.push_back({check_.where, subject, check_.words, std::move(seen), std::move(why),
                      reported_ > 1, std::move(cause)});
  }

  const world_view& world_;
  const plan::state_check& check_;
  const round_numbers& rounds_;
  std::vector<mismatch>& out_;
  std::size_t reported_ = 0;
  std::size_t unlisted_ = 0;
};

} // namespace

void check_world(const world_view& world, const plan::world_check& expected,
                 const round_numbers& rounds, std::vector<mismatch>& out) {
  if (const auto* states = std::get_if<plan::state_check>(&expected)) {
    state_checker(world, *states, rounds, out).run();
    return;
  }
  const auto& count = std::get<plan::count_check>(expected);
  auto value = world.counts.value_of(count);
  if (!plan::within(count.expected, value))
    out.push_back({count.where, subject_of(count), count.words, std::to_string(value),
                   world.tells_who ? who_is_counted(count, world.lives) : std::string{}});
}

} // namespace lapse::run
