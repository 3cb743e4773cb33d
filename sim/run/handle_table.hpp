#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/flat_index.hpp"
#include "sim/run/failed_request.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lapse::run {

/// What a handle stands for in one run.
struct bound_handle {
  enum class kind : std::uint8_t {
    token,
    lease,
    value,
    failed ///< the request that should have bound it failed: it is `dead` and `gone`
  };

  std::string name;
  kind what = kind::failed;
  token_type type = token_type::service;
  token_id token;
  lease_id lease;
  /// Order of a secret lease under its owner, for its text.
  std::uint64_t order = 0;
  /// Of a token: its path, for the text of its own lease; may be null. Of a lease: the
  /// request path. Of a value: its text.
  shared_text text;
  /// The chosen id of a token; null for a generated one.
  shared_text custom;
  instant bound_at{0};
  /// Of kind `failed`: the request.
  std::shared_ptr<const failed_request> failure = nullptr;
};

/// The handles of one run, in the order of their binding. A name is bound once.
class handle_table {
public:
  /// Null while `name` is not bound.
  [[nodiscard]] const bound_handle* find(std::string_view name) const;

  /// Binds a name; a name that is bound already keeps its first meaning and null is returned.
  const bound_handle* bind(bound_handle handle);

  /// Gives a name another meaning, or its first.
  const bound_handle& rebind(bound_handle handle);

  /// All handles so far, for globs.
  [[nodiscard]] const std::deque<bound_handle>& all() const noexcept { return handles_; }

private:
  /// The key of a name in the index, and its place; the next key if another name has the first.
  [[nodiscard]] std::pair<std::uint64_t, std::uint32_t> seek(std::string_view name) const;

  std::deque<bound_handle> handles_; ///< which never move
  flat_index index_;
};

/// Whether a handle is one of those that `pattern` stands for: `web*` means the tokens of clients,
/// not those they had before (`web1#1`), and not their secrets (`web1.db`).
[[nodiscard]] bool handle_matches(std::string_view pattern, std::string_view name);

/// Name of a token as answers and requests know it.
[[nodiscard]] token_name name_of(const bound_handle& token);

/// Text of a lease handle's lease, or of a token handle's own lease.
[[nodiscard]] std::string lease_text(const bound_handle& handle);

/// A token id of the right shape that no server ever gave out: what uses of a handle send whose
/// binding failed.
[[nodiscard]] token_name unknown_token(std::string_view handle);

/// The same for a lease id.
[[nodiscard]] std::string unknown_lease_text(std::string_view handle);

} // namespace lapse::run
