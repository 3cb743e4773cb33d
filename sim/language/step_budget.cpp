#include "sim/language/step_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace lapse::language {

namespace {

constexpr auto many = std::numeric_limits<std::int64_t>::max();

std::int64_t sum(std::int64_t a, std::int64_t b) { return b > many - a ? many : a + b; }

struct meter_row {
  std::int64_t limit;
  /// `{}` is the limit.
  std::string_view text;
};

/// In the order of `meter`.
constexpr meter_row rows[] = {
    {100'000'000, "the steps up to here are issued more than {} times; make fewer rounds"},
    {2'000'000, "the steps up to here make more than {} tokens and leases; make fewer rounds"},
    {2'000'000, "the steps up to here write more than {} times; make fewer rounds"},
    {std::int64_t{1} << 30,
     "the steps up to here write more than {} bytes; make fewer rounds, or write less"},
    {10'000, "the file has more than {} mounts up to here; make fewer"},
    {100'000'000, "`*` stands for handles here that are looked at more than {} times, all rounds "
                  "together; expect this once, after the rounds"},
    {100'000, "more than {} steps are sent at once here; make fewer rounds"},
};

} // namespace

std::int64_t saturated_product(std::int64_t a, std::int64_t b) {
  return a != 0 && b > many / a ? many : a * b;
}

std::int64_t step_budget::limit(meter what) { return rows[index(what)].limit; }

void step_budget::charge(meter what, document::file_position at, std::int64_t count) {
  auto& used = used_[index(what)];
  auto before = used;
  used = sum(used, saturated_product(count, rounds_));
  const auto& row = rows[index(what)];
  if (used > row.limit && before <= row.limit)
    faults_->report(at, fmt::format(fmt::runtime(row.text), row.limit));
}

std::int64_t step_budget::enter(std::int64_t rounds) noexcept {
  auto outer = rounds_;
  rounds_ = saturated_product(outer, std::max<std::int64_t>(rounds, 1));
  return outer;
}

void step_budget::charge_again(const step_budget& before, document::file_position at,
                               std::int64_t more) {
  for (auto what : {meter::issues, meter::lives, meter::writes, meter::bytes, meter::mounts})
    charge(what, at,
           saturated_product((used(what) - before.used(what)) / std::max<std::int64_t>(rounds_, 1),
                             more));
  // Each round has as many handles more as the rounds before it made.
  charge(meter::matches, at,
         saturated_product(
             saturated_product(used(meter::matches) - before.used(meter::matches), more), more));
}

void step_budget::charge_clients(const step_budget& before, document::file_position at) {
  auto clients = (used(meter::issues) - before.used(meter::issues)) / rounds_;
  if (clients > limit(meter::clients))
    faults_->report(
        at, fmt::format(fmt::runtime(rows[index(meter::clients)].text), limit(meter::clients)));
}

} // namespace lapse::language
