#include "sim/rules/catalogue.hpp"

#include "sim/rules/rule.hpp"

namespace lapse::rules {

namespace {

// An id is never given to another rule: files switch rules off by it.
constexpr const built_in_rule* rules[] = {&l01, &l02, &l03, &l04, &l05, &l06, &l07, &l08, &l09,
                                          &l10, &l11, &l12, &l13, &l14, &l15, &l16, &l17, &l18,
                                          &l19, &l20, &l21, &l22, &l23, &l24, &l25, &l26, &l27};

} // namespace

std::span<const built_in_rule* const> all_rules() { return rules; }

std::span<const rule_info> built_in_rules() {
  static const auto infos = [] {
    std::vector<rule_info> result;
    for (const auto* each : rules)
      result.push_back(each->info);
    return result;
  }();
  return infos;
}

std::vector<std::string> rule_ids() {
  std::vector<std::string> result;
  for (const auto& rule : built_in_rules())
    result.emplace_back(rule.id);
  return result;
}

} // namespace lapse::rules
