#pragma once

#include "actors/protocol/client.hpp"
#include "actors/protocol/event.hpp"
#include "sim/clients/terms.hpp"

#include <memory>

namespace lapse::clients {

/// What a client hears of an answer.
struct reply {
  int status = 0;         ///< 0: nobody answered
  bool timed_out = false; ///< of status 0: it waited as long as it waits
  grant granted = {};     ///< of a status below 400

  [[nodiscard]] bool ok() const noexcept { return status > 0 && status < 400; }
};

/// All that a client can do.
class surroundings {
public:
  virtual ~surroundings() = default;
  [[nodiscard]] virtual instant now() const = 0;
  /// Calls `client::woken(tag)` at `at`, once. Names the timer; 0: `at` is `never`.
  [[nodiscard]] virtual std::uint64_t wake(instant at, std::uint64_t tag) = 0;
  virtual void cancel(std::uint64_t timer) = 0;
  /// Sends one request. `client::answered(tag)` follows once, maybe before this returns.
  /// @param part 0: its token, else one of what it holds, from 1
  /// @param increment of a renewal
  virtual void send(std::uint64_t tag, client_request what, std::uint32_t part,
                    duration increment) = 0;
  /// @param part of `gave_up`: what it has lost
  virtual void changed(client_changed::kind what, std::uint32_t part) = 0;
};

/// One client: when it asks for what. It logs in, reads what it holds, and renews as its behaviors
/// say, until it stops. It knows times and answers, no names: what its requests look like, and who
/// got which token, is for its surroundings to keep.
///
/// Requests of the client before its last login, or restart, are forgotten: their answers are not
/// expected any more.
class client {
public:
  /// `what` must outlive it. @param stream names its random stream
  client(const terms& what, std::uint32_t number, std::uint64_t stream);

  void start(surroundings& in);
  void woken(surroundings& in, std::uint64_t tag);
  /// Whether it still waits for the answer to `tag`.
  [[nodiscard]] bool expects(std::uint64_t tag) const noexcept;
  void answered(surroundings& in, std::uint64_t tag, const reply& got);

  /// What a request asked for, and about which part, by the tag that it was sent with.
  [[nodiscard]] static client_request order_of(std::uint64_t tag) noexcept {
    return static_cast<client_request>(tag >> 8 & 0xff);
  }
  [[nodiscard]] static std::uint32_t part_of(std::uint64_t tag) noexcept {
    return static_cast<std::uint32_t>(tag & 0xff);
  }
  /// How long it waits for an answer.
  [[nodiscard]] duration timeout_of(std::uint64_t tag) const noexcept {
    return way(part_of(tag)).http().timeout;
  }

private:
  enum class next_act : std::uint8_t { none, send, lost, log_in, begin };

  /// Its token (the first), or a secret that it holds.
  struct part {
    watch seen;
    std::uint64_t timer = 0;
    duration pause{0}; ///< of logins and reads that fail
    std::uint32_t tries = 0;
    client_request order = client_request::login;
    next_act next = next_act::none;
    std::uint8_t http_tries = 0; ///< of this request, so far
    bool asking = false;
    bool had = false;  ///< it has been granted since the last login
    bool anew = false; ///< a renewal that is part of a read that is tried again
  };

  [[nodiscard]] std::uint64_t tag_of(std::uint32_t i) const noexcept;
  [[nodiscard]] const behavior& way(std::uint32_t i) const noexcept {
    return i == 0 ? *terms_->token : *terms_->secrets;
  }
  [[nodiscard]] std::uint32_t parts() const noexcept { return terms_->holds + 1; }

  void begin(surroundings& in);
  void log_in(surroundings& in);
  void forget(surroundings& in);
  void acquire(surroundings& in, std::uint32_t i);
  void send(surroundings& in, std::uint32_t i);
  void act_at(surroundings& in, std::uint32_t i, next_act what, instant at);
  void act(surroundings& in, std::uint32_t i, next_act what);
  /// @param paced it has asked at this very instant
  void apply(surroundings& in, std::uint32_t i, const decision& what, bool paced);
  void granted(surroundings& in, std::uint32_t i, const grant& got);
  void refused(surroundings& in, std::uint32_t i, int status);
  void acquire_again(surroundings& in, std::uint32_t i, int status);
  void lost(surroundings& in, std::uint32_t i);
  void complete(surroundings& in);
  void end(surroundings& in, client_changed::kind why, std::uint32_t i);
  void wake_for_restart(surroundings& in);
  void wake_for_run(surroundings& in);

  const terms* terms_;
  draws random_;
  std::unique_ptr<part[]> parts_;
  instant started_{0};
  instant last_login_ = never;
  duration login_pause_{0};
  std::uint32_t number_;
  std::uint32_t epoch_ = 0;    ///< grows with each login or restart
  std::uint32_t acquired_ = 0; ///< parts granted since the last login, in order
  bool dropped_ = false;       ///< its token: the next use logs in
  bool over_ = false;
};

} // namespace lapse::clients
