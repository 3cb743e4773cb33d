#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/request.hpp"

#include <cstdint>
#include <string_view>

namespace lapse::lives {

// Tokens and leases as clients speak of them.

enum class identifier : std::uint8_t { token, accessor, lease };

/// `token`, `accessor`, `lease`.
[[nodiscard]] std::string_view to_string(identifier what) noexcept;

/// What an identifier of the server's own making stands for.
struct identified {
  /// Null: it is none, or of nothing that was ever made.
  const life_record* life = nullptr;
  identifier written_as = identifier::token;
};

[[nodiscard]] identified find_identifier(const ledger& among, std::string_view text);

/// The token that a client means by what it sends, be it of the server's making or an id that its
/// maker chose, and whether or not it still lives; null: none was ever made.
[[nodiscard]] const life_record* find_token(const ledger& among, std::string_view text);
/// The token that a request came with, by its id if the client sent that; null as above, or it came
/// without.
[[nodiscard]] const life_record* find_token(const ledger& among, const credential& by);

} // namespace lapse::lives
