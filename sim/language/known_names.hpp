#pragma once

#include "sim/document/node.hpp"
#include "sim/language/counters.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::language {

/// A mount the file sets up or enables, and the users or roles it is ever given.
struct known_mount {
  /// Empty where a step enables it with a type this file does not spell out.
  std::string type;
  std::set<std::string, std::less<>> names;
  /// Names with counters, written by steps of repeats.
  std::vector<plan::counted_text> counted;
  /// Passwords of userpass users and role ids of approle roles that differ from the default.
  std::map<std::string, std::string, std::less<>> secrets;

  [[nodiscard]] bool knows(std::string_view name) const;
};

/// Mounts, roles and policies of a whole file, whether set up at the top level or written by a
/// step: what steps may speak of. Paths have no final `/`.
struct known_names {
  std::map<std::string, known_mount, std::less<>> auth;
  std::map<std::string, known_mount, std::less<>> secrets;
  known_mount token_roles;
  std::set<std::string, std::less<>> policies{"root", "default"};
  /// A step enables or writes what counters name: such paths cannot be judged before the run.
  std::vector<plan::counted_text> counted_auth;
  std::vector<plan::counted_text> counted_secrets;

  /// The mount that `path` lies in: the longest that it begins with; its own path gets into
  /// `mount`. Null pointer if there is none.
  [[nodiscard]] const known_mount* find_auth(std::string_view path, std::string_view& mount) const;
  [[nodiscard]] const known_mount* find_secrets(std::string_view path,
                                                std::string_view& mount) const;
};

/// Reads them off the tree of a scenario.
[[nodiscard]] known_names collect_names(const document::document_node& scenario);

/// Whether a raw request to the path makes a mount known.
[[nodiscard]] bool may_mount(std::string_view path) noexcept;

/// A mount path without final and first `/`.
[[nodiscard]] std::string_view trimmed_mount(std::string_view path);

} // namespace lapse::language
