#pragma once

#include "sim/explore/estate_generator_features.hpp"

#include "actors/protocol/time.hpp"
#include "sim/document/node.hpp"

#include <string>
#include <vector>

namespace lapse::explore {

/// A place that gives out credentials.
struct generated_role {
  /// Mount path without the final `/`; it is also the type of what is mounted there.
  std::string mount;
  std::string name;
  /// TTL of what it gives out, as far as the generator knows.
  duration ttl{0};
  /// Whether what it gives out has a lease.
  bool leased = true;
};

/// Somebody who logs in.
struct generated_user {
  /// As of a role.
  std::string mount;
  std::string name;
  duration ttl{0};
};

/// What a generated scenario has in place before time 0.
struct generated_estate {
  /// Sections of the file before its `steps`.
  document::document_node sections = document::empty_map();
  /// The few TTLs and waits it is made of, in ascending order: few, so that deadlines meet.
  std::vector<duration> spans;
  std::vector<std::string> policies;
  std::vector<std::string> token_roles;
  std::vector<generated_role> roles;
  std::vector<generated_user> users;
  /// Where values of a kv engine are; empty: there is none.
  std::string kv_folder;
};

/// Policy texts in one line, for the set-up and for edits: what makes tokens, what reads, what
/// takes something away again.
[[nodiscard]] std::string generated_policy(std::size_t which);
inline constexpr std::size_t generated_policies = 6;

[[nodiscard]] generated_estate generate_estate(const estate_features& features,
                                               estate_draws& draws);

} // namespace lapse::explore
