#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/runtime/exchange.hpp"
#include "actors/runtime/world_actor.hpp"
#include "actors/token/server_data.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace lapse::token {

/// What a wrapping token holds (R-1005).
struct wrapped_answer {
  std::shared_ptr<const answer> reply;
  std::string path; ///< of the request that was answered
};

/// Names the `ordinal`-th token that `maker` makes; from now on its facts stand.
[[nodiscard]] shared_facts named(token_facts facts, std::uint64_t maker, std::uint64_t ordinal);

/// The only way a token comes into the world, whatever its kind: registers it, spawns its actor,
/// which `supervisor` monitors, and announces it to the readers of events.
/// @param bucket of the token's path; null: looked up.
runtime::slot_ref bring_up_token(runtime::world_actor& supervisor, server_data& shared,
                                 shared_facts facts, runtime::path_bucket* bucket = nullptr,
                                 std::unique_ptr<wrapped_answer> wrapped = nullptr);

/// Answers a request that made a token, and keeps for the audit log what the auth block is
/// about. Warnings that the answer has already stay.
/// @param uses as shown, for a batch token too, which no use counter stands for.
void show_made(runtime::environment& env, runtime::exchange& x, const shared_facts& facts,
               std::int64_t uses, bool entity_created = false,
               shared_names identity_policies = nullptr);

/// What an entity and its groups grant now, as a lookup shows it; null: nothing.
[[nodiscard]] shared_names identity_policies_of(server_data& shared, const std::string& entity);

/// The same as an auth block shows it: normalised, too.
[[nodiscard]] shared_names shown_identity_policies(server_data& shared, const token_facts& facts);

/// The vault is to supervise a new token, an orphan, and then answer the request that made it.
struct spawn_token {
  static constexpr auto kind = runtime::message_kind::spawn_token;
  runtime::exchange_ptr x;
  shared_facts facts;
  runtime::path_bucket* bucket = nullptr;
};

} // namespace lapse::token
