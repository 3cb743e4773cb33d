#pragma once

#include <string>
#include <vector>

namespace lapse::language {

/// How a scenario file is read, beside its text.
struct load_options {
  /// `KEY=VALUE` texts of `--set`, applied in order. A key is a path of names and list indices
  /// (from 0) joined by dots: `auth.userpass.users.amy.token_ttl`, `steps.0.ttl`. Names may have
  /// dots and slashes in them; the final `/` of a mount may be left out.
  std::vector<std::string> overrides;
  /// Folder that `policies: { file: … }` is relative to; empty: the working directory.
  std::string folder;
  /// Known ids of built-in rules for `rules:`; empty: any id of the right form is taken.
  std::vector<std::string> rule_ids;
};

} // namespace lapse::language
