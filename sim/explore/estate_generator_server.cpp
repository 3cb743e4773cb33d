#include "sim/explore/estate_generator_timeline.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

// Steps about the server itself: administration and faults.

namespace lapse::explore {

using std::chrono::minutes;
using std::chrono::seconds;

// -- administration ----------------------------------------------------------------------

bool estate_timeline::tune(generated_step& step) {
  auto mount = some_mount();
  if (!estate_.users.empty() && draws_.chance(40)) {
    const auto& user = draws_.one_of(estate_.users);
    mount = "auth/" + user.mount;
  }
  if (mount.empty() || draws_.chance(10))
    mount = "auth/token";
  auto low = span();
  auto high = span();
  auto which = draws_.below(3);
  step.add("tune", mount);
  if (which != 1)
    step.add("default_lease_ttl", ttl::format_duration(std::min(low, high)));
  if (which != 0)
    step.add("max_lease_ttl", ttl::format_duration(std::max(low, high)));
  return true;
}

// Taken away, and some steps later there again, empty but for a role.
bool estate_timeline::disable(generated_step& step) {
  auto mount = some_mount();
  auto type = mount;
  if (!estate_.users.empty() && draws_.chance(40)) {
    type = draws_.one_of(estate_.users).mount;
    mount = "auth/" + type;
  }
  if (mount.empty())
    return false;
  step.add("disable", mount);
  auto after = 1 + draws_.below(6);
  generated_step again;
  again.add("enable", mount);
  again.add("type", type);
  planned_.push_back({after, std::move(again)});
  if (mount == type) {
    auto ttl = span();
    generated_step role;
    role.add("write", mount + "/roles/app1");
    auto data = document::map_with("default_ttl", ttl::format_duration(ttl));
    data.add("db_name", document::plain_value("main"));
    role.add("data", std::move(data));
    planned_.push_back({after + 1, std::move(role)});
  }
  return true;
}

bool estate_timeline::edit_policy(generated_step& step) {
  const auto& name = draws_.one_of(estate_.policies);
  if (draws_.chance(25)) {
    step.add("delete_policy", name);
    return true;
  }
  auto which = draws_.below(generated_policies);
  step.add("write_policy", name);
  step.add("policy", generated_policy(which));
  return true;
}

bool estate_timeline::edit_role(generated_step& step) {
  std::vector<std::pair<std::string, document::document_node>> edits;
  auto drawn = span();
  auto length = ttl::format_duration(drawn);
  for (const auto& role : estate_.token_roles) {
    auto path = "auth/token/roles/" + role;
    if (has(estate_feature::period))
      edits.emplace_back(path, document::map_with("token_period", length));
    if (has(estate_feature::explicit_maximum))
      edits.emplace_back(path, document::map_with("token_explicit_max_ttl", length));
    if (has(estate_feature::orphan))
      edits.emplace_back(path, document::map_with("orphan", "true"));
  }
  for (const auto& role : estate_.roles)
    for (auto key : {"default_ttl", "max_ttl"})
      edits.emplace_back(role.mount + "/roles/" + role.name, document::map_with(key, length));
  for (const auto& user : estate_.users) {
    auto folder = user.mount == "userpass" ? "users" : user.mount == "approle" ? "role" : "";
    if (*folder != '\0')
      edits.emplace_back(fmt::format("auth/{}/{}/{}", user.mount, folder, user.name),
                         document::map_with("token_max_ttl", length));
  }
  if (edits.empty())
    return false;
  const auto& [path, data] = draws_.one_of(edits);
  if (draws_.chance(15)) {
    step.add("delete", path);
    return true;
  }
  step.add("write", path);
  step.add("data", data);
  return true;
}

bool estate_timeline::seal(generated_step& step) {
  if (sealed_ || in_together_)
    return false;
  sealed_ = true;
  step.add("seal", "true");
  auto after = 1 + draws_.below(4);
  generated_step open;
  open.add("unseal", "true");
  planned_.push_back({after, std::move(open)});
  return true;
}

bool estate_timeline::tidy(generated_step& step) {
  auto tokens = draws_.chance(50);
  step.add("tidy", tokens ? "tokens" : "leases");
  return true;
}

// -- faults ------------------------------------------------------------------------------

bool estate_timeline::break_backend(generated_step& step) {
  auto mount = some_mount();
  if (mount.empty())
    return false;
  if (draws_.chance(45)) {
    step.add("backend_up", mount);
    return true;
  }
  step.add("backend_down", mount);
  if (draws_.chance(60))
    step.add("only", "revoke");
  return true;
}

bool estate_timeline::slow_backend(generated_step& step) {
  auto mount = some_mount();
  if (mount.empty())
    return false;
  constexpr std::array<duration, 5> lengths = {seconds{0}, seconds{1}, seconds{5}, seconds{30},
                                               minutes{2}};
  auto takes = draws_.one_of(lengths);
  step.add("backend_slow", mount);
  step.add("takes", ttl::format_duration(takes));
  slow_ = slow_ || takes > duration{0};
  return true;
}

bool estate_timeline::fail_revocation(generated_step& step) {
  auto lease = book_.some_lease(draws_, now_);
  if (lease < 0)
    return false;
  step.add("fail_revocation", name_of_lease(lease));
  return true;
}

} // namespace lapse::explore
