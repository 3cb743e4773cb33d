#pragma once

#include "actors/lives/ledger.hpp"
#include "actors/protocol/flat_index.hpp"
#include "sim/run/failed_request.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace lapse::run {

/// What a handle stands for in one run. What a token or lease is stands in the ledger.
struct bound_handle {
  enum class kind : std::uint8_t {
    token,
    lease,
    value,
    failed ///< the request that should have bound it failed: it is `dead` and `gone`
  };

  /// What a name has that stands for no life.
  struct lifeless {
    std::string text; ///< of a value
    /// Of kind `failed`: the request; may be null.
    std::shared_ptr<const failed_request> failure = nullptr;
  };

  std::string name;
  token_id token;
  lease_id lease;
  instant bound_at{0};
  /// Null for a token or lease: there are many.
  std::shared_ptr<const lifeless> other = nullptr;
  kind what = kind::failed;
  /// What a client had before, `web1#1`: its name is that of what it has now, and a number.
  bool earlier = false;

  /// Of a value, otherwise empty.
  [[nodiscard]] std::string text() const { return other ? other->text : std::string{}; }
  [[nodiscard]] const failed_request* failure() const {
    return other ? other->failure.get() : nullptr;
  }
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
  [[nodiscard]] std::uint32_t seek(std::uint64_t key, std::string_view name) const;

  std::deque<bound_handle> handles_; ///< which never move
  flat_index index_;
};

/// Whether a handle is one of those that `pattern` stands for: `web*` means the tokens of clients,
/// not those they had before (`web1#1`), and not their secrets (`web1.db`).
[[nodiscard]] bool handle_matches(std::string_view pattern, const bound_handle& handle);

/// Name of a token as answers and requests know it.
[[nodiscard]] token_name name_of(const bound_handle& token, const lives::ledger& lives);

/// Text of a lease handle's lease, or of a token handle's own lease.
[[nodiscard]] std::string lease_text(const bound_handle& handle, const lives::ledger& lives);

/// A token id of the right shape that no server ever gave out: what uses of a handle send whose
/// binding failed.
[[nodiscard]] token_name unknown_token(std::string_view handle);

/// The same for a lease id.
[[nodiscard]] std::string unknown_lease_text(std::string_view handle);

} // namespace lapse::run
