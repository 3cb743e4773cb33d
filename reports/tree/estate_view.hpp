#pragma once

#include "reports/chronicle/chronicle.hpp"

#include <optional>
#include <string>

namespace lapse {

/// The estate as it was at one instant of a run, or at its end.
class estate_view final : public event_reader {
public:
  explicit estate_view(std::optional<instant> at = {}) : at_(at) {}

  void on_event(const event& e) override;

  [[nodiscard]] const chronicle& book() const noexcept { return book_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// `tree at 1h` or `tree at the end, 1h1s`; `at` may lie after the end.
  [[nodiscard]] std::string title() const;

private:
  std::optional<instant> at_;
  bool over_ = false;
  chronicle book_;
  std::string name_;
};

} // namespace lapse
