#include "sim/explore/estate_generator.hpp"

#include "sim/explore/estate_generator_timeline.hpp"

#include <fmt/format.h>

namespace lapse {

namespace {

std::vector<std::string_view> names_of(const estate_features* used) {
  std::vector<std::string_view> result;
  for (auto i = static_cast<int>(estate_feature::always) + 1;
       i < static_cast<int>(estate_feature::count); ++i) {
    auto feature = static_cast<estate_feature>(i);
    if (used == nullptr || used->has(feature))
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
  auto result = fmt::format("lapse: 1\nname: generated estate {}\nabout: >-\n  May use {}.\n"
                            "seed: {}\n",
                            seed, fmt::join(names_of(&features), ", "), jitter);
  result += estate.text;
  result += estate_timeline{estate, features, draws}.write();
  return result;
}

std::vector<std::string_view> generated_features(std::uint64_t seed) {
  estate_draws draws{seed};
  const estate_features features{draws};
  return names_of(&features);
}

std::vector<std::string_view> all_generated_features() { return names_of(nullptr); }

} // namespace lapse
