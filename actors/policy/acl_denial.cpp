// Why an ACL refuses a request. Nobody asks while requests are decided; this goes the same way once
// more, in the order of `acl::check`, and says at which turn the request was refused.

#include "actors/policy/acl_index.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/ttl/duration.hpp"

#include <algorithm>
#include <cstddef>

namespace lapse::policy {

namespace {

constexpr std::size_t whole_likeness = 1000;

/// How alike a path and a pattern are, in per mille of the longer.
std::size_t likeness(std::string_view path, std::string_view pattern, bool is_prefix) {
  const auto shorter = std::min(path.size(), pattern.size());
  std::size_t front = 0;
  while (front < shorter && path[front] == pattern[front])
    ++front;
  std::size_t back = 0;
  while (!is_prefix && back < shorter - front &&
         path[path.size() - 1 - back] == pattern[pattern.size() - 1 - back])
    ++back;
  // What follows the `*` may be anything.
  const auto whole = is_prefix ? pattern.size() : std::max(path.size(), pattern.size());
  return whole == 0 ? 0 : (front + back) * whole_likeness / whole;
}

/// Without the `data/` or `metadata/` of version 2 of kv, which rules for version 1 lack.
std::string without_kv2(std::string_view path) {
  std::string result{path};
  for (const std::string_view part : {"/data/", "/metadata/"})
    if (const auto at = result.find(part); at != std::string::npos && at == result.find('/')) {
      result.erase(at, part.size() - 1);
      break;
    }
  return result;
}

std::string list_of(const std::vector<std::string>& names, std::string_view between) {
  std::string result;
  for (const auto& name : names)
    (result += result.empty() ? std::string_view{} : between) += name;
  return result;
}

std::string policies_words(const std::vector<std::string>& names) {
  return (names.size() == 1 ? "policy `" : "policies `") + list_of(names, "`, `") + '`';
}

std::string capability_words(capability_set granted) {
  return granted.empty() ? "nothing" : "`" + list_of(names(granted), "`, `") + '`';
}

} // namespace

std::string acl::entry::words() const {
  return "`" + *pattern + "` of " + policies_words(policies());
}

std::string acl::expired_rule::words() const {
  return "`" + pattern.text + (pattern.is_prefix ? "*` of " : "` of ") + policies_words({policy}) +
         " expired at " + rfc3339(instant{0}, at_unix_s);
}

std::string acl::expired_words(std::string_view path) const {
  std::string result;
  for (const auto& rule : expired_)
    if (rule.matches(path))
      result += "; " + rule.words();
  return result;
}

const acl::entry* acl::nearest_rule(std::string_view path) const {
  constexpr std::size_t least = 400;
  std::size_t best = 0;
  const entry* found = nullptr;
  const auto bare = without_kv2(path);
  const auto consider = [&](std::string_view text, bool is_prefix, const entry& rule) {
    auto alike =
        std::max(likeness(path, text, is_prefix), likeness(bare, without_kv2(text), is_prefix));
    if (alike < least)
      return;
    // Nobody wrote a rule of `default` for a path of their own.
    alike += rule.policies() == std::vector<std::string>{"default"} ? 0 : whole_likeness;
    if (alike > best) {
      best = alike;
      found = &rule;
    }
  };
  for (const auto& each : index_->exact)
    consider(each.text, false, each.rule);
  for (const auto& each : index_->prefixes)
    consider(each.text, true, each.rule);
  for (const auto& each : index_->segments)
    consider(each.pattern.text(), each.pattern.open_ended(), each.rule);
  return found;
}

refusal_reason acl::denial(operation op, std::string_view path, const nlohmann::json* body,
                           std::optional<duration> wrap_ttl, bool needs_sudo) const {
  while (path.starts_with('/'))
    path.remove_prefix(1);
  const auto* found = deciding(path, is_listing(op));
  const auto needed = std::string{to_string(capability_for(op))};
  refusal_reason result;
  result.remedy =
      '`' + needed + (needs_sudo ? "` and `sudo" : "") + "` in a rule for " + std::string{path};
  if (found == nullptr) {
    result.kind = refusal_kind::no_rule;
    result.text = "no policy of it has a rule for this path";
    if (const auto over = expired_words(path); !over.empty()) {
      result.text += over;
    } else if (const auto* near = nearest_rule(path)) {
      result.text += "; the nearest is " + near->words();
      result.rule = *near->pattern;
      result.policy = list_of(near->policies(), " ");
    }
    result.missing = missing_;
    return result;
  }
  const auto& rule = *found;
  result.rule = *rule.pattern;
  result.policy = list_of(found->policies(), " ");
  const auto refuse = [&](refusal_kind kind, std::string text) {
    result.kind = kind;
    result.text = std::move(text);
    return result;
  };
  if (found->capabilities.contains(capability::deny)) {
    result.remedy = "another rule than the `deny` of " + rule.words();
    return refuse(refusal_kind::deny, rule.words() + " denies it");
  }
  if (op == operation::head || !found->capabilities.contains(capability_for(op))) {
    result.missing = missing_;
    return refuse(refusal_kind::capability,
                  rule.words() + " gives " + capability_words(found->capabilities) +
                      ", and this needs `" + needed + '`' + expired_words(path));
  }
  if (found->limits && !found->limits->admits_wrapping(wrap_ttl)) {
    const auto& limits = *found->limits;
    std::string bounds;
    if (limits.min_wrapping_ttl > duration::zero())
      bounds += " of at least " + ttl::readable_duration(limits.min_wrapping_ttl);
    if (limits.max_wrapping_ttl > duration::zero())
      bounds += std::string{bounds.empty() ? " of" : " and"} + " at most " +
                ttl::readable_duration(limits.max_wrapping_ttl);
    result.remedy = "a `wrap_ttl`" + bounds;
    return refuse(
        refusal_kind::wrapping,
        rule.words() + " wants a wrapping TTL" + bounds +
            (wrap_ttl ? ", not " + ttl::readable_duration(*wrap_ttl) : ", and none was asked for"));
  }
  if (found->limits && !is_listing(op)) {
    if (auto fault = found->limits->body_fault(body); !fault.empty()) {
      result.remedy = "other parameters, or other rules for them in " + rule.words();
      return refuse(refusal_kind::parameter, "by " + rule.words() + ' ' + fault);
    }
  }
  if (found->limits && is_listing(op) && !found->limits->page_limit(body)) {
    const auto most = std::to_string(found->limits->pagination_limit);
    result.remedy = "a `limit` of at most " + most;
    return refuse(refusal_kind::page, rule.words() + " lists at most " + most + " at a time");
  }
  return refuse(refusal_kind::sudo, rule.words() + " gives " +
                                        capability_words(found->capabilities) +
                                        ", and this path needs `sudo` too");
}

} // namespace lapse::policy
