#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/rules/rule.hpp"

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lapse::rules {

/// Runs the built-in lifecycle rules over an event stream. Each event is looked up once and goes to
/// the rules that watch its kind.
class rule_monitor final : public lives::event_reader {
public:
  /// Handle of a token or lease; empty if it has none.
  using name_function = std::function<std::string(const rule_subject&)>;

  /// @param lives the ledger of the run that is watched; must outlive the monitor
  /// @param off ids of rules that are switched off
  rule_monitor(const rule_settings& settings, const lives::ledger& lives,
               std::span<const std::string> off = {});
  ~rule_monitor() override;

  void before_event(const event& e, const lives::ledger& lives) override;
  void on_event(const event& e, const lives::ledger& lives) override;

  /// A request of the set-up, which makes no events: policies and mounts the rules must know of.
  void learn(const request& setup) { context_.learn(setup, true); }

  /// The run is over, deadlines before `now` (or of it) included.
  /// @param cut_short it was ended from outside: answers that need time may still be due
  void finish(instant now, bool cut_short = false);

  /// Whether a request has no answer yet.
  [[nodiscard]] bool request_open() const noexcept { return context_.request_open(); }

  [[nodiscard]] bool has_broken() const noexcept { return context_.has_breaks(); }

  /// Breaks since the last call, in the order they were found, once per rule and entity. What has
  /// no name is called by the first letters of its id.
  [[nodiscard]] std::vector<rule_broken> take_broken(const name_function& name = {});

private:
  struct watched;
  using rule_list = std::vector<rule*>;

  [[nodiscard]] rule_list& watching(rule::watch what) noexcept;
  void settle();
  template <class Call>
  void tell(rule::watch what, Call&& call);

  rule_context context_;
  std::vector<std::unique_ptr<rule>> rules_;
  std::array<rule_list, rule::watches_max> by_watch_;
  /// The event under way makes a new token or lease.
  bool made_ = false;
};

} // namespace lapse::rules
