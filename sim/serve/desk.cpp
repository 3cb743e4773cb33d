#include "sim/serve/desk.hpp"

#include "actors/protocol/request_id.hpp"
#include "sim/serve/control.hpp"
#include "sim/serve/vault_api.hpp"

#include <algorithm>
#include <utility>

namespace lapse::serve {

desk::desk(const serve_options& options, session_scenario from, std::unique_ptr<clock_mode> mode,
           inbox& letters)
  : options_(options), scenario_(std::move(from)), mode_(std::move(mode)), letters_(letters),
    control_(std::make_unique<control>(*this)) {}

desk::~desk() = default;

tl::expected<void, std::vector<std::string>> desk::open() { return make_world(start_of_next()); }

std::optional<std::int64_t> desk::start_of_next() const {
  // Clients compare times of answers with their own clocks.
  return mode_->rate() > 0 ? std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count()
                           : start_;
}

tl::expected<void, std::vector<std::string>> desk::make_world(std::optional<std::int64_t> start) {
  auto made = served_world::make(scenario_, {start, options_.until, earlier_, {&events_}});
  if (!made)
    return tl::unexpected(std::move(made.error()));
  world_ = std::move(*made);
  scenario_.refresh();
  start_ = start;
  clients_.forget();
  mode_->moved_to(world_->now(), wall_clock::now());
  return {};
}

tl::expected<void, std::vector<std::string>> desk::reset() {
  // One of each kind would do for the verdict; so many do for people.
  constexpr std::size_t earlier_max = 100;
  if (auto failed = world_->failed_so_far(); failed && earlier_.size() < earlier_max)
    earlier_.push_back(std::move(*failed));
  if (options_.leave)
    options_.leave(*world_);
  dismiss("the world was reset", 409);
  return make_world(start_of_next());
}

void desk::dismiss(const std::string& why, int sleepers_status) {
  const auto answer = json_error(503, why);
  for (const auto& one : std::exchange(waiting_, {}))
    reply(one, answer);
  for (const auto& [at, one] : std::exchange(late_, {}))
    reply(one.to, answer);
  for (const auto& one : sleepers_.clear())
    reply(one.who, json_error(sleepers_status, why));
  control_->forget(why);
}

void desk::run() {
  while (!letters_.was_interrupted()) {
    if (auto one = letters_.next(wake()))
      handle(std::move(*one));
    else
      tick();
    settle();
  }
  // What was asked before the signal is answered.
  while (auto one = letters_.poll())
    handle(std::move(*one));
  for (const auto& one : quiet_)
    one.then();
  quiet_.clear();
  dismiss(std::string{ending_words}, 503);
  events_.close();
}

bool desk::end() { return world_->end(); }

// -- requests --------------------------------------------------------------------------

void desk::handle(inbox::letter what) {
  if (what.work)
    what.work();
  else if (what.request)
    serve(what.request, what.number);
}

void desk::serve(const http_exchange_ptr& what, inbox::ticket number) {
  const auto& target = what->request().target;
  if (target.starts_with("/lapse/")) {
    tick();
    control_->serve(what, number);
    return;
  }
  if (const auto* below = after_api(target))
    serve_api(what, below, number);
  else
    reply(what, elsewhere(target));
  letters_.done(number);
}

void desk::serve_api(const http_exchange_ptr& what, std::string_view target, inbox::ticket begun) {
  tick();
  if (!journal::can_hold(what->request(), target))
    return reply(what, json_error(400, "the path, the token or a header is no text in UTF-8, which "
                                       "lapse could not write into the session"));
  if (!follow(what))
    return;
  waiting_.push_back(what);
  world_->ask(what->request(), target, begun,
              [this, what, target](const answer& reply, const served_world::asked& as) {
                answered(what, target, reply, as);
              });
  control_->asked();
  // Its client waits for an answer before it moves on in time.
  while (mode_->follows() && (!waiting_.empty() || !late_.empty())) {
    const auto next = std::min(later(world_->next_turn(), duration{1}), next_late());
    if (next > world_->until() || !move_to(next))
      break;
  }
}

void desk::answered(const http_exchange_ptr& to, std::string_view target, const answer& reply,
                    const served_world::asked& as) {
  std::erase(waiting_, to);
  if (is_unmodelled(reply))
    unmodelled_.add(to->request().method, std::string{target.substr(0, target.find('?'))});
  const auto& faults = world_->run().faults();
  const auto delay = faults.delay(world_->now());
  const bool lost = reply.status == 0 || faults.loses_answers(world_->now());
  // A late one comes at another instant, where nothing is beside this request.
  if (as.place && (lost || delay == duration::zero()))
    world_->journal().sent(*as.place, letters_.latest());
  if (lost)
    return to->drop();
  const auto id = request_uuid(world_->plan().seed, as.number);
  auto written = to_http(reply, target, id, world_->start_unix_s());
  if (delay == duration::zero())
    return this->reply(to, std::move(written));
  late_.emplace(later(world_->now(), delay), late_answer{to, std::move(written)});
}

/// Answers that are late, and whose time has come.
void desk::send_late() {
  while (!late_.empty() && late_.begin()->first <= world_->now()) {
    auto one = late_.extract(late_.begin()).mapped();
    reply(one.to, std::move(one.what));
  }
}

void desk::reply(const http_exchange_ptr& to, http_answer what) {
  const auto now = unix_time_of(world_->now(), world_->start_unix_s());
  what.date = http_date(now);
  what.headers.emplace_back("X-Lapse-Now", rfc3339(now));
  to->answer(std::move(what));
}

// -- time ------------------------------------------------------------------------------

void desk::when_quiet(inbox::ticket of, std::function<void()> then) {
  // In the order in which they began: two that wait for what came before them would otherwise wait
  // for each other, as the body of the later one may come first.
  const auto place =
      std::find_if(quiet_.begin(), quiet_.end(), [of](const auto& other) { return other.of > of; });
  quiet_.insert(place, {of, std::move(then)});
}

/// What waited for requests to be answered, and jumps over sleep.
void desk::settle() {
  while (!quiet_.empty()) {
    const auto earliest = letters_.earliest();
    if (earliest && *earliest < quiet_.front().of)
      break;
    const auto one = std::move(quiet_.front());
    quiet_.pop_front();
    one.then();
    letters_.done(one.of);
  }
  control_->look_at_waits();
  skip();
}

void desk::skip() {
  const auto ready = [&] {
    return mode_->skips() && sleepers_.all_asleep(options_.sleepers) && letters_.in_flight() == 0 &&
           sleepers_.earliest() <= world_->until();
  };
  if (!ready())
    return;
  // One who has gone would wake, and never sleep again.
  sleepers_.forget_gone();
  if (ready())
    static_cast<void>(move_to(sleepers_.earliest()));
}

void desk::tick() {
  const auto shown = mode_->reading(world_->now(), wall_clock::now());
  if (shown > world_->now()) {
    world_->advance(shown, [this] { return !letters_.was_interrupted(); });
    moved();
  }
}

std::optional<wall_time> desk::wake() {
  auto result = control_->next_timeout();
  const auto next =
      std::min({later(world_->next_turn(), duration{1}), sleepers_.earliest(), next_late()});
  if (next == never || next > world_->until())
    return result;
  if (const auto then = mode_->when(next))
    result = result ? std::min(*result, *then) : *then;
  return result;
}

bool desk::move_to(instant to) {
  world_->advance(to, [this] { return !letters_.was_interrupted(); });
  mode_->moved_to(world_->now(), wall_clock::now());
  moved();
  return world_->now() >= std::min(to, world_->until());
}

instant desk::next_late() const { return late_.empty() ? never : late_.begin()->first; }

void desk::moved() {
  send_late();
  for (const auto& one : sleepers_.due(world_->now()))
    control_->woke(one.who);
}

void desk::change_mode(std::unique_ptr<clock_mode> to) {
  mode_ = std::move(to);
  mode_->moved_to(world_->now(), wall_clock::now());
}

std::string desk::stopped_words() const {
  return std::string{ending_words} + "; the clock stopped at " +
         rfc3339(world_->now(), world_->start_unix_s());
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
  if (world_->untouched() && clients_.empty() && !scenario_.has_start()) {
    if (auto made = make_world(said->seconds); !made) {
      reply(what, json_error(400, made.error().front()));
      return false;
    }
    clients_.begin(client, *said, instant{said->nanoseconds});
  }
  const auto then = clients_.instant_of(client, *said, world_->now());
  if (!then) {
    reply(what, json_error(400, "too many clients have clocks of their own"));
    return false;
  }
  if (*then > served_time_max) {
    reply(what, json_error(400, "X-Lapse-Now is more than a century after the world began"));
    return false;
  }
  if (*then < world_->now() && options_.strict_clock) {
    reply(what, json_error(409, "the clock is past this request: it shows " +
                                    rfc3339(world_->now(), world_->start_unix_s())));
    return false;
  }
  if (!move_to(*then) && letters_.was_interrupted()) {
    reply(what, json_error(503, stopped_words()));
    return false;
  }
  return true;
}

} // namespace lapse::serve
