#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/plan/checks.hpp"

#include <cstdint>
#include <vector>

namespace lapse::run {

/// Whether the count speaks of it: its record exists, and it fits the filter.
[[nodiscard]] bool is_counted(const lives::ledger& lives, const lives::life_record& life,
                              plan::count_word what, const plan::count_filter& filter);

/// Counts with a filter, kept up to date event by event from the first time somebody asks for one.
class filtered_counts final : public lives::event_reader {
public:
  /// Reads the stream before those who ask.
  explicit filtered_counts(const lives::ledger& lives) : lives_(&lives) {}

  void on_event(const event& e, const lives::ledger& lives) override;

  /// The value of a count with a filter or without.
  [[nodiscard]] std::int64_t value_of(const plan::count_check& count);

private:
  struct counting;
  using slot = lives::ledger::slot;

  struct counted {
    plan::count_word what;
    plan::count_filter filter;
    std::vector<bool> marks; ///< per life
    std::int64_t value = 0;
  };

  counted& find(const plan::count_check& count);
  void settle(counted& in, slot where);
  void settle(slot where);
  /// And its leases, which are counted by its handle.
  void settle_with_leases(slot where);

  const lives::ledger* lives_;
  std::vector<counted> all_;
};

} // namespace lapse::run
