#pragma once

#include "actors/runtime/setup_key.hpp"

#include <string_view>
#include <vector>

namespace lapse::auth {

/// What scenario files have to know of a kind of auth method: how its users or roles are written
/// and how they log in. It stands beside the method. The defaults are those of a method that a file
/// does not name.
struct login_setup {
  /// Parameters of a user or role beside `token_*`.
  std::vector<runtime::setup_key> keys = {};
  /// What logs in: a `user` or a `role`.
  std::string_view principal = "user";
  /// Folder of users or roles below the mount; empty: `users` or `roles`, as the file says.
  std::string_view folder = {};
  /// Anybody may log in by name, whether or not the file knows him.
  bool admits_anybody = false;
  /// Logins go to `login/NAME`; else to `login`.
  bool name_in_path = true;
  /// Field of a login that proves who it is: the user's own, else his name.
  std::string_view proof = "password";
  /// The proof is sent only where a step gives it.
  bool proof_optional = false;
  /// The proof is written with the user or role.
  bool proof_set_up = false;
  /// A second field of a login, and where the set-up writes it, below the user or role; both have
  /// the name as value. Not where the role's `second_proof_flag` is false.
  std::string_view second_proof = {};
  std::string_view second_proof_path = {};
  std::string_view second_proof_flag = {};
};

} // namespace lapse::auth
