#pragma once

#include "actors/lives/ledger.hpp"

namespace lapse::lives {

/// A reader of the event stream. Events come in order of time; they are valid only during the call.
/// The ledger is that of the run: whoever must see what an event changes as it was before looks in
/// `before_event`, all others in `on_event`, by when the event is entered.
///
/// Example:
///
///     struct ends : lives::event_reader {
///       std::string told;
///       void on_event(const event& e, const lives::ledger& lives) override {
///         if (const auto* ended = std::get_if<token_ended>(&e.body))
///           told += *lives.find(ended->token)->path() + ": " +
///                   std::string{to_string(ended->cause)};
///       }
///     };
///     ends seen;
///     lives::event_stream events;
///     events.add(seen);
///     token_facts facts;
///     facts.name.id = token_id{1};
///     facts.path = std::make_shared<const std::string>("auth/token/create");
///     events.put({0s, token_created{std::make_shared<const token_facts>(facts)}});
///     events.put({1h, token_ended{facts.name.id, end_cause::deadline, {}}});
///     assert(seen.told == "auth/token/create: deadline");
class event_reader {
public:
  virtual ~event_reader() = default;
  virtual void before_event([[maybe_unused]] const event& e, [[maybe_unused]] const ledger& lives) {
  }
  virtual void on_event(const event& e, const ledger& lives) = 0;
};

/// Keeps the ledger of a run and hands each event to its readers: first `before_event` of all of
/// them, then the event is entered, then `on_event` of all of them; each time in the order in which
/// they were added.
class event_stream {
public:
  /// Not owned.
  void add(event_reader& reader) { readers_.push_back(&reader); }
  [[nodiscard]] bool read() const noexcept { return !readers_.empty(); }

  void put(const event& e) {
    for (auto* reader : readers_)
      reader->before_event(e, lives_);
    lives_.enter(e);
    for (auto* reader : readers_)
      reader->on_event(e, lives_);
  }

  /// Time passes without an event.
  void advance(instant to) noexcept { lives_.advance(to); }

  [[nodiscard]] const ledger& lives() const noexcept { return lives_; }

private:
  std::vector<event_reader*> readers_;
  ledger lives_;
};

} // namespace lapse::lives
