#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/event.hpp"
#include "actors/protocol/request.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace lapse {

/// What a server is told before it starts (scenario `server`, transcript `config`).
struct server_config {
  enum class root_kind : std::uint8_t { init, dev };

  /// Unix second of instant 0; 2026-01-01T00:00:00Z.
  std::int64_t start_unix_s = 1767225600;
  duration default_lease_ttl = std::chrono::hours{768};
  duration max_lease_ttl = std::chrono::hours{768};
  /// `init`: the root token has no lease. `dev`: it has one, its path is
  /// `auth/token/create` and its id a chosen one.
  root_kind root = root_kind::init;
  /// The chosen id of a dev server's root token.
  std::string root_token_id = "root";
  /// Time between a deadline, or a queued revocation, and its worker's start.
  duration revocation_delay{0};
  /// On top of it for secret leases: what the work at a real backend takes (R-1732).
  duration lease_revocation_delay{0};
  int revocation_workers = 200;
  /// Retry waits times a factor in [0.5, 1.5) drawn from the seed.
  bool revocation_jitter = false;
  std::uint64_t seed = 0;
  /// Mount type `generic` gives out leased secrets (scenario files) instead of being kv 1.
  bool generic_is_leased = true;
  /// KV 2 at `secret/`, as a dev server has.
  bool mount_secret = false;
};

/// The one key that opens a sealed server; 32 bytes in hexadecimal.
inline constexpr std::string_view unseal_key =
    "6c617073652d6c617073652d6c617073652d6c617073652d6c617073652d6b79";

/// Takes the answer to a request.
using answer_taker = std::function<void(answer)>;

/// The one way into a server, simulated by actors or by the sequential model.
class door {
public:
  virtual ~door() = default;

  /// The root token, which always exists at the start.
  [[nodiscard]] virtual token_name root() const = 0;

  /// Everything due strictly before `at` happens, then it is `at`. Times never go back.
  virtual void advance(instant at) = 0;

  /// Issues the request now, and does all work without delay that it causes.
  ///
  /// `take` is called once. It is called before `ask` returns, unless the answer needs time (R-614:
  /// a synchronous revocation at a slow backend). Then the request is *waiting*: time and other
  /// requests go on, and `take` is called inside the later call of this door that reaches the
  /// instant of the answer, when all work without delay of that instant is done. `take` may issue
  /// requests, but may not move time. Requests that wait when the door is destroyed stay without an
  /// answer.
  virtual void ask(const credential& by, request_ptr what, answer_taker take) = 0;

  /// As `ask`, for an answer that is needed now. None: it needs time, and nobody will take it.
  [[nodiscard]] std::optional<answer> ask_now(const credential& by, request_ptr what) {
    auto result = std::make_shared<std::optional<answer>>();
    ask(by, std::move(what), [result](answer reply) { *result = std::move(reply); });
    return std::move(*result);
  }

  virtual void inject(const fault& what) = 0;
};

} // namespace lapse
