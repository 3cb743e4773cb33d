#pragma once

#include "actors/protocol/event.hpp"
#include "sim/rules/slot_index.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lapse {

/// The one of three states that a token or lease has at an instant.
enum class life : std::uint8_t {
  alive,   ///< usable: a request with the token would be let in; the lease has not ended
  expired, ///< its own deadline passed, whether or not its revocation has been carried out
  revoked  ///< something else ended it before its deadline
};
[[nodiscard]] std::string_view to_string(life state) noexcept;

/// What the ledger says about one token or lease at one instant.
struct life_view {
  life state = life::alive;
  /// Record, accessor, cubbyhole and own lease are deleted (a batch token: it is dead).
  bool gone = false;
  /// Its revocation was given up, and nobody has removed the record since.
  bool irrevocable = false;
  instant created{0};
  /// When it ended; `never` while it is alive.
  instant ended = never;
  end_cause cause = end_cause::deadline;
  /// For `end_cause::ancestor`: the topmost token whose end took it along.
  token_id because;

  [[nodiscard]] bool dead() const noexcept { return state != life::alive; }
  /// Its age when it ended, or at `now` if it is alive.
  [[nodiscard]] duration lived(instant now) const noexcept {
    return (dead() ? ended : now) - created;
  }
};

/// What exists at one instant, as the scenario language counts it.
struct estate_counts {
  /// Service tokens whose record exists, the root token included.
  std::int64_t tokens = 0;
  /// Every stored service token has exactly one.
  std::int64_t accessors = 0;
  /// Tokens with something in their cubbyhole.
  std::int64_t cubbyholes = 0;
  /// Lease records, those of tokens included, also while their revocation waits or failed.
  std::int64_t leases = 0;
  /// Credentials that exist at external backends.
  std::int64_t credentials = 0;
  /// Revocations that backends have carried out so far.
  std::int64_t backend_revocations = 0;
};

/// The history of every token and lease, from the event stream alone. States follow the table of
/// the scenario language: the first cause decides, and on a tie the entity's own deadline. A
/// deadline counts as soon as it has passed, whether or not the event of the revocation has come
/// (it may be late by `revocation_delay` or a seal); at the instant of the deadline itself the
/// entity is still alive until its end is reported.
class ledger final : public event_reader {
public:
  using slot = std::uint32_t;
  static constexpr slot no_slot = slot_index::none;

  // -- reading the stream ------------------------------------------------------

  void on_event(const event& e) override;

  // -- lives -------------------------------------------------------------------

  /// What holds at `now`, which is not before the last event. None for an unknown token.
  [[nodiscard]] std::optional<life_view> token(token_id id, instant now) const;

  /// The same for a secret lease.
  [[nodiscard]] std::optional<life_view> lease(lease_id id, instant now) const;

  [[nodiscard]] life_view token_at(slot where, instant now) const;
  [[nodiscard]] life_view lease_at(slot where, instant now) const;

  [[nodiscard]] slot token_slot(token_id id) const noexcept { return token_index_.find(id.value); }
  [[nodiscard]] slot lease_slot(lease_id id) const noexcept { return lease_index_.find(id.value); }

  /// Current deadline of a token or lease; `never` for none.
  [[nodiscard]] instant token_expire(slot where) const { return tokens_[where].expire; }
  [[nodiscard]] instant lease_expire(slot where) const { return leases_[where].expire; }

  // -- kinship -----------------------------------------------------------------

  [[nodiscard]] token_id id_of_token(slot where) const { return tokens_[where].id; }
  [[nodiscard]] lease_id id_of_lease(slot where) const { return leases_[where].id; }

  /// Slot of the parent; `no_slot` for orphans, logins and tokens that were orphaned.
  [[nodiscard]] slot parent(slot token) const { return tokens_[token].parent; }

  /// Slot of the token whose death revokes the lease; `no_slot` if there is none.
  [[nodiscard]] slot owner(slot lease) const { return leases_[lease].owner; }

  /// Calls `visit(slot)` for every token ever made below `top`, the dead included, unless it was
  /// orphaned since. Does not recurse: trees may be as deep as memory allows.
  template <class Visitor>
  void for_each_descendant(slot top, Visitor&& visit) const {
    std::vector<slot> open{top};
    while (!open.empty()) {
      auto above = open.back();
      open.pop_back();
      for (auto at = tokens_[above].first_child; at != no_slot; at = tokens_[at].next_sibling) {
        if (tokens_[at].parent != above)
          continue;
        visit(at);
        open.push_back(at);
      }
    }
  }

  /// Calls `visit(slot)` for every secret lease that `owner` ever got, the latest first.
  template <class Visitor>
  void for_each_lease(slot owner, Visitor&& visit) const {
    for (auto at = tokens_[owner].first_lease; at != no_slot; at = leases_[at].next_of_owner)
      visit(at);
  }

  [[nodiscard]] std::size_t token_slots() const noexcept { return tokens_.size(); }
  [[nodiscard]] std::size_t lease_slots() const noexcept { return leases_.size(); }

  // -- counts ------------------------------------------------------------------

  [[nodiscard]] const estate_counts& counts() const noexcept { return counts_; }

private:
  /// How something ended, as reported; `at` is `never` until then.
  struct end_record {
    instant at = never;
    token_id because;
    end_cause cause = end_cause::deadline;
  };

  struct token_record {
    token_id id;
    instant created{0};
    instant expire = never;
    end_record end;
    slot parent = no_slot;
    slot first_child = no_slot;
    slot next_sibling = no_slot;
    slot first_lease = no_slot;
    bool batch : 1 = false;
    bool has_lease : 1 = false;
    bool has_cubbyhole : 1 = false;
    bool gone : 1 = false;
    bool irrevocable : 1 = false;
  };

  struct lease_record {
    lease_id id;
    instant created{0};
    instant expire = never;
    end_record end;
    slot owner = no_slot;
    slot next_of_owner = no_slot;
    bool gone : 1 = false;
    bool irrevocable : 1 = false;
  };

  void add(instant at, const token_created& made);
  void add(instant at, const lease_created& e);
  void remove(token_record& t);
  void set_cubbyhole(token_record& t, bool filled);

  /// The earlier of the reported end and the own deadline, if that lies before `now`.
  [[nodiscard]] static end_record decide(const end_record& reported, instant expire, instant now);
  [[nodiscard]] static life_view view(instant created, const end_record& end);

  std::vector<token_record> tokens_;
  std::vector<lease_record> leases_;
  slot_index token_index_;
  slot_index lease_index_;
  estate_counts counts_;
};

} // namespace lapse
