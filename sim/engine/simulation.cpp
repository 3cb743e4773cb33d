#include "sim/engine/simulation.hpp"

#include "actors/vault/vault.hpp"
#include "sim/engine/client_actor.hpp"
#include "sim/engine/network.hpp"
#include "sim/engine/random.hpp"
#include "sim/engine/scheduler.hpp"
#include "sim/engine/timer_heap.hpp"

#include <caf/actor_system.hpp>
#include <caf/logger.hpp>
#include <caf/scoped_execution_unit.hpp>

#include <deque>
#include <unordered_map>

namespace lapse::engine {

namespace {

engine_config& shared_config() {
  static engine_config config;
  return config;
}

// The sender of due timers, in channels and logs.
constexpr std::uint64_t clock_id = 0x636c6f636bULL;
// Clients are numbered from here: each request comes from a client of its own.
constexpr std::uint64_t client_id = 0x636c69656e740000ULL;

} // namespace

// The environment of the actors, and everything one run owns. The order of the members is the
// order of teardown: handles go before the system, messages before handles.
struct simulation::state final : public runtime::environment {
  state(const server_config& config, strategy* chooser)
    : config_(config), random_(config.seed), system_(shared_config()), unit_(&system_),
      network_(chooser != nullptr ? *chooser : fifo_), shared_(*this) {
    silence();
    vault = slots.open(runtime::slot_kind::fixed, mix(0x7661756c74ULL));
    auto handle = system_.spawn<lapse::vault::vault, caf::lazy_init + caf::hidden>(shared_, vault);
    slots.handle(vault, caf::actor_cast<caf::strong_actor_ptr>(std::move(handle)));
    post_from(client_id, vault, runtime::boot{});
    drain();
  }

  ~state() override {
    closing_ = true;
    silence();
    network_.clear();
    slots.drop_handles();
  }

  // -- environment --------------------------------------------------------------------------

  [[nodiscard]] instant now() const noexcept override { return now_; }
  [[nodiscard]] const server_config& config() const noexcept override { return config_; }

  runtime::timer_id arm(runtime::slot_ref whom, instant at, std::uint64_t tag) override {
    return at == never ? 0 : timers_.arm(at, whom, tag);
  }
  void cancel(runtime::timer_id timer) override { timers_.cancel(timer); }

  [[nodiscard]] bool observed() const noexcept override { return stream_.read() && !muted_; }
  void emit(event_body body) override {
    if (!observed())
      return;
    stream_.put({now_, std::move(body)});
  }

  std::uint64_t draw(std::uint64_t stream) override {
    touch(stream, runtime::access::write);
    return random_.draw(stream);
  }

  void post(caf::mailbox_element_ptr what, runtime::world_actor& receiver,
            runtime::message_kind kind) override {
    // An ended actor may still monitor another: no message may be on its way to it when its place
    // is freed.
    if (closing_ || slots.peek(receiver.self()) == nullptr)
      return;
    auto* sender = what->sender ? caf::actor_cast<caf::abstract_actor*>(what->sender) : nullptr;
    auto from = sender != nullptr
                    ? slots.identity(static_cast<runtime::world_actor*>(sender)->self()).id
                    : current_;
    network_.post({std::move(what), &receiver, channel(from, receiver, kind)});
  }

  void retire(runtime::slot_ref whom) override {
    slots.change(whom)->ended = true;
    retired_.push_back({whom, network_.posted()});
  }

  [[nodiscard]] caf::execution_unit* unit() noexcept override { return &unit_; }

  // -- driving ----------------------------------------------------------------------------------

  [[nodiscard]] ready_channel channel(std::uint64_t from, const runtime::world_actor& receiver,
                                      runtime::message_kind kind) {
    return {from, slots.identity(receiver.self()).id, kind, 0};
  }

  template <runtime::world_message M>
  void post_from(std::uint64_t from, runtime::slot_ref to, M message) {
    const auto* target = slots.peek(to);
    if (target == nullptr)
      return;
    auto* receiver =
        static_cast<runtime::world_actor*>(caf::actor_cast<caf::abstract_actor*>(target->handle));
    network_.post(
        {caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(message)),
         receiver, channel(from, *receiver, M::kind)});
  }

  void deliver(network::parcel p) {
    auto& receiver = *p.receiver;
    if (receiver.getf(caf::abstract_actor::is_terminated_flag)) {
      receiver.undeliverable(*p.what);
      return;
    }
    current_ = p.channel.receiver;
    environment::receiver = &receiver;
    auto result = receiver.activate(&unit_, *p.what);
    if (result == caf::scheduled_actor::activation_result::terminated)
      retire(receiver.self());
  }

