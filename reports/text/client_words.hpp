#pragma once

#include "actors/lives/ledger.hpp"

#include <cstdint>
#include <string>

namespace lapse::text_report {

/// What became of a family of clients, as clauses.
struct client_words {
  std::string name;     ///< `web`
  std::string who;      ///< `500 clients, approle/web, lifetime_watcher`
  std::string requests; ///< `500 logins, 17,234 renewals, 500 reads; 12 refused`
  std::string rate;     ///< `mean 23.3, worst 512 from 42m on`
  std::string gaps;     ///< time without a valid credential: `107 clients, longest 23m10s (…)`
  std::string given_up; ///< `3 clients`; empty: none
};

[[nodiscard]] client_words words_of_clients(const lives::ledger& lives, std::uint32_t family);

} // namespace lapse::text_report
