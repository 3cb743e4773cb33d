#include "actors/policy/acl.hpp"

#include "actors/policy/acl_index.hpp"
#include "actors/policy/template.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace lapse::policy {

namespace {

bool reads_parameters(operation op) noexcept {
  return op == operation::read || op == operation::update || op == operation::create ||
         op == operation::patch;
}

} // namespace

// A `deny` leaves nothing else, whatever came before or after it.
void acl::entry::finish(request_limits merged) {
  if (capabilities.contains(capability::deny)) {
    capabilities = capability::deny;
  } else if (!merged.empty()) {
    limits = std::make_unique<request_limits>(std::move(merged));
  }
}

std::vector<std::string> acl::entry::policies() const {
  std::vector<std::string> result;
  for (const auto& [name, granted] : grants)
    if (result.empty() || result.back() != name)
      result.push_back(name);
  return result;
}

// -- constructors, destructors ------------------------------------------------

/// Collects the blocks of one pattern after the other, whatever order the policies come in.
struct acl::builder {
  // In byte order of the patterns, so that the compiled form needs no sorting.
  using merge_map = std::map<std::string, std::pair<entry, request_limits>>;

  /// As it is for one caller. None: a template has no value for it.
  static std::optional<written_pattern> pattern_of(const policy& of, const path_rule& rule,
                                                   const template_values& values) {
    if (!rule.is_templated)
      return written_pattern{rule.pattern, rule.is_prefix, rule.has_plus};
    // A value that widened the pattern must have been allowed to.
    std::string blocked = of.allow_slashes ? "" : "/";
    if (!of.allow_wildcards)
      blocked += "*+";
    auto filled = fill_template(rule.pattern + (rule.is_prefix ? "*" : ""), values, blocked);
    return filled ? std::optional{written_pattern{std::move(*filled)}} : std::nullopt;
  }

  void add(const std::string& policy_name, const path_rule& rule, const written_pattern& pattern) {
    auto& into = pattern.has_plus ? segments : pattern.is_prefix ? prefixes : exact;
    auto& [merged, limits] = into[pattern.text];
    if (!merged.pattern)
      merged.pattern =
          std::make_shared<const std::string>(pattern.text + (pattern.is_prefix ? "*" : ""));
    merged.merge(policy_name, rule, limits);
  }

  [[nodiscard]] std::unique_ptr<const index> finish() {
    auto out = std::make_unique<index>();
    for (auto& [pattern, merged] : exact)
      out->exact.push_back({pattern, finished(merged)});
    for (auto& [pattern, merged] : prefixes)
      out->prefixes.push_back({pattern, finished(merged)});
    for (auto& [pattern, merged] : segments)
      out->segments.push_back({segment_pattern{pattern}, finished(merged)});
    out->finish();
    return out;
  }

  static entry finished(merge_map::mapped_type& merged) {
    merged.first.finish(std::move(merged.second));
    return std::move(merged.first);
  }

  merge_map exact;
  merge_map prefixes;
  merge_map segments;
};

acl::acl() : acl(std::span<const policy* const>{}, false) {
  // nop
}

acl::acl(std::span<const policy* const> policies, bool root, const template_values& values,
         std::int64_t now_unix_seconds, std::vector<missing_policy> missing)
  : missing_(std::move(missing)), root_(root) {
  builder all;
  for (const auto* one : policies) {
    if (!one)
      continue;
    const auto is_over = [&](const path_rule& rule) {
      auto pattern = builder::pattern_of(*one, rule, values);
      if (pattern)
        expired_.push_back({std::move(*pattern), one->name, *rule.expiration});
    };
    for (const auto& rule : one->expired)
      is_over(rule);
    for (const auto& rule : one->rules) {
      if (rule.expiration && *rule.expiration < now_unix_seconds) {
        is_over(rule);
        continue;
      }
      if (rule.expiration && *rule.expiration < INT64_MAX)
        // The second named is the last one that counts.
        expires_ = std::min(expires_.value_or(INT64_MAX), *rule.expiration + 1);
      if (auto pattern = builder::pattern_of(*one, rule, values))
        all.add(one->name, rule, *pattern);
    }
  }
  index_ = all.finish();
}

acl::acl(acl&&) noexcept = default;

acl& acl::operator=(acl&&) noexcept = default;

acl::~acl() = default;

// -- questions ----------------------------------------------------------------

// The search order of R-905.
const acl::entry* acl::deciding(std::string_view path, bool lists) const noexcept {
  while (path.starts_with('/'))
    path.remove_prefix(1);
  auto shorter = path;
  auto has_slash = lists && path.ends_with('/');
  if (has_slash)
    shorter.remove_suffix(1);
  auto* found = index_->find_exact(path);
  if (!found && has_slash)
    found = index_->find_exact(shorter);
  if (!found)
    found = index_->find_inexact(path);
  if (!found && has_slash)
    found = index_->find_inexact(shorter);
  return found;
}

