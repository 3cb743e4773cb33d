#pragma once

#include "actors/protocol/event.hpp"
#include "sim/rules/slot_index.hpp"

#include <cstdint>
#include <vector>

namespace lapse {

/// Place of a token or a lease in a `history`.
using past_slot = std::uint32_t;
inline constexpr past_slot no_past = slot_index::none;

/// What the stream has told of one token.
struct token_past {
  token_id id;
  shared_text path;
  instant created{0};
  instant expire = never;
  /// When its end was reported; `never` while it stands.
  instant ended = never;
  /// When its record was deleted and its leases handed over.
  instant gone_at = never;
  token_id because;
  duration explicit_max{0};
  /// 0: unlimited; -1: used up.
  std::int64_t uses_left = 0;
  /// As long as the child was neither orphaned nor made as an orphan.
  past_slot parent = no_past;
  past_slot maker = no_past;
  past_slot first_child = no_past;
  past_slot next_sibling = no_past;
  past_slot first_lease = no_past;
  /// Service children that are linked to it and not gone.
  std::uint32_t children = 0;
  end_cause cause = end_cause::deadline;
  bool batch : 1 = false;
  bool has_lease : 1 = false;
  bool wrapping : 1 = false;
  bool chosen : 1 = false; ///< its id was chosen by its maker (R-106)
  bool periodic : 1 = false;
  bool root : 1 = false;  ///< its policies are exactly `root`
  bool roled : 1 = false; ///< made with a token role
  bool child : 1 = false; ///< made with a parent, known here or not
  bool orphaned : 1 = false;
  bool gone : 1 = false;
  bool irrevocable : 1 = false;
  bool batch_parent : 1 = false; ///< ever had a batch child

  [[nodiscard]] bool login() const noexcept { return path && !path->starts_with("auth/token/"); }
  [[nodiscard]] bool stands(instant now) const noexcept { return ended == never && expire >= now; }
};

/// What the stream has told of one secret lease.
struct lease_past {
  lease_id id;
  instant created{0};
  instant expire = never;
  instant ended = never;
  token_id because;
  token_id owner_id;
  /// When the next attempt is to come; `never`: none is announced.
  instant next_attempt = never;
  instant last_attempt = never;
  past_slot owner = no_past;
  past_slot maker = no_past;
  past_slot next_of_owner = no_past;
  /// Failed attempts of the queue so far.
  std::uint8_t attempts = 0;
  std::int8_t credentials = 0;
  end_cause cause = end_cause::deadline;
  bool revoked : 1 = false; ///< a backend carried out its revocation
  bool late : 1 = false;    ///< made when its maker had gone already (R-529)
  bool gone : 1 = false;
  bool irrevocable : 1 = false;

  [[nodiscard]] bool stands(instant now) const noexcept { return ended == never && expire >= now; }
};

/// The past of all tokens and leases, kept for the built-in rules: what each rule needs to know of
/// before an event, in flat tables. The `ledger` answers what the scenario language asks and so
/// decides between causes; this one repeats what was told, for rules to find fault with.
class history {
public:
  [[nodiscard]] past_slot token_slot(token_id id) const noexcept {
    return token_index_.find(id.value);
  }
  [[nodiscard]] past_slot lease_slot(lease_id id) const noexcept {
    return lease_index_.find(id.value);
  }
  [[nodiscard]] const token_past& token(past_slot at) const { return tokens_[at]; }
  [[nodiscard]] const lease_past& lease(past_slot at) const { return leases_[at]; }
  [[nodiscard]] past_slot tokens() const noexcept { return static_cast<past_slot>(tokens_.size()); }
  [[nodiscard]] past_slot leases() const noexcept { return static_cast<past_slot>(leases_.size()); }

  /// Calls `visit(slot)` for all children still linked to `above`, the dead included.
  template <class Visitor>
  void for_each_child(past_slot above, Visitor&& visit) const {
    for (auto at = tokens_[above].first_child; at != no_past; at = tokens_[at].next_sibling)
      if (tokens_[at].parent == above)
        visit(at);
  }

  /// Calls `visit(slot)` for all leases that `owner` ever got.
  template <class Visitor>
  void for_each_lease(past_slot owner, Visitor&& visit) const {
    for (auto at = tokens_[owner].first_lease; at != no_past; at = leases_[at].next_of_owner)
      visit(at);
  }

  // -- taking events in (by the monitor, after the rules have seen them) --------------

  /// `no_past` if the id is known already.
  past_slot add(instant at, const token_created& made);
  past_slot add(instant at, const lease_created& e);
  void take(past_slot t, const token_renewed& e);
  void take(past_slot t, const token_used& e);
  void take(past_slot t, const token_orphaned& e);
  void take(past_slot t, instant at, const token_ended& e);
  void take(past_slot t, instant at, const token_gone& e);
  void take(past_slot l, const lease_renewed& e);
  void take(past_slot l, instant at, const lease_ended& e);
  /// @param asked whether a request waits for the attempt, which then counts for no retry
  void take(past_slot l, instant at, const revocation_attempted& e, bool asked);
  void take(past_slot l, const lease_gone& e);
  void take(past_slot l, const credential_changed& e);
  void give_up_lease(past_slot l) { leases_[l].irrevocable = true; }
  void give_up_token(past_slot t) { tokens_[t].irrevocable = true; }

private:
  void unlink(token_past& child);

  std::vector<token_past> tokens_;
  std::vector<lease_past> leases_;
  slot_index token_index_;
  slot_index lease_index_;
};

} // namespace lapse
