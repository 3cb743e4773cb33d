#pragma once

#include "sim/clients/behavior.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace lapse::clients {

/// What a client does when it learns that something of its own is gone.
enum class reaction : std::uint8_t {
  login, ///< logs in, and reads all it holds again
  read,  ///< reads what it has lost again; of a token: as `login`
  stop   ///< never asks again
};

/// In the order of `reaction`.
inline constexpr std::array<std::string_view, 3> reaction_words{"login", "read", "stop"};

/// What the members of a family have in common, apart from the requests themselves.
struct terms {
  std::uint32_t count = 1; ///< 1 to 1'000'000
  std::uint32_t holds = 0; ///< secrets that each keeps, 0 to 200

  // -- when, since the start of the run ------------------------------------------
  instant start{0};
  duration start_over{0}; ///< its members start spread over so long
  bool random_start = false;
  std::optional<duration> stop_after; ///< of its own start
  bool stop_revokes = false;
  std::optional<duration> restart_every; ///< above 0
  duration restart_over{0};
  duration run_every{0}; ///< of a behavior that `runs`: above 0

  // -- how -------------------------------------------------------------------------
  std::shared_ptr<const behavior> token;
  std::shared_ptr<const behavior> secrets;
  reaction token_lost = reaction::login;
  reaction secret_lost = reaction::read;
  bool given_token = false; ///< it looks its token up and cannot log in
};

/// An attempt without a pause before it takes so long: else a client that hammers would stop the
/// clock.
inline constexpr duration attempt_takes = std::chrono::milliseconds{10};

/// A login that follows the one before so soon waits as after a login that failed.
inline constexpr duration login_again_after = std::chrono::seconds{10};

} // namespace lapse::clients
