#include "sim/serve/desk.hpp"

#include "actors/protocol/request_id.hpp"
#include "sim/serve/vault_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lapse::serve {

desk::desk(const serve_options& options, session_scenario from, std::unique_ptr<clock_mode> mode,
           inbox& letters)
  : options_(options), scenario_(std::move(from)), mode_(std::move(mode)), letters_(letters) {}

tl::expected<void, std::vector<std::string>>
desk::open(const std::vector<lives::event_reader*>& readers) {
  readers_ = readers;
  std::optional<std::int64_t> start;
  // Clients compare times of answers with their own clocks.
  if (mode_->rate() > 0)
    start = std::chrono::duration_cast<std::chrono::seconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count();
  return make_world(start);
}

tl::expected<void, std::vector<std::string>> desk::make_world(std::optional<std::int64_t> start) {
  auto made = served_world::make(scenario_, {start, options_.until, readers_});
  if (!made)
    return tl::unexpected(std::move(made.error()));
  world_ = std::move(*made);
  mode_->moved_to(world_->now(), wall_clock::now());
  return {};
}

bool desk::run() {
  while (!letters_.was_interrupted()) {
    if (auto one = letters_.next(wake()))
      handle(std::move(*one));
    else
      tick();
  }
  // What was asked before the signal is answered.
  while (auto one = letters_.poll())
    handle(std::move(*one));
  return world_->end();
}

void desk::handle(inbox::letter what) {
  if (what.work)
    return what.work();
  if (what.request)
    serve(what.request);
  letters_.done(what.number);
}

void desk::serve(const http_exchange_ptr& what) {
  const auto& target = what->request().target;
  if (const auto* below = after_api(target))
    serve_api(what, below);
  else
    reply(what, elsewhere(target));
}

void desk::serve_api(const http_exchange_ptr& what, std::string_view target) {
  tick();
  if (!follow(what))
    return;
  ++waiting_;
  world_->ask(what->request(), target,
              [this, what, target](const answer& reply, std::uint64_t number) {
                --waiting_;
                const auto id = request_uuid(world_->plan().seed, number);
                this->reply(what, to_http(reply, target, id, world_->start_unix_s()));
              });
  // Its client waits for an answer before it moves on in time.
  while (mode_->follows() && waiting_ > 0) {
    const auto next = world_->next_turn();
    if (next == never || next >= world_->until())
      break;
    move_to(later(next, duration{1}));
  }
}

void desk::reply(const http_exchange_ptr& to, http_answer what) {
  const auto now = unix_time_of(world_->now(), world_->start_unix_s());
  what.date = http_date(now);
  what.headers.emplace_back("X-Lapse-Now", rfc3339(now));
  to->answer(std::move(what));
}

// -- time ------------------------------------------------------------------------------

void desk::tick() {
  const auto shown = mode_->reading(world_->now(), wall_clock::now());
  if (shown > world_->now())
    world_->advance(shown);
}

std::optional<wall_time> desk::wake() {
  const auto next = world_->next_turn();
  return next == never || next >= world_->until() ? std::nullopt
                                                  : mode_->when(later(next, duration{1}));
}

void desk::move_to(instant to) {
  world_->advance(to, [this] { return !letters_.was_interrupted(); });
  mode_->moved_to(world_->now(), wall_clock::now());
}

bool desk::follow(const http_exchange_ptr& what) {
  const auto* header = what->request().find("X-Lapse-Now");
  if (!mode_->follows() || header == nullptr)
    return true;
  const auto said = read_client_time(*header);
  if (!said) {
    reply(what, json_error(400, "X-Lapse-Now takes RFC 3339, Unix seconds, or a number that ends "
                                "in ms or ns, not `" +
                                    *header + '`'));
    return false;
  }
  const auto* name = what->request().find("X-Lapse-Client");
  const auto client = name == nullptr ? std::string{} : *name;
  if (world_->untouched() && !scenario_.has_start()) {
    clients_.forget();
    if (auto made = make_world(said->seconds); !made) {
      reply(what, json_error(400, made.error().front()));
      return false;
    }
    clients_.begin(client, *said, instant{said->nanoseconds});
  }
  const auto then = clients_.instant_of(client, *said, world_->now());
  if (then < world_->now() && options_.strict_clock) {
    reply(what, json_error(409, "the clock is past this request: it shows " +
                                    rfc3339(world_->now(), world_->start_unix_s())));
    return false;
  }
  move_to(then);
  return true;
}

} // namespace lapse::serve
