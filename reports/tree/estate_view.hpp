#pragma once

#include "actors/lives/event_reader.hpp"

#include <optional>
#include <string>

namespace lapse::tree {

/// The tree of tokens and leases at one instant of a run, or at its end.
class estate_view {
public:
  explicit estate_view(std::optional<instant> at = {}) : at_(at) {}

  void before_event(const event& e, const lives::ledger& lives);
  void on_event(const event& e);

  /// @param lives the ledger of the run, which is over
  [[nodiscard]] const lives::ledger& shown(const lives::ledger& lives) const noexcept {
    return then_ ? *then_ : lives;
  }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// `tree at 1h` or `tree at the end, 1h1s`; the instant may lie after the end.
  [[nodiscard]] std::string title(const lives::ledger& lives) const;

private:
  std::optional<instant> at_;
  std::optional<lives::ledger> then_; ///< as it was at `at_`, once that is over
  std::string name_;
};

} // namespace lapse::tree
