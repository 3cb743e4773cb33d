#pragma once

#include "reports/chronicle/chronicle.hpp"
#include "sim/run/handle_table.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapse {

/// Names a token or a lease in every world that ran to the same moment; exactly one is set.
struct life_key {
  token_id token;
  lease_id lease;
};

[[nodiscard]] life_key key_of(const life_record& life) noexcept;
/// Of a handle that names a token or a lease; of any other, what no chronicle knows.
[[nodiscard]] life_key key_of(const bound_handle& handle) noexcept;

/// Null if the chronicle knows no such life.
[[nodiscard]] const life_record* find(const chronicle& book, const life_key& key);

/// Remembers of a run what an explanation speaks of: all lives, where they come from, and the order
/// in which they end.
class witness final : public event_reader {
public:
  /// Where something comes from.
  struct origin {
    token_id maker;    ///< the token that asked; 0: a login or the server
    shared_text path;  ///< of a token: where it was made
    std::string mount; ///< of a lease
    bool login = false;
    bool by_role = false;       ///< made through a token role
    bool orphaned = false;      ///< lost its parent later
    std::int64_t uses_left = 0; ///< of a token; 0: unlimited, -1: that was the last (R-302)
  };

  /// A credential that no lease stands for.
  struct loose_credential {
    std::string mount;
    token_id maker;
  };

  /// What became of a lease at its backend.
  struct backend_story {
    std::int64_t failures = 0;
    std::string error;
    bool revoked = false;
    bool irrevocable = false;
    instant done = never;
  };

  void on_event(const event& e) override;

  [[nodiscard]] const chronicle& book() const noexcept { return book_; }
  [[nodiscard]] chronicle& book() noexcept { return book_; }
  [[nodiscard]] const origin* origin_of(const life_record& life) const;
  /// What ended, in that order.
  [[nodiscard]] const std::vector<life_key>& deaths() const noexcept { return deaths_; }
  [[nodiscard]] const std::vector<loose_credential>& loose() const noexcept { return loose_; }
  [[nodiscard]] const backend_story* story_of(lease_id id) const;
  /// The tokens above `life`, the nearest first. A batch token's lease belongs to the token's
  /// parent, but does not outlive the batch token, which therefore counts as above
  /// it.
  [[nodiscard]] std::vector<token_id> above(const life_record& life) const;

private:
  void take(const token_created& made);
  void take(const lease_created& e);

  chronicle book_;
  // Looked up only, never iterated.
  std::unordered_map<std::uint64_t, origin> tokens_;
  std::unordered_map<std::uint64_t, origin> leases_;
  std::unordered_map<std::uint64_t, backend_story> stories_;
  std::vector<life_key> deaths_;
  std::vector<loose_credential> loose_;
  /// Who caused a request's effects while it runs.
  token_id asking_;
};

} // namespace lapse
