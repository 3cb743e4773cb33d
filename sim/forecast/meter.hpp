#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/run/attempts.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapse::forecast {

/// Where lease records come from: a family of clients and what it asks, or a login or path that no
/// client asks.
struct source_name {
  std::string family; ///< empty: no client's
  std::string where;  ///< `approle/web`, `auth/token`, `database/creds/ro`

  friend bool operator==(const source_name&, const source_name&) = default;
};

/// What one run shows of one source. Counts are those of the run times how many clients each of its
/// clients stands for.
struct source_reading {
  source_name name;
  /// Lease records at the instants that were asked for.
  std::vector<std::int64_t> at;
  std::int64_t peak = 0;
  instant peak_at{0};
  std::uint64_t arrivals = 0; ///< made after the start-up
  /// Of those made after the start-up: mean time from the making to the deadline last granted,
  /// whatever became of them before; 0: none was made.
  duration granted_life{0};
  duration first_granted{0}; ///< what the first of all was granted
  bool of_secrets = false;
  /// Mean over the last quarter of the time.
  std::int64_t late_mean = 0;
  std::uint64_t cut_short = 0;      ///< of the arrivals, ended before their deadline
  std::uint64_t renewed = 0;        ///< of the arrivals, renewed at least once
  std::vector<std::int64_t> levels; ///< highest in each of `meter::columns` equal parts of the time
};

/// Reads lease records by source, and renewals a minute, off a run.
class meter final : public lives::event_reader {
public:
  static constexpr std::size_t columns = 400;

  struct settings {
    instant settled{0};      ///< the start-up is over
    instant end{0};          ///< above 0
    std::vector<instant> at; ///< instants to read, in order; those after the end are not read
    std::optional<std::int64_t> limit;
    /// How many clients one stands for, in millionths, by family.
    std::vector<std::int64_t> weights;
  };

  explicit meter(settings how);

  void before_event(const event& e, const lives::ledger& lives) override;
  void on_event(const event& e, const lives::ledger& lives) override;

  /// When the run is over.
  void finish(const lives::ledger& lives);

  // -- what was read -----------------------------------------------------------------

  [[nodiscard]] const std::vector<source_reading>& sources() const noexcept { return readings_; }
  [[nodiscard]] const source_reading& total() const noexcept { return whole_; }
  /// When more lease records than the limit were there first; `never`.
  [[nodiscard]] instant passed() const noexcept { return passed_; }
  /// By whole minutes, from the one on in which the start-up is over.
  [[nodiscard]] const std::vector<std::int64_t>& renewals() const noexcept { return renewals_; }
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

private:
  static constexpr std::int64_t one = 1'000'000;
  static constexpr std::uint32_t none = 0xffffffffU;

  /// A level over time, in millionths.
  struct gauge {
    std::int64_t level = 0;
    std::int64_t peak = 0;
    instant peak_at{0};
    std::int64_t before = 0; ///< the peak up to the instant `peak_at`
    instant before_at{0};
    instant since{0};
    std::int64_t late = 0; ///< of the last quarter: whole records times milliseconds
    std::vector<std::int64_t> at;
    std::vector<std::int64_t> columns;
  };

  struct source {
    source_name name;
    gauge of;
    std::uint64_t arrivals = 0;
    std::uint64_t cut_short = 0;
    std::uint64_t renewed = 0;
    std::int64_t weight = one;
    duration first_granted{0};
    bool of_secrets = false;
  };

  [[nodiscard]] std::uint32_t source_of(const lives::ledger& lives, const lives::life_record& life);
  [[nodiscard]] bool is_there(lives::ledger::slot where) const noexcept;
  void pass(gauge& g, instant to) const;
  void change(gauge& g, std::int64_t by, instant now) const;
  void enter(const lives::ledger& lives, lives::ledger::slot where);
  void leave(lives::ledger::slot where);
  void move(const lives::ledger& lives, lives::ledger::slot where);
  [[nodiscard]] source_reading reading(const gauge& g) const;

  settings how_;
  instant now_{0};
  std::vector<source> sources_;
  /// By family and what it asked; only looked up.
  std::unordered_map<std::string, std::uint32_t> numbers_;
  gauge total_;
  /// Of each life, its source; `none`: it never had a record.
  std::vector<std::uint32_t> of_;
  /// Whether its record is there now.
  std::vector<bool> there_;
  run::attempt_finder attempts_;
  std::vector<std::int64_t> renewals_;
  std::uint64_t requests_ = 0;
  instant passed_ = never;
  std::vector<source_reading> readings_;
  source_reading whole_;
};

} // namespace lapse::forecast
