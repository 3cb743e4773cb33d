#pragma once

#include "actors/http/target.hpp"
#include "sim/serve/http_message.hpp"
#include "sim/serve/inbox.hpp"

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::serve {

class desk;

/// What tests ask of a served world below `/lapse/`: its clock, what clients did, faults, verdicts,
/// the session as a scenario. None of it is seen by the world's policies or its audit log.
class control {
public:
  explicit control(desk& of) : desk_(of) {}

  void serve(const http_exchange_ptr& what, inbox::ticket number);

  // -- what the desk tells -----------------------------------------------------------

  /// A client has asked something.
  void asked() { news_ = true; }
  /// Answers those who wait for what clients ask.
  void look_at_waits();
  [[nodiscard]] std::optional<wall_time> next_timeout() const;
  /// A sleeper's time has come.
  void woke(const http_exchange_ptr& who);
  /// The world is another from now on, or will be none: why, for those who wait.
  void forget(const std::string& why);

private:
  using json = nlohmann::ordered_json;

  /// A request, read.
  struct call {
    http_exchange_ptr by;
    inbox::ticket number = 0;
    http::target target;
    json body;
  };
  /// Why a call is refused: status and text.
  struct refusal {
    int status = 400;
    std::string text;
    /// Where the clock stands, where that is part of the answer.
    std::string now = {};
  };
  /// The answer; none: it comes later.
  using outcome = tl::expected<std::optional<json>, refusal>;
  using handler = outcome (control::*)(const call&);
  using words = std::vector<std::string_view>;
  struct route {
    std::string_view method;
    std::string_view path;
    handler handle;
    /// What its query may have.
    words query = {};
    /// What its body may have.
    words body = {};
    /// Its body has keys of the scenario language, or of the caller's own.
    bool any_body = false;
  };
  [[nodiscard]] static tl::unexpected<refusal> refused(int status, std::string text) {
    return tl::unexpected(refusal{status, std::move(text)});
  }

  [[nodiscard]] tl::expected<call, refusal> read(const http_exchange_ptr& what,
                                                 inbox::ticket number) const;
  /// Whether the call has nothing that the route does not know.
  [[nodiscard]] static tl::expected<void, refusal> check(const call& c, const route& of);
  void answer(const call& to, const outcome& what);
  void answer_text(const call& to, std::string_view type, std::string text);

  // -- the clock (control_clock.cpp) ---------------------------------------------------

  outcome read_clock(const call& c);
  outcome set_clock(const call& c);
  outcome advance(const call& c);
  outcome sleep(const call& c);
  outcome deadlines(const call& c);
  [[nodiscard]] outcome do_advance(const call& c);
  /// What an advance is told that a signal stopped.
  [[nodiscard]] tl::unexpected<refusal> stopped();
  [[nodiscard]] static tl::expected<void, refusal> check_advance(const json& body);
  [[nodiscard]] tl::expected<instant, refusal> goal(const json& body);
  /// Whether the clock can come to it.
  [[nodiscard]] tl::expected<instant, refusal> in_time(instant at);
  [[nodiscard]] outcome until_expired(const json& what);
  [[nodiscard]] json clock_now();
  [[nodiscard]] json next_deadline();
  [[nodiscard]] std::string time_text(instant at) const;

  // -- what clients did (control_requests.cpp) -------------------------------------------

  outcome wait(const call& c);
  outcome requests(const call& c);
  outcome events(const call& c);

  // -- the session (control_session.cpp) -------------------------------------------------

  outcome faults(const call& c);
  outcome handles(const call& c);
  outcome expect(const call& c);
  outcome reset(const call& c);
  outcome report(const call& c);
  outcome scenario(const call& c);
  [[nodiscard]] outcome do_step(const json& step);
  /// A property of the scenario language, from now on.
  [[nodiscard]] outcome watch(const json& property);
  [[nodiscard]] tl::expected<void, refusal> name(const std::string& handle,
                                                 const std::string& text);

  /// Waits until clients have asked something so often.
  struct waiting_call {
    call by;
    std::string pattern;
    std::uint64_t count = 1;
    wall_time until;
  };
  [[nodiscard]] bool look_at(const waiting_call& one);

  desk& desk_;
  std::list<waiting_call> waits_;
  /// Up to which request each pattern has been waited for.
  std::map<std::string, std::size_t> seen_;
  bool news_ = false;
};

} // namespace lapse::serve
