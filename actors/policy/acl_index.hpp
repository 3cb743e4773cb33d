#pragma once

// How an ACL is kept: included by its own sources alone.

#include "actors/policy/acl.hpp"
#include "actors/policy/parameters.hpp"
#include "actors/policy/pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::policy {

// -- the compiled form --------------------------------------------------------

/// All blocks of one pattern, merged.
struct acl::entry {
  /// As policies have it; never null.
  shared_text pattern;
  capability_set capabilities;
  /// Null if there is nothing to check, the usual case.
  std::unique_ptr<request_limits> limits;
  /// Whose blocks these are, and what each grants, for the audit log.
  std::vector<std::pair<std::string, capability_set>> grants;

  void merge(const std::string& policy_name, const path_rule& rule, request_limits& merged) {
    capabilities |= rule.capabilities;
    grants.emplace_back(policy_name, rule.capabilities);
    merged.merge(rule);
  }

  void finish(request_limits merged);

  /// The policies that have a block of this pattern, in their order.
  [[nodiscard]] std::vector<std::string> policies() const;

  /// For whoever looks for it: "`kv/*` of policy `web`".
  [[nodiscard]] std::string words() const;
};

/// A rule whose time is over.
struct acl::expired_rule {
  written_pattern pattern;
  std::string policy;
  std::int64_t at_unix_s;

  [[nodiscard]] bool matches(std::string_view path) const {
    if (pattern.has_plus)
      return segment_pattern{pattern.text}.matches(path);
    return pattern.is_prefix ? path.starts_with(pattern.text) : path == pattern.text;
  }

  [[nodiscard]] std::string words() const;
};

struct acl::index {
  static constexpr std::uint32_t none = UINT32_MAX;

  struct literal {
    std::string text;
    entry rule;
    /// Prefixes only: the longest other prefix that this one starts with.
    std::uint32_t parent = none;
  };

  struct segmented {
    segment_pattern pattern;
    entry rule;
  };

  /// In byte order of their text.
  std::vector<literal> exact;
  std::vector<literal> prefixes;
  /// The most specific first.
  std::vector<segmented> segments;
  /// Open addressing over `exact`; its size is a power of two.
  std::vector<std::uint32_t> slots;

  void finish() {
    link_prefixes();
    fill_slots();
    std::sort(segments.begin(), segments.end(), [](const segmented& lhs, const segmented& rhs) {
      return priority_of(rhs.pattern) < priority_of(lhs.pattern);
    });
  }

  // In byte order, a prefix of a text stands before it, with only texts between that it starts.
  void link_prefixes() {
    for (std::uint32_t i = 1; i < prefixes.size(); ++i) {
      auto parent = i - 1;
      while (parent != none && !prefixes[i].text.starts_with(prefixes[parent].text))
        parent = prefixes[parent].parent;
      prefixes[i].parent = parent;
    }
  }

  [[nodiscard]] std::size_t slot_of(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text) & (slots.size() - 1);
  }

  void fill_slots() {
    std::size_t size = 4;
    while (size < exact.size() * 2)
      size *= 2;
    slots.assign(size, none);
    for (std::uint32_t i = 0; i < exact.size(); ++i) {
      auto slot = slot_of(exact[i].text);
      while (slots[slot] != none)
        slot = (slot + 1) & (size - 1);
      slots[slot] = i;
    }
  }

  [[nodiscard]] const entry* find_exact(std::string_view path) const noexcept {
    if (exact.empty())
      return nullptr;
    for (auto slot = slot_of(path); slots[slot] != none; slot = (slot + 1) & (slots.size() - 1))
      if (const auto& candidate = exact[slots[slot]]; candidate.text == path)
        return &candidate.rule;
    return nullptr;
  }

  [[nodiscard]] const literal* longest_prefix(std::string_view path) const noexcept {
    auto after = std::upper_bound(
        prefixes.begin(), prefixes.end(), path,
        [](std::string_view text, const literal& prefix) { return text < prefix.text; });
    if (after == prefixes.begin())
      return nullptr;
    for (auto i = static_cast<std::uint32_t>(after - prefixes.begin() - 1); i != none;
         i = prefixes[i].parent)
      if (path.starts_with(prefixes[i].text))
        return &prefixes[i];
    return nullptr;
  }

  [[nodiscard]] const entry* find_inexact(std::string_view path) const noexcept {
    const auto* prefix = longest_prefix(path);
    for (const auto& candidate : segments) {
      if (prefix && priority_of(candidate.pattern) < priority_of_prefix(prefix->text))
        break;
      if (candidate.pattern.matches(path))
        return &candidate.rule;
    }
    return prefix ? &prefix->rule : nullptr;
  }
};

} // namespace lapse::policy
