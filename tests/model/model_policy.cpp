#include "tests/model/model_policy.hpp"

#include "tests/model/model_durations.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace lapse::sequential {

using nlohmann::json;

namespace {

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out(1);
  for (char c : path)
    if (c == '/')
      out.emplace_back();
    else
      out.back() += c;
  return out;
}

bool has_plus(const std::string& pattern) {
  return pattern == "+" || pattern.starts_with("+/") || pattern.find("/+") != std::string::npos;
}

bool ends_in_star(const std::string& pattern) { return !pattern.empty() && pattern.back() == '*'; }

std::string without_star(const std::string& pattern) {
  return ends_in_star(pattern) ? pattern.substr(0, pattern.size() - 1) : pattern;
}

// A pattern with `+` segments: each stands for exactly one segment (R-902).
bool plus_matches(const std::string& pattern, const std::string& path) {
  auto wanted = segments(without_star(pattern));
  auto given = segments(path);
  bool prefix = ends_in_star(pattern);
  if (given.size() < wanted.size() || (!prefix && given.size() != wanted.size()))
    return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    bool last = i + 1 == wanted.size();
    if (wanted[i] == "+" || wanted[i] == given[i])
      continue;
    if (!(prefix && last && given[i].starts_with(wanted[i])))
      return false;
  }
  return true;
}

// The order of R-906; the greater one decides.
auto priority(const std::string& pattern) {
  auto bare = without_star(pattern);
  auto parts = segments(bare);
  auto plus = has_plus(pattern) ? bare.find('+') : bare.size();
  auto pluses = std::count(parts.begin(), parts.end(), "+");
  return std::tuple{plus, !ends_in_star(pattern), -pluses, bare.size(), bare};
}

bool lists(operation op) { return op == operation::list || op == operation::scan; }

std::string lower(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool value_in(const json& value, const std::vector<json>& values) {
  if (values.empty())
    return true;
  for (auto& v : values)
    if (v == value || (v.is_string() && value.is_string() &&
                       glob_matches(v.get<std::string>(), value.get<std::string>())))
      return true;
  return false;
}

// R-909.
bool parameters_pass(const path_rule& rule, const acl_question& q) {
  auto data = q.data.is_object() ? q.data : json::object();
  std::map<std::string, json> given;
  for (auto& [key, value] : data.items())
    given[lower(key)] = value;
  for (auto& name : rule.required)
    if (!given.contains(lower(name)))
      return false;
  if (given.empty())
    return true;
  if (rule.denied.contains("*"))
    return false;
  for (auto& [key, value] : given)
    if (auto at = rule.denied.find(key); at != rule.denied.end() && value_in(value, at->second))
      return false;
  if (rule.allowed.empty())
    return true;
  auto others = rule.allowed.find("*");
  for (auto& [key, value] : given) {
    auto at = rule.allowed.find(key);
    if (at == rule.allowed.end())
      at = others;
    if (at == rule.allowed.end() || !value_in(value, at->second))
      return false;
  }
  return true;
}

// R-910.
bool wrapping_passes(const path_rule& rule, const std::optional<duration>& wrap) {
  if (rule.max_wrapping.count() > 0 && (!wrap || *wrap > rule.max_wrapping))
    return false;
  return rule.min_wrapping.count() <= 0 || (wrap && *wrap >= rule.min_wrapping);
}

void merge_values(parameter_values& into, const parameter_values& from) {
  for (auto& [key, values] : from) {
    auto [at, fresh] = into.try_emplace(lower(key), values);
    if (fresh)
      continue;
    if (values.empty() || at->second.empty())
      at->second.clear();
    else
      at->second.insert(at->second.end(), values.begin(), values.end());
  }
}

} // namespace

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t mark = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      mark = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*')
    ++g;
  return g == glob.size();
}

std::vector<std::string> normal_policies(const std::vector<std::string>& names, bool add_default) {
  std::set<std::string> out;
  for (auto& name : names) {
    auto first = name.find_first_not_of(" \t\n");
    if (first == std::string::npos)
      continue;
    auto last = name.find_last_not_of(" \t\n");
    out.insert(lower(name.substr(first, last - first + 1)));
  }
  if (out.contains("root"))
    return {"root"};
  if (add_default)
    out.insert("default");
  return {out.begin(), out.end()};
}

void acl::add(const path_rule& rule) {
  auto [at, fresh] = rules_.try_emplace(rule.pattern);
  auto& merged = at->second;
  merged.pattern = rule.pattern;
  merged.capabilities.insert(rule.capabilities.begin(), rule.capabilities.end());
  merge_values(merged.allowed, rule.allowed);
  merge_values(merged.denied, rule.denied);
  merged.required.insert(rule.required.begin(), rule.required.end());
  auto smaller = [](duration& mine, duration theirs) {
    if (theirs.count() > 0 && (mine.count() == 0 || theirs < mine))
      mine = theirs;
  };
  smaller(merged.min_wrapping, rule.min_wrapping);
  smaller(merged.max_wrapping, rule.max_wrapping);
}