acl::decision acl::check(operation op, std::string_view path, const nlohmann::json* body,
                         std::optional<duration> wrap_ttl) const {
  // any policy lets one ask for help, on paths of `sudo` too.
  if (root_ || op == operation::help)
    return {true, true, {}};
  const auto* found = deciding(path, is_listing(op));
  if (!found || op == operation::head)
    return {};
  //
  decision result{found->capabilities.contains(capability_for(op)),
                  found->capabilities.contains(capability::sudo),
                  {}};
  if (result.allowed && found->limits)
    result.allowed = found->limits->admits_wrapping(wrap_ttl) &&
                     (!reads_parameters(op) || found->limits->admits_body(body));
  if (result.allowed && is_listing(op)) {
    static const request_limits none;
    auto page = (found->limits ? *found->limits : none).page_limit(body);
    result.allowed = page.has_value();
    if (page)
      result.limit = std::move(*page);
  }
  return result;
}

bool acl::sudo(operation op, std::string_view path) const {
  const auto* found = root_ ? nullptr : deciding(path, is_listing(op));
  return root_ || (found && found->capabilities.contains(capability::sudo));
}

acl::grant acl::granted_by(operation op, std::string_view path) const {
  if (root_)
    return {{"root"}, nullptr};
  const auto* found = deciding(path, is_listing(op));
  if (found == nullptr || found->capabilities.contains(capability::deny))
    return {};
  grant out{{}, found->pattern};
  for (const auto& [name, granted] : found->grants)
    if (granted.contains(capability_for(op)))
      out.policies.push_back(name);
  std::sort(out.policies.begin(), out.policies.end());
  out.policies.erase(std::unique(out.policies.begin(), out.policies.end()), out.policies.end());
  return out;
}

std::vector<std::string> acl::capabilities(std::string_view path) const {
  if (root_)
    return {"root"};
  // Asked as a list operation, so the fallbacks of R-905 apply.
  const auto* found = deciding(path, true);
  if (!found || found->capabilities.empty() || found->capabilities.contains(capability::deny))
    return {"deny"};
  return names(found->capabilities);
}

namespace {

bool gives_something(capability_set granted) {
  return !granted.empty() && !granted.contains(capability::deny);
}

/// Whether the segments of a mount's path are those that `pattern` begins with.
bool begins_with(const segment_pattern& pattern, std::string_view mount) {
  std::string_view left = pattern.text();
  bool more = true;
  while (!mount.empty()) {
    if (!more)
      return false;
    const auto name = mount.substr(0, mount.find('/'));
    mount.remove_prefix(name.size() + 1);
    const auto end = left.find('/');
    const auto part = left.substr(0, end);
    more = end != std::string_view::npos;
    left = more ? left.substr(end + 1) : std::string_view{};
    const bool cut_off = !more && pattern.open_ended() && name.starts_with(part);
    if (part != "+" && part != name && !cut_off)
      return false;
  }
  return true;
}

} // namespace

bool acl::opens(std::string_view path) const {
  if (capabilities(path).front() != "deny")
    return true;
  const auto below = [&](const index::literal& literal) {
    return literal.text.starts_with(path) && gives_something(literal.rule.capabilities);
  };
  return std::any_of(index_->exact.begin(), index_->exact.end(), below) ||
         std::any_of(index_->prefixes.begin(), index_->prefixes.end(), below) ||
         std::any_of(
             index_->segments.begin(), index_->segments.end(), [&](const index::segmented& each) {
               return gives_something(each.rule.capabilities) && begins_with(each.pattern, path);
             });
}

namespace {

nlohmann::json limits_shown(const request_limits& limits) {
  auto result = nlohmann::json::object();
  const auto show = [&](const char* name, nlohmann::json value) {
    if (value != 0 && !value.empty())
      result[name] = std::move(value);
  };
  constexpr auto second = std::chrono::seconds{1};
  show("min_wrapping_ttl", limits.min_wrapping_ttl / second);
  show("max_wrapping_ttl", limits.max_wrapping_ttl / second);
  show("allowed_parameters", limits.allowed_parameters);
  show("denied_parameters", limits.denied_parameters);
  show("required_parameters", limits.required_parameters);
  return result;
}

} // namespace

nlohmann::json acl::overview() const {
  nlohmann::json result = {{"root", root_}};
  if (root_)
    return result;
  // The server's order.
  static constexpr capability all[] = {capability::create, capability::delete_, capability::list,
                                       capability::read,   capability::sudo,    capability::update,
                                       capability::patch,  capability::scan};
  const auto show = [](const std::vector<index::literal>& literals) {
    auto shown = nlohmann::json::object();
    for (const auto& each : literals) {
      auto names = nlohmann::json::array();
      for (const auto one : all)
        if (each.rule.capabilities.contains(one))
          names.push_back(to_string(one));
      if (names.empty() || each.rule.capabilities.contains(capability::deny))
        names = {"deny"};
      shown[each.text] = {{"capabilities", std::move(names)}};
      if (each.rule.limits)
        shown[each.text].update(limits_shown(*each.rule.limits));
    }
    return shown;
  };
  result["exact_paths"] = show(index_->exact);
  result["glob_paths"] = show(index_->prefixes);
  return result;
}

} // namespace lapse::policy
