#include "sim/explore/estate_generator.hpp"

#include "sim/document/write_document.hpp"
#include "sim/explore/estate_generator_timeline.hpp"

#include <fmt/format.h>

namespace lapse::explore {

namespace {

std::vector<std::string_view> names_of(const estate_features& used) {
  std::vector<std::string_view> result;
  for (auto i = static_cast<int>(estate_feature::always) + 1;
       i < static_cast<int>(estate_feature::count); ++i) {
    auto feature = static_cast<estate_feature>(i);
    if (used.has(feature))
      result.push_back(to_string(feature));
  }
  return result;
}

} // namespace

std::string generated_scenario(std::uint64_t seed) {
  estate_draws draws{seed};
  const estate_features features{draws};
  const auto estate = generate_estate(features, draws);
  auto jitter = draws.below(1000);
  auto scenario = document::map_with("lapse", "1");
  scenario.add("name", document::plain_value(fmt::format("generated estate {}", seed)));
  scenario.add("about", document::plain_value(
                            fmt::format("May use {}.", fmt::join(names_of(features), ", "))));
  scenario.add("seed", document::plain_value(std::to_string(jitter)));
  for (const auto& section : estate.sections.entries())
    scenario.children.push_back(section);
  estate_timeline{estate, features, draws}.write(scenario);
  return document::write_document(scenario);
}

} // namespace lapse::explore
