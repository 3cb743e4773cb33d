#pragma once

#include "actors/protocol/operation.hpp"
#include "actors/protocol/time.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapse::sequential {

/// Values a parameter may or may not have; empty: any value.
using parameter_values = std::map<std::string, std::vector<nlohmann::json>>;

/// One `path` block of a policy, or several of one pattern merged.
struct path_rule {
  /// As written, without a leading `/`.
  std::string pattern;
  std::set<std::string> capabilities;
  parameter_values allowed;
  parameter_values denied;
  std::set<std::string> required;
  duration min_wrapping{0};
  duration max_wrapping{0};
  /// Unix seconds after which the block is skipped.
  std::optional<std::int64_t> expiration_unix_s;
};

/// The blocks of a policy's text, or the server's error without its prefix (R-1716).
[[nodiscard]] std::variant<std::vector<path_rule>, std::string> policy_from(std::string_view text);

/// Texts of the policies every server has.
[[nodiscard]] std::string default_policy_text();
[[nodiscard]] std::string wrapping_policy_text();

/// What an ACL is asked.
struct acl_question {
  operation op = operation::read;
  std::string path;
  nlohmann::json data;
  std::optional<duration> wrap_ttl;
  bool needs_sudo = false;
};

/// The ACL of one request: the blocks of all of a token's policies.
class acl {
public:
  /// `any_match` plants a fault: every matching pattern decides, not the best one.
  explicit acl(bool root, bool any_match = false) : root_(root), any_match_(any_match) {}

  void add(const path_rule& rule);

  [[nodiscard]] bool allows(const acl_question& q) const;
  [[nodiscard]] bool sudo(const std::string& path) const;
  /// Sorted; `root` alone for root, `deny` alone for nothing.
  [[nodiscard]] std::vector<std::string> capabilities(const std::string& path) const;

private:
  [[nodiscard]] const path_rule* deciding(operation op, const std::string& path) const;
  [[nodiscard]] const path_rule* best_pattern(const std::string& path) const;

  bool root_;
  bool any_match_;
  /// By pattern.
  std::map<std::string, path_rule> rules_;
};

/// Paths that need sudo beside the verb.
[[nodiscard]] bool is_sudo_path(std::string_view path);

/// Lower-cased, trimmed, without empty ones and doubles, sorted; `root` alone if it is there
///
[[nodiscard]] std::vector<std::string> normal_policies(const std::vector<std::string>& names,
                                                       bool add_default);

/// `*` stands for any text.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view text);

} // namespace lapse::sequential
