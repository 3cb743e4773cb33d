#include "sim/run/schedule.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace lapse::run {

namespace {

constexpr auto unlimited = std::numeric_limits<std::int64_t>::max();

} // namespace

bool schedule::later_first::operator()(const std::unique_ptr<stream>& a,
                                       const std::unique_ptr<stream>& b) const {
  return a->next != b->next ? a->next > b->next : a->place > b->place;
}

schedule::schedule(const std::vector<plan::step>& steps, const plan::range_draw& ranges)
  : ranges_(&ranges) {
  if (steps.empty())
    return;
  auto s = std::make_unique<stream>();
  s->frames.push_back(frame{&steps, 0, nullptr, 1, 1, std::nullopt, instant{0}});
  place(*s);
  push(std::move(s));
}

std::optional<instant> schedule::next_time() const {
  if (streams_.empty())
    return std::nullopt;
  return streams_.front()->next;
}

const due_step* schedule::take(instant limit) {
  while (!streams_.empty() && streams_.front()->next <= limit) {
    auto s = pop();
    bool found = false;
    if (s->source == nullptr)
      found = turn_of_steps(std::move(s));
    else if (std::holds_alternative<plan::keep_step>(s->source->action))
      found = turn_of_keep(std::move(s));
    else
      found = turn_of_rounds(std::move(s));
    if (found)
      return &due_;
  }
  return nullptr;
}

// -- streams -----------------------------------------------------------------------

void schedule::push(std::unique_ptr<stream> what) {
  streams_.push_back(std::move(what));
  std::push_heap(streams_.begin(), streams_.end(), later_first{});
}

std::unique_ptr<schedule::stream> schedule::pop() {
  std::pop_heap(streams_.begin(), streams_.end(), later_first{});
  auto result = std::move(streams_.back());
  streams_.pop_back();
  return result;
}

bool schedule::turn_of_keep(std::unique_ptr<stream> s) {
  due_.what = s->source;
  due_.renewal = &std::get<plan::keep_step>(s->source->action).renewal;
  due_.at = s->next;
  due_.rounds = s->rounds;
  s->next = later(s->next, s->every);
  if (s->next <= s->until && s->next != never)
    push(std::move(s));
  return true;
}

bool schedule::turn_of_rounds(std::unique_ptr<stream> s) {
  const auto& repeat = std::get<plan::repeat_step>(s->source->action);
  auto one = std::make_unique<stream>();
  one->start = s->start;
  one->start.push_back(static_cast<std::uint64_t>(s->round));
  one->rounds = s->rounds;
  one->rounds.push_back(s->round);
  one->time = s->next;
  one->frames.push_back(frame{&repeat.steps, 0, nullptr, 1, 1, std::nullopt, s->next});
  place(*one);
  push(std::move(one));
  ++s->round;
  s->next = later(s->next, s->every);
  s->place.back() = static_cast<std::uint64_t>(s->round);
  if (s->round <= s->rounds_max && s->next <= s->until && s->next != never)
    push(std::move(s));
  return false;
}

bool schedule::turn_of_steps(std::unique_ptr<stream> s) {
  s->time = s->next;
  due_.renewal = nullptr;
  due_.at = s->time;
  if (auto* over = std::exchange(s->finished, nullptr)) {
    due_.what = over;
    set_rounds(*s, due_.rounds);
    if (advance(*s))
      push(std::move(s));
    return true;
  }
  const auto& what = (*s->frames.back().steps)[s->frames.back().index];
  if (const auto* repeat = std::get_if<plan::repeat_step>(&what.action);
      repeat != nullptr && !repeat->every && enter(*s, what, *repeat)) {
    push(std::move(s));
    return false;
  }
  due_.what = &what;
  set_rounds(*s, due_.rounds);
  if (const auto* keep = std::get_if<plan::keep_step>(&what.action))
    start_keep(*s, what, *keep);
  else if (const auto* repeat = std::get_if<plan::repeat_step>(&what.action);
           repeat && repeat->every)
    start_rounds(*s, what, *repeat);
  if (advance(*s))
    push(std::move(s));
  return true;
}

