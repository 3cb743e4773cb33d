#pragma once

#include "sim/serve/client_time.hpp"
#include "sim/serve/clock_mode.hpp"
#include "sim/serve/event_log.hpp"
#include "sim/serve/inbox.hpp"
#include "sim/serve/serve_options.hpp"
#include "sim/serve/served_world.hpp"
#include "sim/serve/sleepers.hpp"
#include "sim/serve/unmodelled.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::serve {

class control;

/// Serves a world on the thread that calls `run`: takes requests in turn, and moves time.
class desk {
public:
  /// @param letters must outlive it.
  desk(const serve_options& options, session_scenario from, std::unique_ptr<clock_mode> mode,
       inbox& letters);
  ~desk();
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  /// Makes the world. The errors are lines for people.
  [[nodiscard]] tl::expected<void, std::vector<std::string>> open();

  /// Until there is a signal, and everything that was asked before it is answered.
  void run();

  /// Ends the world. Whether everything has held, in worlds before a reset too.
  [[nodiscard]] bool end();

  // -- for the control interface -------------------------------------------------------

  [[nodiscard]] const serve_options& options() const noexcept { return options_; }
  [[nodiscard]] const session_scenario& scenario() const noexcept { return scenario_; }
  [[nodiscard]] served_world& world() noexcept { return *world_; }
  [[nodiscard]] clock_mode& mode() noexcept { return *mode_; }
  [[nodiscard]] inbox& letters() noexcept { return letters_; }
  [[nodiscard]] event_log& events() noexcept { return events_; }
  [[nodiscard]] serve::sleepers& sleepers() noexcept { return sleepers_; }
  [[nodiscard]] unmodelled_requests& unmodelled() noexcept { return unmodelled_; }

  void change_mode(std::unique_ptr<clock_mode> to);
  /// Through every deadline and step. False: a signal has stopped it.
  bool move_to(instant to);
  /// When no request is under way that began before this one: time must not move under one.
  void when_quiet(inbox::ticket of, std::function<void()> then);
  [[nodiscard]] tl::expected<void, std::vector<std::string>> reset();
  /// Why the clock did not go as far as it was to.
  [[nodiscard]] std::string stopped_words() const;
  void reply(const http_exchange_ptr& to, http_answer what);

private:
  void handle(inbox::letter what);
  void serve(const http_exchange_ptr& what, inbox::ticket number);
  void serve_api(const http_exchange_ptr& what, std::string_view target, inbox::ticket begun);
  void answered(const http_exchange_ptr& to, std::string_view target, const answer& reply,
                const served_world::asked& as);
  /// Whoever waits for this world waits no more.
  void dismiss(const std::string& why, int sleepers_status);
  void settle();
  void skip();

  // -- time --------------------------------------------------------------------------

  /// As the wall clock has it now.
  void tick();
  [[nodiscard]] std::optional<wall_time> wake();
  void moved();
  /// Moves to the time that a request brings along. False: the request has been refused.
  [[nodiscard]] bool follow(const http_exchange_ptr& what);
  [[nodiscard]] tl::expected<void, std::vector<std::string>>
  make_world(std::optional<std::int64_t> start);
  /// In Unix seconds; none: as the scenario has it.
  [[nodiscard]] std::optional<std::int64_t> start_of_next() const;

  void send_late();
  [[nodiscard]] instant next_late() const;

  /// An answer that is on its way for a while.
  struct late_answer {
    http_exchange_ptr to;
    http_answer what;
  };

  struct quiet_work {
    inbox::ticket of = 0;
    std::function<void()> then;
  };

  serve_options options_;
  session_scenario scenario_;
  std::unique_ptr<clock_mode> mode_;
  inbox& letters_;
  event_log events_;
  std::unique_ptr<served_world> world_;
  std::optional<std::int64_t> start_;
  client_clocks clients_;
  serve::sleepers sleepers_;
  unmodelled_requests unmodelled_;
  std::unique_ptr<control> control_;
  std::deque<quiet_work> quiet_;
  /// API requests that the world has not answered yet.
  std::vector<http_exchange_ptr> waiting_;
  std::multimap<instant, late_answer> late_;
  /// What did not hold in worlds that are gone.
  std::vector<rule_broken> earlier_;
};

} // namespace lapse::serve
