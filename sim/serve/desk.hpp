#pragma once

#include "sim/serve/client_time.hpp"
#include "sim/serve/clock_mode.hpp"
#include "sim/serve/inbox.hpp"
#include "sim/serve/served_world.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::serve {

/// What `lapse serve` is told.
struct serve_options {
  /// Empty: none.
  std::string file;
  std::string root_token;
  http_options http;
  /// As `--clock` writes it.
  std::string clock = "real";
  /// So many must sleep before the clock skips.
  std::size_t sleepers = 1;
  /// A request older than the clock is refused.
  bool strict_clock = false;
  /// What requests below `/lapse/` must bring along; empty: nothing.
  std::string control_token;
  instant until = never;
};

/// Serves a world on the thread that calls `run`: takes requests in turn, and moves time.
class desk {
public:
  /// @param letters must outlive it.
  desk(const serve_options& options, session_scenario from, std::unique_ptr<clock_mode> mode,
       inbox& letters);

  /// Makes the world. The errors are lines for people.
  [[nodiscard]] tl::expected<void, std::vector<std::string>>
  open(const std::vector<lives::event_reader*>& readers);

  /// Until there is a signal. Returns whether all held.
  [[nodiscard]] bool run();

  [[nodiscard]] served_world& world() noexcept { return *world_; }

private:
  void handle(inbox::letter what);
  void serve(const http_exchange_ptr& what);
  void serve_api(const http_exchange_ptr& what, std::string_view target);
  void reply(const http_exchange_ptr& to, http_answer what);

  // -- time --------------------------------------------------------------------------

  /// As the wall clock has it now.
  void tick();
  [[nodiscard]] std::optional<wall_time> wake();
  void move_to(instant to);
  /// Moves to the time that a request brings along. False: the request has been refused.
  [[nodiscard]] bool follow(const http_exchange_ptr& what);
  [[nodiscard]] tl::expected<void, std::vector<std::string>>
  make_world(std::optional<std::int64_t> start);

  serve_options options_;
  session_scenario scenario_;
  std::unique_ptr<clock_mode> mode_;
  inbox& letters_;
  std::vector<lives::event_reader*> readers_;
  std::unique_ptr<served_world> world_;
  client_clocks clients_;
  /// Requests whose answers need virtual time.
  std::size_t waiting_ = 0;
};

} // namespace lapse::serve
