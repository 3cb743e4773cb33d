#include "sim/explore/estate_generator_timeline.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <array>

// Steps about secrets and their leases.

namespace lapse::explore {

void estate_timeline::add_read(generated_step& step, const generated_role& role) {
  auto pki = role.mount == "pki";
  step.add(pki ? "write" : "read",
           fmt::format("{}/{}/{}", role.mount, pki ? "issue" : "creds", role.name));
  if (pki)
    step.add("data", document::map_with("common_name", "a.example"));
}

bool estate_timeline::read_secret(generated_step& step) {
  if (estate_.roles.empty())
    return false;
  const auto& role = draws_.one_of(estate_.roles);
  add_read(step, role);
  auto owner = add_caller(step, 15);
  if (!role.leased)
    return true;
  generated_lease lease{fmt::format("l{}", ++leases_made_), now_ + role.ttl, owner, false};
  step.add("save", lease.name);
  add_wrapping(step);
  waiting_leases_.push_back(std::move(lease));
  if (!in_together_)
    bind_waiting();
  return true;
}

bool estate_timeline::renew_lease(generated_step& step) {
  auto increment = span();
  if (draws_.chance(10)) { // a token's own lease
    auto token = some_token();
    if (token < 0)
      return false;
    step.add("renew_lease", name_of(token) + ".lease");
  } else {
    auto lease = book_.some_lease(draws_, now_);
    if (lease < 0)
      return false;
    step.add("renew_lease", name_of_lease(lease));
    book_.extend_lease(lease, now_ + increment);
  }
  if (draws_.chance(75))
    step.add("increment", span_text(increment));
  add_caller(step, 40);
  return true;
}

bool estate_timeline::revoke_lease(generated_step& step) {
  if (draws_.chance(15)) {
    auto token = some_token();
    if (token < 0)
      return false;
    step.add("revoke_lease", name_of(token) + ".lease");
    book_.end_token(token);
  } else {
    auto lease = book_.some_lease(draws_, now_);
    if (lease < 0)
      return false;
    step.add("revoke_lease", name_of_lease(lease));
    book_.end_lease(lease);
  }
  auto sync = draws_.below(3);
  if (sync < 2)
    step.add("sync", sync == 0 ? "true" : "false");
  add_caller(step, 60);
  return true;
}

bool estate_timeline::look_up_lease(generated_step& step) {
  auto lease = book_.some_lease(draws_, now_);
  if (lease < 0)
    return false;
  step.add("lookup_lease", name_of_lease(lease));
  return true;
}

// A prefix is a text, not a list of segments: `auth/token/cr` is one too.
std::string estate_timeline::some_prefix() {
  constexpr std::array<std::string_view, 4> tokens = {"auth/token/create", "auth/token/create/r1",
                                                      "auth/userpass/login", "auth/approle"};
  auto mount = some_mount();
  if (mount.empty() || draws_.chance(30))
    return std::string{draws_.one_of(tokens)};
  auto form = draws_.below(4);
  if (form == 0)
    return mount;
  if (form == 1)
    return mount + "/creds";
  return mount + (mount == "pki" ? "/issue/app1" : "/creds/app1");
}

bool estate_timeline::revoke_prefix(generated_step& step) {
  auto prefix = some_prefix();
  step.add("revoke_prefix", prefix);
  if (draws_.chance(40))
    step.add("sync", "false");
  return true;
}

bool estate_timeline::revoke_force(generated_step& step) {
  auto prefix = some_prefix();
  step.add("revoke_force", prefix);
  return true;
}

bool estate_timeline::use_kv(generated_step& step) {
  if (estate_.kv_folder.empty())
    return false;
  constexpr std::array<std::string_view, 4> verbs = {"read", "write", "list", "delete"};
  auto verb = draws_.one_of(verbs);
  auto version_1 = estate_.kv_folder == "kv/";
  step.add(verb, verb != "list" ? estate_.kv_folder + "a" : version_1 ? "kv/" : "kv/metadata/");
  if (verb == "write")
    step.add("data", version_1 ? document::map_with("v", "1")
                               : document::map_with("data", document::map_with("v", "1")));
  add_caller(step, 20);
  return true;
}

} // namespace lapse::explore
