#include "sim/forecast/scale.hpp"

#include "reports/cause/amounts.hpp"
#include "sim/rules/catalogue.hpp"

#include <fmt/format.h>

#include <utility>

namespace lapse::forecast {

plan::plan bare(const plan::plan& what) {
  auto result = what;
  result.properties.clear();
  result.decisions.reset();
  result.strict = false;
  result.rules_off = rules::rule_ids();
  return result;
}

scaled_plan scaled(plan::plan what, std::uint32_t most) {
  scaled_plan result{std::move(what), {}, {}};
  for (auto& family : result.what.clients) {
    auto& count = family.terms.count;
    constexpr std::int64_t one = 1'000'000;
    result.weights.push_back(one);
    if (count <= most)
      continue;
    result.weights.back() = count * one / most;
    result.smaller.push_back(
        fmt::format("`{}`: {} of {}", family.name, cause::grouped(most), cause::grouped(count)));
    count = most;
  }
  return result;
}

} // namespace lapse::forecast
