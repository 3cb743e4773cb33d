#include "actors/policy/acl.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::policy;

namespace {

using segments = std::vector<std::string>;

segments split(const std::string& text) {
  segments out{""};
  for (auto ch : text)
    if (ch == '/')
      out.emplace_back();
    else
      out.back() += ch;
  return out;
}

// -- generators ---------------------------------------------------------------

// Few and similar segments, so that patterns meet.
std::string some_path() {
  std::string out;
  for (int n = *rc::gen::inRange(1, 5); n > 0; --n)
    out += (out.empty() ? "" : "/") + *rc::gen::element<std::string>("a", "b", "ab", "abc", "");
  return out;
}

path_rule some_rule() {
  path_rule rule;
  auto parts = split(some_path());
  auto pluses = *rc::gen::inRange(0, 3);
  for (auto& part : parts)
    if (pluses > 0 && *rc::gen::inRange(0, 2) == 0) {
      part = "+";
      rule.has_plus = parts.size() > 1 || part == "+";
    }
  for (const auto& part : parts)
    rule.pattern += (&part == &parts.front() ? "" : "/") + part;
  if (*rc::gen::arbitrary<bool>() && !rule.pattern.ends_with('+')) {
    if (rule.has_plus)
      rule.pattern += '*';
    rule.is_prefix = !rule.has_plus;
  }
  for (auto one : {capability::read, capability::list, capability::update, capability::sudo})
    if (*rc::gen::arbitrary<bool>())
      rule.capabilities |= one;
  if (*rc::gen::inRange(0, 8) == 0)
    rule.capabilities = capability::deny;
  return rule;
}

std::vector<lapse::policy::policy> some_policies() {
  std::vector<lapse::policy::policy> out(*rc::gen::inRange<std::size_t>(1, 4));
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].name = std::string{"p"} + std::to_string(i);
    for (int n = *rc::gen::inRange(0, 6); n > 0; --n)
      out[i].rules.push_back(some_rule());
  }
  return out;
}

acl compiled(const std::vector<lapse::policy::policy>& policies) {
  std::vector<const lapse::policy::policy*> list;
  for (const auto& one : policies)
    list.push_back(&one);
  return acl{list, false};
}

// -- reference ----------------------------------------------------------------

// Every pattern is tried and compared, word for word by.

std::string literal_part(const path_rule& rule) {
  return rule.has_plus && rule.pattern.ends_with('*')
             ? rule.pattern.substr(0, rule.pattern.size() - 1)
             : rule.pattern;
}

bool is_open(const path_rule& rule) {
  return rule.is_prefix || (rule.has_plus && rule.pattern.ends_with('*'));
}

bool matches(const path_rule& rule, const std::string& path) {
  if (!rule.has_plus)
    return rule.is_prefix ? path.starts_with(rule.pattern) : path == rule.pattern;
  auto wanted = split(literal_part(rule));
  auto given = split(path);
  if (given.size() < wanted.size() || (!is_open(rule) && given.size() != wanted.size()))
    return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto last_open = is_open(rule) && i + 1 == wanted.size();
    auto same = wanted[i] == "+" || wanted[i] == given[i];
    if (!same && !(last_open && given[i].starts_with(wanted[i])))
      return false;
  }
  return true;
}

std::ptrdiff_t pluses(const path_rule& rule) {
  auto parts = split(literal_part(rule));
  return std::count(parts.begin(), parts.end(), "+");
}

// True if `p` is better than `q`, both not exact.
bool better(const path_rule& p, const path_rule& q) {
  auto first = [](const path_rule& rule) {
    return rule.has_plus ? rule.pattern.find('+') : rule.pattern.size();
  };
  if (first(p) != first(q))
    return first(p) > first(q);
  if (is_open(p) != is_open(q))
    return !is_open(p);
  if (pluses(p) != pluses(q))
    return pluses(p) < pluses(q);
  if (literal_part(p).size() != literal_part(q).size())
    return literal_part(p).size() > literal_part(q).size();
  return literal_part(p) > literal_part(q);
}

bool same_pattern(const path_rule& lhs, const path_rule& rhs) {
  return lhs.pattern == rhs.pattern && lhs.is_prefix == rhs.is_prefix;
}

class reference {
public:
  explicit reference(const std::vector<lapse::policy::policy>& policies) {
    for (const auto& one : policies)
      rules_.insert(rules_.end(), one.rules.begin(), one.rules.end());
  }

