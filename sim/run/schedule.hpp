#pragma once

#include "sim/plan/plan.hpp"
#include "sim/plan/range_draw.hpp"
#include "sim/run/request_writer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace lapse::run {

/// A step whose turn has come.
struct due_step {
  const plan::step* what = nullptr;
  /// Set where `keep` renews; the step itself came when its renewals were started.
  const plan::request_step* renewal = nullptr;
  instant at{0};
  round_numbers rounds;
};

/// Puts the steps of a plan in the order in which they are issued: by time, then by place in the
/// file. `keep` and `repeat` with `every` run beside the steps after them, each as a stream of its
/// own; what this keeps in memory is one entry per open stream, never a list of all steps.
///
/// A repeat without `every` is handed out once, after its last round; `keep` and a repeat with
/// `every` when they start. `together` is handed out whole.
class schedule {
public:
  /// Both must outlive the schedule.
  schedule(const std::vector<plan::step>& steps, const plan::range_draw& ranges);

  /// When something may be due next; none when all is done.
  [[nodiscard]] std::optional<instant> next_time() const;

  /// The next step due at or before `limit`, null if there is none. Valid until the next call.
  [[nodiscard]] const due_step* take(instant limit);

private:
  /// A repeat whose rounds follow one another, or (`repeat` null) the steps a stream began with.
  struct frame {
    const std::vector<plan::step>* steps = nullptr;
    std::size_t index = 0;
    const plan::step* repeat = nullptr;
    std::int64_t round = 1;
    std::int64_t rounds = 1;
    std::optional<instant> until;
    instant round_start{0};
  };

  /// Steps one after the other, the rounds of a `repeat` with `every`, or the renewals of a `keep`.
  struct stream {
    /// Where the stream was started: step indices and rounds in turn.
    std::vector<std::uint64_t> start;
    /// `start`, and where the stream is in its frames: its place among others at one time.
    std::vector<std::uint64_t> place;
    /// Rounds of the repeats around its start.
    round_numbers rounds;
    /// Time of its last step.
    instant time{0};
    /// When its next turn comes.
    instant next{0};
    std::vector<frame> frames;
    /// A repeat that is over, still to be handed out.
    const plan::step* finished = nullptr;
    // The rest is for rounds and renewals.
    const plan::step* source = nullptr;
    duration every{0};
    instant until = never;
    std::int64_t round = 1;
    std::int64_t rounds_max = 0;
  };

  struct later_first {
    bool operator()(const std::unique_ptr<stream>& a, const std::unique_ptr<stream>& b) const;
  };

  void push(std::unique_ptr<stream> what);
  std::unique_ptr<stream> pop();

  /// Each takes its turn, puts the stream back if it has more, and tells whether `due_` is set.
  bool turn_of_keep(std::unique_ptr<stream> s);
  bool turn_of_rounds(std::unique_ptr<stream> s);
  bool turn_of_steps(std::unique_ptr<stream> s);

  void start_keep(const stream& by, const plan::step& what, const plan::keep_step& keep);
  void start_rounds(const stream& by, const plan::step& what, const plan::repeat_step& repeat);
  /// False if there is no first round.
  bool enter(stream& s, const plan::step& what, const plan::repeat_step& repeat);

  /// Moves on past the current step; false at the stream's end.
  bool advance(stream& s);
  [[nodiscard]] bool another_round(const stream& s, frame& f) const;
  [[nodiscard]] bool round_fits(const stream& s, const frame& f, std::int64_t round) const;

  void place(stream& s);
  template <class Rounds>
  [[nodiscard]] instant time_of(const stream& s, const plan::step& what, Rounds&& rounds) const;
  [[nodiscard]] static round_numbers rounds_of(const stream& s);
  static void set_rounds(const stream& s, round_numbers& to);

  const plan::range_draw* ranges_;
  /// A heap with the earliest on top.
  std::vector<std::unique_ptr<stream>> streams_;
  due_step due_;
};

} // namespace lapse::run
