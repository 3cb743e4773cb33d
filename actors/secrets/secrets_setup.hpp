#pragma once

#include "actors/runtime/setup_key.hpp"

#include <string_view>
#include <vector>

namespace lapse::secrets {

/// What scenario files have to know of a kind of secrets engine. It stands beside the engine.
struct secrets_setup {
  /// Parameters of a role, at `roles/NAME`; none: the engine has no roles.
  std::vector<runtime::setup_key> role_keys = {};
  /// Where a role gives credentials out, below the mount: `creds/`; empty: nowhere.
  std::string_view gives_out = {};
  /// Credentials are written for, with a body, instead of read.
  bool by_write = false;
  /// What is given out is a lease, unless its role says otherwise.
  bool leased = false;
  /// The mount has a `version`.
  bool versioned = false;
};

} // namespace lapse::secrets
