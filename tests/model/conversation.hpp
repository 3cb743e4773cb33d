#pragma once

#include "actors/protocol/door.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lapse::sequential {

/// One command of a random conversation. Tokens, accessors and leases are named by stable handles
/// (`$t3`, `$t3.accessor`, `$k2.lease`), so that taking a command out renames nothing.
struct command {
  /// Time since the command before.
  duration wait{0};
  /// Handle of the caller; empty: no token.
  std::string by;
  operation op = operation::read;
  std::string path;
  nlohmann::json body;
  std::optional<std::string> wrap_ttl;
  /// Handle bound from the answer; empty: none.
  std::string save;
  /// Set: not a request but trouble outside.
  std::optional<fault> trouble;
};

/// One line, as in a transcript.
[[nodiscard]] std::string to_string(const command& c);

/// The commands every conversation starts with: policies, roles, users, mounts.
[[nodiscard]] std::vector<command> prelude();

/// `length` commands drawn from `seed`: tokens with all parameters, roles, logins, leases,
/// wrapping, policies, tuning, mounts, faults, seal and time.
[[nodiscard]] std::vector<command> conversation(std::uint64_t seed, std::size_t length);

/// Where two servers answered one command differently.
struct disagreement {
  std::size_t at = 0;
  std::string where;
  nlohmann::json first;
  nlohmann::json second;
};

/// Asks both servers the same; answers are compared whole, identifiers by a one-to-one relation
/// that grows as they are first seen. None: they agree throughout.
[[nodiscard]] std::optional<disagreement>
compare(door& first, door& second, const std::vector<command>& commands, std::int64_t start_unix_s);

} // namespace lapse::sequential