// R-906: the longest prefix pattern and every `+` pattern compete.
const path_rule* acl::best_pattern(const std::string& path) const {
  const path_rule* prefix = nullptr;
  for (auto& [pattern, rule] : rules_)
    if (!has_plus(pattern) && ends_in_star(pattern) && path.starts_with(without_star(pattern)))
      if (!prefix || pattern.size() > prefix->pattern.size())
        prefix = &rule;
  auto best = prefix;
  for (auto& [pattern, rule] : rules_)
    if (has_plus(pattern) && plus_matches(pattern, path))
      if (!best || priority(pattern) > priority(best->pattern))
        best = &rule;
  return best;
}

// R-905.
const path_rule* acl::deciding(operation op, const std::string& path) const {
  auto exact = [&](const std::string& p) -> const path_rule* {
    auto at = rules_.find(p);
    return at != rules_.end() && !has_plus(p) && !ends_in_star(p) ? &at->second : nullptr;
  };
  bool shortened = lists(op) && path.ends_with('/');
  auto shorter = shortened ? path.substr(0, path.size() - 1) : path;
  if (auto found = exact(path))
    return found;
  if (auto found = shortened ? exact(shorter) : nullptr)
    return found;
  if (auto found = best_pattern(path))
    return found;
  return shortened ? best_pattern(shorter) : nullptr;
}

bool acl::allows(const acl_question& q) const {
  if (root_)
    return true;
  auto grants = [&](const path_rule& rule) {
    auto& caps = rule.capabilities;
    if (caps.contains("deny") || !caps.contains(std::string(to_string(q.op))))
      return false;
    if (q.needs_sudo && !caps.contains("sudo"))
      return false;
    if (!wrapping_passes(rule, q.wrap_ttl))
      return false;
    bool checked = q.op == operation::read || q.op == operation::update ||
                   q.op == operation::create || q.op == operation::patch;
    return !checked || parameters_pass(rule, q);
  };
  if (any_match_)
    for (auto& [pattern, rule] : rules_)
      if (ends_in_star(pattern) && q.path.starts_with(without_star(pattern)) && grants(rule))
        return true;
  auto rule = deciding(q.op, q.path);
  return rule && grants(*rule);
}

bool acl::sudo(const std::string& path) const {
  if (root_)
    return true;
  auto rule = deciding(operation::read, path);
  return rule && rule->capabilities.contains("sudo") && !rule->capabilities.contains("deny");
}

std::vector<std::string> acl::capabilities(const std::string& path) const {
  if (root_)
    return {"root"};
  auto rule = deciding(operation::list, path);
  if (!rule || rule->capabilities.empty() || rule->capabilities.contains("deny"))
    return {"deny"};
  return {rule->capabilities.begin(), rule->capabilities.end()};
}

bool is_sudo_path(std::string_view path) {
  static constexpr std::string_view whole[] = {
      "sys/remount", "sys/audit",       "sys/raw",
      "sys/rotate",  "sys/config/cors", "sys/leases",
      "sys/seal",    "sys/step-down",   "sys/config/state/sanitized"};
  static constexpr std::string_view beginnings[] = {"auth/token/accessors",
                                                    "auth/token/revoke-orphan/",
                                                    "sys/auth/",
                                                    "sys/audit/",
                                                    "sys/raw/",
                                                    "sys/rotate/",
                                                    "sys/config/auditing/",
                                                    "sys/config/ui/headers/",
                                                    "sys/plugins/catalog/",
                                                    "sys/leases/lookup/",
                                                    "sys/leases/revoke-prefix/",
                                                    "sys/leases/revoke-force/",
                                                    "sys/internal/inspect/"};
  for (auto p : whole)
    if (path == p)
      return true;
  for (auto p : beginnings)
    if (path.starts_with(p))
      return true;
  return false;
}

std::string default_policy_text() {
  return R"(
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
path "sys/capabilities-self" { capabilities = ["update"] }
path "identity/entity/id/{{identity.entity.id}}" { capabilities = ["read"] }
path "identity/entity/name/{{identity.entity.name}}" { capabilities = ["read"] }
path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }
path "sys/leases/renew" { capabilities = ["update"] }
path "sys/leases/lookup" { capabilities = ["update"] }
path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "sys/wrapping/wrap" { capabilities = ["update"] }
path "sys/wrapping/lookup" { capabilities = ["update"] }
path "sys/wrapping/unwrap" { capabilities = ["update"] }
path "sys/tools/hash" { capabilities = ["update"] }
path "sys/tools/hash/*" { capabilities = ["update"] }
path "identity/oidc/provider/+/authorize" { capabilities = ["read", "update"] }
)";
}

std::string wrapping_policy_text() {
  return R"(
path "cubbyhole/response" { capabilities = ["create", "read"] }
path "sys/wrapping/unwrap" { capabilities = ["update"] }
)";
}

} // namespace lapse::sequential