  // Frees the places of ended actors once everything posted before their end has been delivered:
  // then no message in flight can name them. With other strategies than FIFO that is known only
  // when nothing is in flight at all.
  void bury(std::uint64_t delivered) {
    while (!retired_.empty() && retired_.front().posted <= delivered) {
      slots.close(retired_.front().whom);
      retired_.pop_front();
    }
  }

  /// Nobody logs, and yet CAF notes for its logger whose turn it is, at each message and each
  /// spawn, in a locked table. It does so for the logger of the thread.
  static void silence() { caf::logger::set_current_actor_system(nullptr); }

  void drain() {
    silence();
    while (auto p = network_.next(now_, log_)) {
      auto posted = p->channel.posted;
      if (tracing_) {
        trace(std::move(*p));
        continue;
      }
      deliver(std::move(*p));
      if (network_.fifo())
        bury(posted);
    }
    if (network_.empty()) {
      bury(network_.posted());
      network_.chooser().settled();
    }
    hand_out();
  }

  // All work without delay is done: clients whose answers were given get them, in that order.
  void hand_out() {
    while (!given_.empty()) {
      auto i = open_.find(given_.front());
      given_.pop_front();
      auto client = std::move(i->second);
      open_.erase(i);
      if (client.take)
        client.take(std::move(client.asked->reply));
    }
  }

  // Delivers, and reports to the strategy what the delivery read and wrote.
  void trace(network::parcel p) {
    auto receiver = p.channel.receiver;
    accesses.clear();
    auto before = network_.posted();
    deliver(std::move(p));
    network_.chooser().delivered({receiver, accesses.commuting(), accesses.reads(),
                                  accesses.writes(), before, network_.posted()});
  }

  void follow(strategy& chooser) {
    network_.follow(chooser);
    tracing_ = chooser.wants_footprints();
    accesses.on(tracing_);
  }

  // When something is due next, of the server or of a client; `never` if nothing is. No timer of a
  // sealed server fires; clients are no part of it.
  [[nodiscard]] instant next_due() {
    auto result = sealed || timers_.empty() ? never : timers_.top().at;
    if (!client_timers_.empty())
      result = std::min(result, client_timers_.top().at);
    return result;
  }

  // Fires everything due at the earliest deadline; all of one instant go out together, the server's
  // before those of clients.
  void fire_next() {
    const auto at = next_due();
    now_ = std::max(now_, at);
    if (!sealed)
      post_due(timers_, at);
    post_due(client_timers_, at);
    drain();
  }

  void post_due(timer_heap& timers, instant at) {
    while (!timers.empty() && timers.top().at == at) {
      auto t = timers.pop();
      post_from(clock_id, t.whom, runtime::deadline{t.tag});
    }
  }

  // What a seal held back happens as soon as it is lifted. All that a failover loses, a
  // seal does too (R-1302).
  void settle() {
    drain();
    while (next_due() < now_)
      fire_next();
  }

  void advance(instant at) {
    while (next_due() < at)
      fire_next();
    pass_to(at);
  }

  void pass_to(instant at) {
    now_ = std::max(now_, at);
    stream_.advance(now_);
  }

  void finish(instant at) {
    for (auto due = next_due(); due <= at && due != never; due = next_due())
      fire_next();
    pass_to(at);
  }

  runtime::exchange_ptr make_exchange(const credential& by, request_ptr what) {
    auto x = std::make_shared<runtime::exchange>();
    x->number = ++requests_;
    x->by = by;
    x->what = std::move(what);
    x->issued = now_;
    return x;
  }

  void issue(const credential& by, request_ptr what, answer_taker take) {
    auto x = make_exchange(by, std::move(what));
    x->done = [this, number = x->number](const answer&) { given_.push_back(number); };
    open_.emplace(x->number, client{x, std::move(take)});
    if (auto to = vault::receive(shared_, x))
      post_from(client_id + x->number, to, runtime::serve{x});
  }

  runtime::slot_ref add_client(client_host& host, std::uint32_t number, std::uint64_t id) {
    auto at = slots.open(runtime::slot_kind::client, id);
    auto handle =
        system_.spawn<client_actor, caf::lazy_init + caf::hidden>(*this, at, host, number);
    slots.handle(at, caf::actor_cast<caf::strong_actor_ptr>(std::move(handle)));
    return at;
  }

  // From the client's own delivery: what it reads on its way is noted as the client's.
  void issue_of(runtime::slot_ref client, std::uint64_t tag, const credential& by,
                request_ptr what) {
    auto x = make_exchange(by, std::move(what));
    // It is called while somebody holds the exchange, which must not hold itself.
    x->done = [this, client, tag, weak = std::weak_ptr{x}](const answer&) {
      post_from(current_, client, runtime::take_answer{weak.lock(), tag});
    };
    if (auto to = vault::receive(shared_, x))
      post_from(slots.identity(client).id, to, runtime::serve{x});
  }

