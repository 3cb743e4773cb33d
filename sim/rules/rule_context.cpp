#include "sim/rules/rule_context.hpp"

#include "actors/protocol/ascii.hpp"

#include <algorithm>

namespace lapse::rules {

namespace {

constexpr auto bit(request_class c) noexcept { return static_cast<std::uint8_t>(c); }

std::uint8_t classes_of(std::string_view path) noexcept {
  auto result = bit(request_class::any);
  if (path.starts_with("sys/leases/revoke-") || path.starts_with("sys/revoke-"))
    result |= bit(request_class::prefix);
  else if (path.starts_with("sys/mounts/") || path.starts_with("sys/auth/") ||
           path == "sys/remount")
    result |= bit(request_class::mount);
  else if (path == "sys/leases/tidy" || path == "auth/token/tidy")
    result |= bit(request_class::tidy);
  return result;
}

/// Name of the policy a request writes; empty if it writes none.
std::string_view policy_written(const request& what) noexcept {
  std::string_view path = what.path;
  for (std::string_view place : {"sys/policies/acl/", "sys/policy/"})
    if (path.starts_with(place))
      return path.substr(place.size());
  return {};
}

/// False only if the text surely grants no `sudo`.
bool text_may_sudo(const nlohmann::json& body) {
  if (!body.is_object())
    return true;
  auto text = body.find("policy");
  if (text == body.end() || !text->is_string())
    return true;
  const auto& hcl = text->get_ref<const std::string&>();
  // An escape may spell the word another way, and base64 has no blanks in it.
  return hcl.find("sudo") != std::string::npos || hcl.find('\\') != std::string::npos ||
         hcl.find(' ') == std::string::npos;
}

} // namespace

void rule_context::report(const rule_info& what, rule_subject subject, std::string text,
                          rule_subject other) {
  // Ids of tokens and leases are mixed numbers (`derive`), so that this tells all apart.
  auto number =
      (static_cast<std::uint64_t>(what.id[1]) << 8) + static_cast<unsigned char>(what.id[2]);
  auto key = derive(subject.token.value ^ mix(subject.lease.value), number);
  if (!reported_.insert(key).second)
    return;
  breaks_.push_back({&what, now_, subject, other, std::move(text)});
}

void rule_context::learn(const request& what, bool done) {
  limits_.learn(what, done);
  if (done && open_.empty())
    limits_.settle();
  auto name = policy_written(what);
  if (name.empty() || !may_change(what.op))
    return;
  if (text_may_sudo(what.body))
    sudo_policies_.insert(lower_case(name));
}

void rule_context::note(const request_received& e) {
  if (!e.what)
    return;
  auto classes = classes_of(e.what->path);
  classes_ |= classes;
  tidied_ = tidied_ || running(request_class::tidy);
  moved_ = moved_ || e.what->path == "sys/remount";
  open_.push_back({e.number, classes, now_, e.what});
  if (e.error.empty() && e.what->path.starts_with("sys/"))
    learn(*e.what, false);
}

void rule_context::note(const request_answered& e) {
  classes_ |= bit(request_class::any);
  auto i = std::find_if(open_.begin(), open_.end(),
                        [&](const open_request& r) { return r.number == e.number; });
  if (i != open_.end()) {
    *i = std::move(open_.back());
    open_.pop_back();
  }
  if (e.what && e.reply != nullptr && e.reply->ok() && e.what->path.starts_with("sys/"))
    learn(*e.what, true);
  if (open_.empty())
    limits_.settle();
}

void rule_context::note(lives::ledger::slot lease, const revocation_attempted& e) {
  if (!e.ok && !by_request(e))
    retries_[lease] = {e.attempt, e.next};
}

void rule_context::note(lives::ledger::slot lease, const lease_renewed&) {
  // the attempts stay counted; the timer is the new deadline's.
  if (auto found = retries_.find(lease); found != retries_.end())
    found->second.next = never;
}

void rule_context::settle(instant next) {
  now_ = next;
  classes_ = 0;
  for (const auto& r : open_)
    classes_ |= r.classes;
}

} // namespace lapse::rules
