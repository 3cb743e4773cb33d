#pragma once

#include "actors/protocol/time.hpp"
#include "sim/serve/inbox.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lapse::serve {

/// How the time of a served world moves when nobody advances it.
class clock_mode {
public:
  virtual ~clock_mode() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Seconds of the world in one of the wall clock; 0: it does not go by itself.
  [[nodiscard]] virtual std::int64_t rate() const noexcept { return 0; }

  /// What the clock shows when the wall clock shows `wall` and the world stands at `now`.
  [[nodiscard]] virtual instant reading(instant now, wall_time wall) const;
  /// When it shows `at`; none: it never does by itself.
  [[nodiscard]] virtual std::optional<wall_time> when(instant at) const;
  /// The world was moved to `now`, or begins there.
  virtual void moved_to(instant now, wall_time wall);

  /// Whether requests bring their time along.
  [[nodiscard]] virtual bool follows() const noexcept { return false; }
  /// Whether time jumps when all sleepers sleep.
  [[nodiscard]] virtual bool skips() const noexcept { return false; }
};

/// Modes by name: `real`, `frozen`, `follow`, `skip`, and `scaled` with a rate from 1. The error is
/// for people.
[[nodiscard]] tl::expected<std::unique_ptr<clock_mode>, std::string>
make_clock_mode(std::string_view name, std::optional<std::int64_t> rate);

/// As `--clock` writes them: `scaled=1000`.
[[nodiscard]] tl::expected<std::unique_ptr<clock_mode>, std::string>
read_clock_mode(std::string_view text);

} // namespace lapse::serve