  capability_set decide(std::string path, bool lists) const {
    auto shorter = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    const path_rule* found = best(path, true);
    if (!found && lists)
      found = best(shorter, true);
    if (!found)
      found = best(path, false);
    if (!found && lists)
      found = best(shorter, false);
    return found ? merged(*found) : capability_set{};
  }

private:
  const path_rule* best(const std::string& path, bool exact) const {
    const path_rule* found = nullptr;
    for (const auto& rule : rules_)
      if (exact == (!rule.is_prefix && !rule.has_plus) && matches(rule, path) &&
          (!found || better(rule, *found)))
        found = &rule;
    return found;
  }

  capability_set merged(const path_rule& pattern) const {
    capability_set out;
    for (const auto& rule : rules_)
      if (same_pattern(rule, pattern))
        out |= rule.capabilities;
    return out.contains(capability::deny) ? capability_set{capability::deny} : out;
  }

  std::vector<path_rule> rules_;
};

std::string shown(const std::vector<lapse::policy::policy>& policies) {
  std::ostringstream out;
  for (const auto& one : policies)
    for (const auto& rule : one.rules) {
      out << one.name << ": " << rule.pattern << (rule.is_prefix ? "*" : "");
      for (const auto& name : names(rule.capabilities))
        out << ' ' << name;
      out << '\n';
    }
  return out.str();
}

constexpr operation all_operations[] = {operation::read, operation::update, operation::list};

} // namespace

// -- properties ---------------------------------------------------------------

TEST_CASE("the ACL decides as a plain scan of all patterns does (R-902 to R-906)") {
  CHECK(rc::check([] {
    auto policies = some_policies();
    auto path = some_path();
    RC_LOG() << shown(policies) << path;
    auto fast = compiled(policies);
    reference slow{policies};
    for (auto op : all_operations) {
      auto wanted = slow.decide(path, op == operation::list);
      auto got = fast.check(op, path);
      RC_ASSERT(got.allowed == wanted.contains(capability_for(op)));
      RC_ASSERT(got.sudo == wanted.contains(capability::sudo));
    }
    auto listed = slow.decide(path, true);
    auto expected = listed.empty() ? std::vector<std::string>{"deny"} : names(listed);
    RC_ASSERT(fast.capabilities(path) == expected);
  }));
}

TEST_CASE("the order of policies and of their blocks does not matter (R-903)") {
  CHECK(rc::check([] {
    auto policies = some_policies();
    auto path = some_path();
    auto turned = policies;
    std::reverse(turned.begin(), turned.end());
    for (auto& one : turned)
      std::reverse(one.rules.begin(), one.rules.end());
    auto first = compiled(policies);
    auto second = compiled(turned);
    RC_ASSERT(first.capabilities(path) == second.capabilities(path));
    for (auto op : all_operations)
      RC_ASSERT(first.granted_by(op, path).policies == second.granted_by(op, path).policies);
  }));
}

TEST_CASE("an exact block decides alone, whatever else matches (R-905)") {
  CHECK(rc::check([] {
    auto policies = some_policies();
    path_rule exact;
    exact.pattern = some_path();
    exact.capabilities = capability::patch;
    for (auto& one : policies)
      std::erase_if(one.rules, [&](const path_rule& rule) { return same_pattern(rule, exact); });
    policies.front().rules.push_back(exact);
    RC_ASSERT(compiled(policies).capabilities(exact.pattern) == std::vector<std::string>{"patch"});
  }));
}

TEST_CASE("a deny for the same pattern takes everything away (R-903)") {
  CHECK(rc::check([] {
    auto policies = some_policies();
    lapse::policy::policy deny;
    deny.name = "deny";
    for (const auto& one : policies)
      for (auto rule : one.rules) {
        rule.capabilities = capability::deny;
        deny.rules.push_back(rule);
      }
    policies.push_back(deny);
    auto a = compiled(policies);
    auto path = some_path();
    RC_ASSERT(a.capabilities(path) == std::vector<std::string>{"deny"});
    for (auto op : all_operations) {
      RC_ASSERT(!a.check(op, path).allowed);
      RC_ASSERT(a.granted_by(op, path).policies.empty());
    }
  }));
}

TEST_CASE("what is allowed has a granting policy, and what is not has none (R-907)") {
  CHECK(rc::check([] {
    auto policies = some_policies();
    auto a = compiled(policies);
    auto path = some_path();
    for (auto op : all_operations)
      RC_ASSERT(a.check(op, path).allowed != a.granted_by(op, path).policies.empty());
  }));
}
