#pragma once

#include "actors/lives/event_reader.hpp"

#include <string>

namespace lapse::serve {

/// Notes what failed first in a world, to tell of it when the world is gone.
class failures final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger& lives) override;

  /// In one clause; empty: nothing failed.
  [[nodiscard]] const std::string& first() const noexcept { return first_; }

private:
  std::string first_;
};

} // namespace lapse::serve
