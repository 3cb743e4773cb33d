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
  /// Key of a role that names a connection, and the plugin of one that a file names, which is
  /// written at `config/NAME`; empty: roles have none.
  std::string_view connection_key = {};
  std::string_view connection_plugin = {};
  /// What is given out is a lease, unless its role says otherwise.
  bool leased = false;
  /// The mount has a `version`.
  bool versioned = false;
};

} // namespace lapse::secrets
