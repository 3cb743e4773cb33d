#include "sim/explore/estate_generator_features.hpp"

#include <array>

namespace lapse::explore {

namespace {

constexpr auto features = static_cast<std::size_t>(estate_feature::count);
static_assert(features <= 64, "a set of features is one number");

constexpr std::array<std::string_view, features> names = {"always",
                                                          "orphan",
                                                          "no_parent",
                                                          "batch",
                                                          "period",
                                                          "explicit_maximum",
                                                          "use_limit",
                                                          "custom_id",
                                                          "unrenewable",
                                                          "root_child",
                                                          "token_role",
                                                          "login",
                                                          "wrapping",
                                                          "database",
                                                          "aws",
                                                          "pki",
                                                          "generic",
                                                          "leaseless",
                                                          "kv",
                                                          "cubbyhole",
                                                          "lookup",
                                                          "keep",
                                                          "renew_token",
                                                          "renew_lease",
                                                          "revoke",
                                                          "revoke_accessor",
                                                          "revoke_self",
                                                          "revoke_orphan",
                                                          "revoke_lease",
                                                          "revoke_prefix",
                                                          "revoke_force",
                                                          "tune",
                                                          "mount_change",
                                                          "policy_edit",
                                                          "role_edit",
                                                          "seal",
                                                          "tidy",
                                                          "dev_root",
                                                          "backend_down",
                                                          "backend_slow",
                                                          "fail_revocation",
                                                          "revocation_delay",
                                                          "revocation_jitter",
                                                          "few_workers",
                                                          "together",
                                                          "repeat",
                                                          "range"};

} // namespace

std::string_view to_string(estate_feature what) noexcept {
  return what < estate_feature::count ? names[static_cast<std::size_t>(what)] : "?";
}

estate_features::estate_features(estate_draws& draws) {
  constexpr std::array<int, 4> densities = {20, 40, 60, 85};
  auto density = draws.one_of(densities);
  used_ = 1; // always
  for (std::size_t i = 1; i < features; ++i)
    if (draws.chance(density))
      used_ |= std::uint64_t{1} << i;
}

} // namespace lapse::explore