void schedule::start_keep(const stream& by, const plan::step& what, const plan::keep_step& keep) {
  auto s = std::make_unique<stream>();
  s->start = by.place;
  s->place = by.place;
  s->rounds = due_.rounds;
  s->source = &what;
  s->every = ranges_->pick(keep.every, s->rounds);
  s->until = keep.until;
  s->next = later(by.time, s->every);
  if (s->every > duration::zero() && s->next <= s->until && s->next != never)
    push(std::move(s));
}

void schedule::start_rounds(const stream& by, const plan::step& what,
                            const plan::repeat_step& repeat) {
  auto s = std::make_unique<stream>();
  s->start = by.place;
  s->place = by.place;
  s->place.push_back(1);
  s->rounds = due_.rounds;
  s->source = &what;
  s->every = ranges_->pick(*repeat.every, s->rounds);
  s->until = repeat.until.value_or(never);
  s->rounds_max = repeat.times ? ranges_->pick(*repeat.times, s->rounds) : unlimited;
  // Rounds without a pause between them end only by their number.
  if (s->every <= duration::zero() && !repeat.times)
    s->rounds_max = 1;
  s->next = by.time;
  if (!repeat.steps.empty() && s->rounds_max > 0 && s->next <= s->until)
    push(std::move(s));
}

// -- steps one after the other ---------------------------------------------------------

bool schedule::enter(stream& s, const plan::step& what, const plan::repeat_step& repeat) {
  frame f;
  f.steps = &repeat.steps;
  f.repeat = &what;
  f.rounds = repeat.times ? ranges_->pick(*repeat.times, rounds_of(s)) : unlimited;
  f.until = repeat.until;
  f.round_start = s.time;
  if (repeat.steps.empty() || f.rounds < 1 || !round_fits(s, f, 1))
    return false;
  s.frames.push_back(f);
  place(s);
  return true;
}

/// @param rounds gives those of the step; called only if its time depends on them
template <class Rounds>
instant schedule::time_of(const stream& s, const plan::step& what, Rounds&& rounds) const {
  switch (what.when.from) {
    case plan::step_time::kind::same:
      return s.time;
    case plan::step_time::kind::at:
      return std::max(s.time, instant{ranges_->pick(what.when.value, rounds())});
    case plan::step_time::kind::after:
      return later(s.time, std::max(duration::zero(), ranges_->pick(what.when.value, rounds())));
  }
  return s.time;
}

bool schedule::round_fits(const stream& s, const frame& f, std::int64_t round) const {
  if (!f.until)
    return true;
  const auto of_the_round = [&] {
    auto rounds = rounds_of(s);
    if (!s.frames.empty() && s.frames.back().repeat == f.repeat && f.repeat != nullptr)
      rounds.pop_back();
    rounds.push_back(round);
    return rounds;
  };
  return time_of(s, f.steps->front(), of_the_round) <= *f.until;
}

bool schedule::another_round(const stream& s, frame& f) const {
  if (f.round >= f.rounds || !round_fits(s, f, f.round + 1))
    return false;
  // A round that took no time will be followed by none that does.
  if (f.rounds == unlimited && s.time <= f.round_start)
    return false;
  ++f.round;
  f.index = 0;
  f.round_start = s.time;
  return true;
}

bool schedule::advance(stream& s) {
  auto& f = s.frames.back();
  if (++f.index == f.steps->size()) {
    if (f.repeat == nullptr)
      return false;
    if (!another_round(s, f)) {
      s.finished = f.repeat;
      s.frames.pop_back();
    }
  }
  place(s);
  return true;
}

round_numbers schedule::rounds_of(const stream& s) {
  round_numbers result;
  set_rounds(s, result);
  return result;
}

void schedule::set_rounds(const stream& s, round_numbers& to) {
  to = s.rounds;
  for (const auto& f : s.frames)
    if (f.repeat != nullptr)
      to.push_back(f.round);
}

void schedule::place(stream& s) {
  s.place = s.start;
  for (const auto& f : s.frames) {
    if (f.repeat != nullptr)
      s.place.push_back(static_cast<std::uint64_t>(f.round));
    s.place.push_back(f.index);
  }
  const auto& f = s.frames.back();
  if (s.finished != nullptr) {
    // After everything its rounds started.
    s.place.push_back(std::numeric_limits<std::uint64_t>::max());
    s.next = s.time;
  } else {
    s.next = time_of(s, (*f.steps)[f.index], [&] { return rounds_of(s); });
  }
}

} // namespace lapse::run
