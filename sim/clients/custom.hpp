#pragma once

#include "sim/clients/behavior.hpp"

#include <optional>

namespace lapse::clients {

/// A behavior in a scenario's own words.
struct custom_terms {
  ratio at = {2, 3}; ///< of the TTL granted, when it renews
  ratio jitter = {}; ///< spread of that wait, below and above
  duration increment{0};
  /// None: the first failure ends it.
  std::optional<backoff> retry =
      backoff{.first = std::chrono::seconds{10}, .less = percent(50), .more = percent(50)};
  ratio give_up_below = {};            ///< of the last grant: with no more left it is done
  std::optional<duration> renew_below; ///< no renewal while more than this is left
  bool read_anew_when_cut = false;     ///< a grant shorter than the last: a new one in its place
};

class custom final : public behavior {
public:
  explicit custom(custom_terms terms) : terms_(terms) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "custom"; }
  [[nodiscard]] decision begin(watch& of, instant now, draws& random) const override;
  [[nodiscard]] decision renewed(watch& of, const grant& got, instant now,
                                 draws& random) const override;
  [[nodiscard]] decision failed(watch& of, int status, instant now, draws& random) const override;
  [[nodiscard]] duration increment(const watch&) const override { return terms_.increment; }
  [[nodiscard]] backoff retries() const noexcept override {
    return terms_.retry.value_or(behavior::retries());
  }

private:
  [[nodiscard]] decision wait(const watch& of, instant now, draws& random) const;

  custom_terms terms_;
};

} // namespace lapse::clients
