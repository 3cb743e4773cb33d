#pragma once

#include "actors/lives/ledger.hpp"

#include <string_view>

namespace lapse::lives {

/// What a handle has before its parts and before its number: `web` of `web12`, of `web12#3` and of
/// `web12.db`. Empty if there is nothing but a number.
[[nodiscard]] std::string_view handle_family(std::string_view handle) noexcept;

/// The handle of a token, or of the token that a lease belongs to; empty: it has none.
[[nodiscard]] std::string_view owner_handle(const ledger& lives, const life_record& life);

/// Whether it belongs to `family`: its token's handle is `family`, or `family` with a number.
[[nodiscard]] bool in_family(const ledger& lives, const life_record& life, std::string_view family);

} // namespace lapse::lives
