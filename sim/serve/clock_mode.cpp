#include "sim/serve/clock_mode.hpp"

#include "actors/protocol/integer_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::serve {

namespace {

constexpr std::int64_t rate_max = 1'000'000'000;

/// As the wall clock, `rate` times as fast, from where the last advance left it.
class scaled_clock : public clock_mode {
public:
  explicit scaled_clock(std::int64_t rate) : rate_(rate) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "scaled"; }
  [[nodiscard]] std::int64_t rate() const noexcept override { return rate_; }

  [[nodiscard]] instant reading(instant now, wall_time wall) const override {
    const auto passed = std::max(duration::zero(), duration{wall - wall_});
    const auto scaled = passed > never / rate_ ? never : passed * rate_;
    return std::max(now, later(world_, scaled));
  }

  [[nodiscard]] std::optional<wall_time> when(instant at) const override {
    if (at == never)
      return std::nullopt;
    const auto left = std::max(duration::zero(), at - world_);
    // Rounded up: the clock must show it then.
    return wall_ + (left / rate_ + duration{left % rate_ != duration::zero() ? 1 : 0});
  }

  void moved_to(instant now, wall_time wall) override {
    world_ = now;
    wall_ = wall;
  }

private:
  std::int64_t rate_;
  instant world_{0};
  wall_time wall_;
};

class real_clock final : public scaled_clock {
public:
  real_clock() : scaled_clock(1) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "real"; }
};

class frozen_clock final : public clock_mode {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "frozen"; }
};

class follow_clock final : public clock_mode {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "follow"; }
  [[nodiscard]] bool follows() const noexcept override { return true; }
};

class skip_clock final : public clock_mode {
public:
  [[nodiscard]] std::string_view name() const noexcept override { return "skip"; }
  [[nodiscard]] bool skips() const noexcept override { return true; }
};

} // namespace

instant clock_mode::reading(instant now, wall_time) const { return now; }

std::optional<wall_time> clock_mode::when(instant) const { return std::nullopt; }

void clock_mode::moved_to(instant, wall_time) {}

tl::expected<std::unique_ptr<clock_mode>, std::string>
make_clock_mode(std::string_view name, std::optional<std::int64_t> rate) {
  using result = std::unique_ptr<clock_mode>;
  if (name == "scaled") {
    if (!rate || *rate < 1 || *rate > rate_max)
      return tl::unexpected(
          fmt::format("the clock mode `scaled` needs a rate from 1 to {}", rate_max));
    return result{std::make_unique<scaled_clock>(*rate)};
  }
  if (rate)
    return tl::unexpected(std::string{"only the clock mode `scaled` has a rate"});
  if (name == "real")
    return result{std::make_unique<real_clock>()};
  if (name == "frozen")
    return result{std::make_unique<frozen_clock>()};
  if (name == "follow")
    return result{std::make_unique<follow_clock>()};
  if (name == "skip")
    return result{std::make_unique<skip_clock>()};
  return tl::unexpected(fmt::format(
      "there is no clock mode `{}`; modes are real, frozen, follow, scaled=N and skip", name));
}

tl::expected<std::unique_ptr<clock_mode>, std::string> read_clock_mode(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos)
    return make_clock_mode(text, std::nullopt);
  // What is no rate is refused as 0 is.
  const auto rate =
      std::min<std::uint64_t>(parse_unsigned(text.substr(equals + 1)).value_or(0), rate_max + 1);
  return make_clock_mode(text.substr(0, equals), static_cast<std::int64_t>(rate));
}

} // namespace lapse::serve