  std::optional<instant> next_deadline() {
    const auto due = next_due();
    return due == never ? std::nullopt : std::optional{due};
  }

  server_config config_;
  instant now_{0};
  bool muted_ = false;
  bool closing_ = false;
  bool tracing_ = false;
  lives::event_stream stream_;
  random_streams random_;
  timer_heap timers_;
  timer_heap client_timers_;
  bool silent_ = false; ///< its clients
  decision_log log_;
  fifo_strategy fifo_;
  caf::actor_system system_;
  caf::scoped_execution_unit unit_;
  network network_;
  token::server_data shared_;
  struct grave {
    runtime::slot_ref whom;
    std::uint64_t posted = 0;
  };
  std::deque<grave> retired_;
  std::uint64_t requests_ = 0;
  struct client {
    runtime::exchange_ptr asked;
    answer_taker take;
  };
  // By the number of the request; looked up only, never iterated.
  std::unordered_map<std::uint64_t, client> open_;
  std::deque<std::uint64_t> given_;
  std::uint64_t current_ = clock_id;
};

simulation::simulation(const server_config& config, strategy* chooser)
  : state_(std::make_unique<state>(config, chooser)) {}

simulation::~simulation() = default;

void simulation::subscribe(lives::event_reader& reader) { state_->stream_.add(reader); }

void simulation::emit(event_body body) {
  // The runner's own events are never muted.
  state_->stream_.put({state_->now_, std::move(body)});
}

const lives::ledger& simulation::lives() const { return state_->stream_.lives(); }

void simulation::mute(bool muted) { state_->muted_ = muted; }

void simulation::announce_root() { emit(token_created{vault::root_facts(state_->config_)}); }

instant simulation::now() const { return state_->now_; }

void simulation::advance(instant at) { state_->advance(at); }

void simulation::finish(instant at) { state_->finish(at); }

std::optional<instant> simulation::next_deadline() { return state_->next_deadline(); }

bool simulation::server_due() const { return !state_->sealed && !state_->timers_.empty(); }

token_name simulation::root() const { return vault::root_facts(state_->config_)->name; }

void simulation::ask(const credential& by, request_ptr what, answer_taker take) {
  state_->issue(by, std::move(what), std::move(take));
  state_->settle();
}

void simulation::issue(const credential& by, request_ptr what, answer_taker take) {
  state_->issue(by, std::move(what), std::move(take));
}

runtime::slot_ref simulation::add_client(client_host& host, std::uint32_t number,
                                         std::uint64_t id) {
  return state_->add_client(host, number, id);
}

std::uint64_t simulation::wake(runtime::slot_ref client, instant at, std::uint64_t tag) {
  return at == never || state_->silent_ ? 0 : state_->client_timers_.arm(at, client, tag);
}

void simulation::silence_clients() {
  state_->client_timers_ = {};
  state_->silent_ = true;
}

void simulation::wake_due() { state_->post_due(state_->client_timers_, state_->now_); }

void simulation::cancel_wake(std::uint64_t timer) { state_->client_timers_.cancel(timer); }

void simulation::issue(runtime::slot_ref client, std::uint64_t tag, const credential& by,
                       request_ptr what) {
  if (!state_->silent_)
    state_->issue_of(client, tag, by, std::move(what));
}

std::size_t simulation::waiting() const { return state_->open_.size(); }

void simulation::drain() { state_->settle(); }

void simulation::issue(const fault& what) {
  if (hits_clients(what.what)) {
    // Nothing in the server knows of it.
  } else if (what.what == fault::kind::fail_revocation) {
    auto* s = state_->slots.find(what.lease);
    auto* m = s != nullptr ? state_->mounts.route(*s->bucket->path).at : nullptr;
    if (m != nullptr)
      state_->post_from(client_id, m->backend, runtime::inject_fault{what});
  } else if (auto* m = state_->mounts.find(what.mount)) {
    state_->post_from(client_id, m->backend, runtime::inject_fault{what});
  }
  if (state_->observed())
    state_->emit(fault_injected{what});
}

void simulation::inject(const fault& what) {
  issue(what);
  state_->settle();
}

std::uint64_t simulation::decisions_hash() const { return state_->log_.hash(); }

std::uint64_t simulation::deliveries() const { return state_->log_.deliveries(); }

void simulation::keep_decisions(decision_list* out) { state_->log_.keep(out); }

void simulation::follow(strategy& chooser) { state_->follow(chooser); }

bool simulation::overflowed() const { return state_->network_.overflowed(); }

} // namespace lapse::engine
