#pragma once

#include "actors/runtime/messages.hpp"
#include "actors/token/record.hpp"

namespace lapse {

/// The vault is to supervise a new token, an orphan, and then answer the request that made it.
struct spawn_token {
  static constexpr auto kind = message_kind::spawn_token;
  exchange_ptr x;
  token_record record;
};

} // namespace lapse
