#include "actors/policy/policy_store.hpp"

#include "actors/policy/builtin.hpp"
#include "actors/policy/parse.hpp"
#include "actors/protocol/base64.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

namespace lapse::policy {

namespace {

/// Results are kept for this many inputs, per thread.
constexpr std::size_t kept_max = 64;
constexpr std::size_t kept_bytes_max = 16'384;

using parsed_policy = tl::expected<std::shared_ptr<const policy>, std::string>;

parsed_policy parse_now(const std::string& name, std::string_view text, std::int64_t now_s) {
  auto read = read_policy(name, text, now_s);
  if (!read)
    return tl::unexpected{std::move(read.error().text)};
  return std::make_shared<const policy>(std::move(*read));
}

tl::unexpected<std::string> refused(std::string why) {
  return tl::unexpected<std::string>{std::move(why)};
}

/// Whether a policy can be neither written nor deleted.
bool is_fixed(std::string_view name) noexcept {
  return name == "root" || name == "response-wrapping";
}

/// A search runs the same set-up thousands of times, and a text means the same each time.
parsed_policy parse_once(const std::string& name, std::string_view text, std::int64_t now_s) {
  if (text.size() > kept_bytes_max)
    return parse_now(name, text, now_s);
  using input = std::tuple<std::string, std::string, std::int64_t>;
  thread_local std::map<input, parsed_policy> kept;
  input key{name, text, now_s};
  if (auto i = kept.find(key); i != kept.end())
    return i->second;
  if (kept.size() >= kept_max)
    kept.clear();
  return kept.emplace(std::move(key), parse_now(name, text, now_s)).first->second;
}

} // namespace

policy_store::policy_store(std::int64_t start_unix_s) : start_unix_s_(start_unix_s) {
  for (const auto& [name, text] :
       {std::pair{"default", default_policy_text()},
        std::pair{"response-wrapping", response_wrapping_policy_text()}}) {
    stored one;
    one.written.name = name;
    one.written.text = text;
    one.version = 1;
    one.modified = {start_unix_s, 0};
    one.compiled = parse_once(name, one.written.text, 0).value();
    policies_.emplace(name, std::move(one));
  }
}

// In the order of the server's checks.
tl::expected<void, std::string> policy_store::write(policy_write what, unix_time now) {
  if (what.text.empty())
    return refused("'policy' parameter not supplied or empty");
  if (what.expiration && *what.expiration <= now)
    return refused("refusing to update policy as expiration time has already elapsed");
  auto parsed = parse_once(what.name, what.text, now.seconds);
  if (!parsed)
    return refused("failed to parse policy: " + parsed.error());
  if (is_fixed(what.name))
    return refused("cannot update \"" + what.name + "\" policy");
  const auto i = policies_.find(what.name);
  const auto version = i == policies_.end() ? 0 : i->second.version;
  //
  if (!what.cas && (what.cas_required || (version > 0 && i->second.written.cas_required)))
    return refused("check-and-set parameter required for this call");
  if (what.cas && *what.cas == -1 && version > 0)
    return refused("check-and-set parameter set to -1 on existing entry");
  if (what.cas && *what.cas != -1 && *what.cas != version)
    return refused("check-and-set parameter did not match the current version");
  stored entry;
  entry.version = version + 1;
  entry.modified = now;
  entry.compiled = std::move(*parsed);
  if (what.allow_slashes || what.allow_wildcards) {
    auto freer = std::make_shared<policy>(*entry.compiled);
    freer->allow_slashes = what.allow_slashes;
    freer->allow_wildcards = what.allow_wildcards;
    entry.compiled = std::move(freer);
  }
  if (auto decoded = decode_base64(what.text))
    what.text = std::move(*decoded);
  entry.written = std::move(what);
  policies_[entry.written.name] = std::move(entry);
  changed(now);
  return {};
}

tl::expected<void, std::string> policy_store::remove(std::string_view name, unix_time now) {
  if (is_fixed(name))
    return refused("cannot delete \"" + std::string{name} + "\" policy");
  if (name == "default")
    return refused("cannot delete default policy");
  if (const auto i = policies_.find(name); i != policies_.end()) {
    went(i->first, now, false);
    policies_.erase(i);
    changed(now);
  }
  return {};
}

// A server finds a policy in its cache, whose keys are cleaned paths: `lim/` is `lim` (R-1715).
const policy_store::stored* policy_store::find(std::string_view name, unix_time now) {
  while (name.ends_with('/'))
    name.remove_suffix(1);
  const auto i = policies_.find(name);
  if (i == policies_.end())
    return nullptr;
  if (!i->second.expired(now))
    return &i->second;
  went(i->first, *i->second.written.expiration, true);
  policies_.erase(i);
  changed(now);
  return nullptr;
}

std::vector<std::string> policy_store::names(std::string_view prefix) const {
  std::vector<std::string> result;
  for (auto i = policies_.lower_bound(prefix);
       i != policies_.end() && std::string_view{i->first}.starts_with(prefix); ++i)
    if (i->first != "response-wrapping")
      result.push_back(i->first);
  if (prefix.empty())
    result.insert(std::lower_bound(result.begin(), result.end(), "root"), "root");
  return result;
}

void policy_store::changed(unix_time now) {
  ++version_;
  acls_.clear();
  next_expiration_.reset();
  for (const auto& [name, entry] : policies_)
    if (const auto& at = entry.written.expiration;
        at && !entry.expired(now) && (!next_expiration_ || *at < *next_expiration_))
      next_expiration_ = at;
}

void policy_store::went(const std::string& name, unix_time at, bool expired) {
  constexpr std::size_t gone_max = 4096;
  if (gone_.size() >= gone_max)
    gone_.clear();
  const auto since =
      std::chrono::seconds{at.seconds - start_unix_s_} + std::chrono::nanoseconds{at.nanoseconds};
  gone_[name] = {name, since, expired};
}

missing_policy policy_store::missing(const std::string& name) const {
  const auto i = gone_.find(name);
  return i == gone_.end() ? missing_policy{name} : i->second;
}

std::uint64_t policy_store::version(unix_time now) {
  // What has expired stays until somebody asks for it, but no ACL may hold it any more.
  if (next_expiration_ && *next_expiration_ < now)
    changed(now);
  return version_;
}

std::shared_ptr<const acl> policy_store::acl_of(std::vector<std::string> policies,
                                                std::string_view identity,
                                                const std::function<template_values()>& values,
                                                unix_time now) {
  auto key = std::move(policies);
  // Names are trimmed, so that none begins with a line break.
  key.push_back("\n" + std::string{identity});
  if (const auto i = acls_.find(key); i != acls_.end()) {
    const auto until = i->second->expires();
    if (!until || now.seconds < *until)
      return i->second;
  }
  auto root = false;
  std::vector<const policy*> compiled;
  std::vector<missing_policy> missing_ones;
  for (const auto& name : std::span{key}.first(key.size() - 1)) {
    root = root || name == "root";
    if (const auto* entry = find(name, now))
      compiled.push_back(entry->compiled.get());
    else if (name != "root")
      missing_ones.push_back(missing(name));
  }
  auto made =
      std::make_shared<const acl>(compiled, root, values(), now.seconds, std::move(missing_ones));
  // Every token of a hostile scenario may have policies of its own: keep the memo bounded.
  if (acls_.size() > 4096)
    acls_.clear();
  acls_[std::move(key)] = made;
  return made;
}

} // namespace lapse::policy
