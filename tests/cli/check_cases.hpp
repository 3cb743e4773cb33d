#pragma once

#include "command.hpp"

#include <string>

// What the tests of `lapse check` search.
namespace check_cases {

// The lookup is refused only where the revocation comes first, against the order of the file.
inline constexpr auto tie = R"(lapse: 1
name: a tie
policies:
  p: path "auth/token/lookup-self" { capabilities = ["read"] }
steps:
  - { create: noise, ttl: 2h }
  - { create: app, ttl: 1h, policies: [p] }
  - { lookup: noise }
  - together:
      - { lookup: app, self: true }
      - { revoke: app }
never:
  - { status: 403 }
)";

inline constexpr auto sound = R"(lapse: 1
steps:
  - { create: app, ttl: 1h..2h }
  - together: [ { lookup: app }, { renew: app }, { revoke: app } ]
sometimes:
  - { revoked: app }
)";

// As `sound`, without a range.
inline constexpr auto fixed = R"(lapse: 1
steps:
  - { create: app, ttl: 1h }
  - together: [ { lookup: app }, { renew: app }, { revoke: app } ]
sometimes:
  - { revoked: app }
)";

inline std::string in(const scratch& folder) { return " --failures " + folder.path("failures"); }

} // namespace check_cases
