#pragma once

#include "sim/document/load_error.hpp"
#include "sim/forecast/meter.hpp"
#include "sim/plan/plan.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace lapse::forecast {

/// Ten years: what is read by the minute stays small.
inline constexpr duration horizon_max = std::chrono::hours{24 * 3660};

struct forecast_question {
  /// How long to look ahead, from the end of the start-up: above 0, at most `horizon_max`.
  duration horizon{std::chrono::hours{768}};
  /// How many lease records there may be.
  std::int64_t limit = 256'000;
  /// Runs with different seeds: at least 1.
  std::size_t seeds = 5;
  /// Called after each of these runs with how many there were. May be empty.
  std::function<void(std::size_t done)> progress;
};

/// How the two methods compare: the simulation, and arrival rate times life.
struct forecast_row {
  source_name name;
  bool of_secrets = false; ///< leases of secrets, not of tokens
  std::int64_t now = 0;    ///< when the start-up is over
  /// So long after it; none: beyond the horizon.
  std::optional<std::int64_t> in_1h;
  std::optional<std::int64_t> in_1d;
  std::optional<std::int64_t> in_32d;
  std::int64_t peak = 0;
  instant peak_at{0};
  /// Least and most peak of all seeds.
  std::int64_t peak_least = 0;
  std::int64_t peak_most = 0;
  /// What it comes to: arrival rate times life; what is simulated where nothing new comes, or where
  /// lives do not last as long as granted.
  std::int64_t steady = 0;
  std::int64_t by_rate = 0; ///< arrival rate times the life that was granted
  /// The mean of the last quarter of the simulated time.
  std::int64_t simulated = 0;
  /// New ones in ten hours.
  std::int64_t new_in_10h = 0;
  duration life{0};          ///< that was granted; 0: nothing new comes, or it lasts less
  duration first_granted{0}; ///< the life of the first of all
  std::int64_t permille = 0; ///< its share of all that is steady
  /// Why the two methods differ by more than 5 %; empty: they do not.
  std::string differs;
  std::vector<std::int64_t> levels; ///< of the first seed, see `meter::columns`
};

struct renewal_forecast {
  /// A minute's mean after the start-up, in tenths.
  std::int64_t mean_tenths = 0;
  std::int64_t worst = 0;
  std::int64_t worst_minute = 0; ///< since the start
  /// The worst minute that begins 12 hours or more after the start-up; 0 if there is none.
  std::int64_t worst_later = 0;
};

struct outage_forecast {
  duration length{0};
  std::int64_t clients = 0;   ///< that there were
  std::int64_t renewing = 0;  ///< of these, those that had renewed something before
  std::int64_t abandoned = 0; ///< of these, those that had given up when it was over
  std::int64_t without = 0;   ///< of all, those without all they need when it was over
  /// Tokens and leases that end in the first minute after it.
  std::int64_t ended_after = 0;
};

/// That keeps the limit, as a run has shown.
struct limit_advice {
  std::string key; ///< `token_ttl`
  std::string on;  ///< `auth/approle/web`
  duration ttl{0};
};

struct forecast_result {
  std::string scenario;
  std::string source;
  instant settled{0};
  instant end{0};
  /// All is steady from here on, if nobody changes anything.
  instant steady_from{0};
  std::int64_t limit = 0;
  instant passed = never;         ///< the limit, in the first seed
  std::vector<forecast_row> rows; ///< the largest first
  forecast_row total;
  renewal_forecast renewals;
  std::vector<outage_forecast> outages; ///< empty: there are no clients
  std::optional<limit_advice> advice;
  std::size_t seeds = 0;
  std::uint64_t requests = 0; ///< of the first seed
  /// What was scaled or left out, in sentences.
  std::vector<std::string> notes;
};

/// Runs the clients and steps of `what` up to the horizon, and says what it comes to. `change`
/// gives the plan with an override, for the advice; null where it cannot be had.
[[nodiscard]] tl::expected<forecast_result, std::vector<document::load_error>>
forecast(const plan::plan& what, const forecast_question& question,
         const std::function<std::optional<plan::plan>(const std::string& override)>& change);

} // namespace lapse::forecast
