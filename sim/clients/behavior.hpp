#pragma once

#include "sim/clients/draws.hpp"

#include <cstdint>
#include <string_view>

namespace lapse::clients {

// How a client renews what it has. A behavior stands for a real library or program; it is a plain
// object without state, shared by all clients of a family. What it remembers of one token or secret
// is a `watch`. It sees answers, never the server.

/// What an answer granted, as its receiver sees it.
struct grant {
  duration ttl{0}; ///< 0: it never ends
  bool renewable = false;
};

/// What is remembered of a token or a secret between two requests.
struct watch {
  bool token = true;          ///< else the lease of a secret
  bool renewable = false;     ///< as last granted
  std::uint32_t failures = 0; ///< in a row, where a behavior counts them
  instant granted_at{0};
  duration granted{0}; ///< TTL of the last grant
  /// What was left when last looked at: a grant that is longer has been extended.
  duration left_before{0};
  duration grace{0};
  duration pause{0}; ///< the next one after a failure, before it is spread

  [[nodiscard]] constexpr duration left(instant now) const noexcept {
    return later(granted_at, granted) - now;
  }
};

/// What a behavior wants next.
struct decision {
  enum class kind : std::uint8_t {
    nothing,            ///< no more requests for this one
    renew,              ///< at `at`
    read,               ///< at `at`: a new secret in its place
    log_in,             ///< at `at`, and read all secrets again
    log_in_at_next_use, ///< the token is dropped; so does the next request that would need it
    lost                ///< at `at`: its owner acts (`on_loss`)
  };
  kind what = kind::nothing;
  instant at{0};
};

/// Pauses between tries: `first`, then each `factor` times the one before, at most `most`; the
/// pause taken is spread uniformly from `less` below to `more` above that.
struct backoff {
  duration first = std::chrono::seconds{1};
  ratio factor = {2, 1};
  duration most = std::chrono::minutes{5};
  ratio less = percent(0);
  ratio more = percent(0);
  std::uint32_t tries_max = 0; ///< then the program ends; 0: it never does

  /// The pause to take now. @param pause the one before spreading, 0 for the first; becomes the
  /// next
  [[nodiscard]] duration next(duration& pause, draws& random) const noexcept;
};

/// What the HTTP library below does on its own with no connection, 412, 429 and 5xx but 501.
struct http_tries {
  int tries = 3; ///< in all
  /// The wait before try n + 1 is n times a draw between these.
  duration wait_low = std::chrono::milliseconds{1000};
  duration wait_high = std::chrono::milliseconds{1500};
  /// When an answer that does not come is given up; then there is no further try.
  duration timeout = std::chrono::seconds{60};

  [[nodiscard]] bool again(int status) const noexcept {
    return status == 0 || status == 412 || status == 429 || (status >= 500 && status != 501);
  }
};
inline constexpr http_tries one_try{1};

class behavior {
public:
  virtual ~behavior() = default;

  /// The name in scenario files; of a custom one `custom`.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// After a login or a read, with the grant in `of`.
  [[nodiscard]] virtual decision begin(watch& of, instant now, draws& random) const = 0;
  /// After a renewal that was granted; `of` still has the grant before.
  [[nodiscard]] virtual decision renewed(watch& of, const grant& got, instant now,
                                         draws& random) const = 0;
  /// After a renewal that failed, its HTTP tries included. @param status 0: nobody answered
  [[nodiscard]] virtual decision failed(watch& of, int status, instant now,
                                        draws& random) const = 0;

  /// The `increment` that it asks for in a renewal, whole seconds; 0 is sent as 0.
  [[nodiscard]] virtual duration increment(const watch&) const { return duration{0}; }

  [[nodiscard]] virtual http_tries http() const noexcept { return {}; }

  /// Pauses between logins, and between reads, that fail.
  [[nodiscard]] virtual backoff retries() const noexcept { return {.less = percent(25)}; }

  /// A read that is tried again begins with a renewal of the old lease, which may be enough.
  [[nodiscard]] virtual bool renews_before_reading() const noexcept { return false; }

  /// It logs in for each run, and revokes its token at the run's end.
  [[nodiscard]] virtual bool runs() const noexcept { return false; }
};

/// Enters a grant into the watch.
void enter(watch& of, const grant& got, instant now) noexcept;

} // namespace lapse::clients
