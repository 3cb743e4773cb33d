#include "actors/policy/policy_store.hpp"

#include "actors/policy/builtin.hpp"
#include "actors/policy/parse.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

namespace lapse::policy {

namespace {

/// Results are kept for this many inputs, per thread.
constexpr std::size_t kept_max = 64;
constexpr std::size_t kept_bytes_max = 16'384;

using parsed_policy = std::variant<std::shared_ptr<const policy>, std::string>;

parsed_policy parse_now(const std::string& name, std::string_view text, std::int64_t now_s) {
  auto parsed = parse_policy(name, text, now_s);
  if (auto* error = std::get_if<std::string>(&parsed))
    return std::move(*error);
  return std::make_shared<const policy>(std::move(std::get<policy>(parsed)));
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

policy_store::policy_store() {
  (void)write("default", default_policy_text(), instant{0}, 0);
  stored wrapping;
  wrapping.text = response_wrapping_policy_text();
  wrapping.compiled =
      std::get<std::shared_ptr<const policy>>(parse_once("response-wrapping", wrapping.text, 0));
  policies_.emplace("response-wrapping", std::move(wrapping));
}

std::optional<std::string> policy_store::write(const std::string& name, std::string_view text,
                                               instant now, std::int64_t start_unix_s) {
  if (name == "root" || name == "response-wrapping")
    return "cannot update \"" + name + "\" policy";
  if (text.empty())
    return "'policy' parameter not supplied or empty";
  auto now_s = start_unix_s + std::chrono::floor<std::chrono::seconds>(now).count();
  auto parsed = parse_once(name, text, now_s);
  if (auto* error = std::get_if<std::string>(&parsed))
    return "failed to parse policy: " + *error;
  auto& entry = policies_[name];
  entry.version = entry.compiled ? entry.version + 1 : 1;
  entry.text = text;
  entry.modified = now;
  entry.compiled = std::get<std::shared_ptr<const policy>>(std::move(parsed));
  ++version_;
  acls_.clear();
  return std::nullopt;
}

std::optional<std::string> policy_store::remove(std::string_view name) {
  if (name == "default")
    return "cannot delete default policy";
  if (name == "root" || name == "response-wrapping")
    return "cannot delete \"" + std::string{name} + "\" policy";
  if (auto i = policies_.find(name); i != policies_.end()) {
    policies_.erase(i);
    ++version_;
    acls_.clear();
  }
  return std::nullopt;
}

const policy_store::stored* policy_store::find(std::string_view name) const {
  auto i = policies_.find(name);
  return i == policies_.end() ? nullptr : &i->second;
}

std::vector<std::string> policy_store::names() const {
  std::vector<std::string> result;
  for (const auto& [name, entry] : policies_)
    if (name != "response-wrapping")
      result.push_back(name);
  result.insert(std::lower_bound(result.begin(), result.end(), "root"), "root");
  return result;
}

std::shared_ptr<const acl> policy_store::acl_of(const std::vector<std::string>& policies,
                                                const template_values& entity,
                                                std::int64_t now_unix_s) {
  auto key = policies;
  // A name may not hold a line break in any other place, so this can't be mistaken for a policy.
  key.push_back("\n" + entity.entity_id);
  if (auto i = acls_.find(key); i != acls_.end()) {
    auto until = i->second->expires();
    if (!until || now_unix_s < *until)
      return i->second;
  }
  auto root = false;
  std::vector<const policy*> compiled;
  for (const auto& name : policies) {
    root = root || name == "root";
    if (auto* entry = find(name))
      compiled.push_back(entry->compiled.get());
  }
  auto made = std::make_shared<const acl>(compiled, root, entity, now_unix_s);
  // Every token of a hostile scenario may have policies of its own: keep the memo bounded.
  if (acls_.size() > 4096)
    acls_.clear();
  acls_[std::move(key)] = made;
  return made;
}

} // namespace lapse::policy
