#pragma once

#include "actors/lives/client_book.hpp"
#include "actors/lives/counts.hpp"
#include "actors/lives/life.hpp"
#include "actors/protocol/block_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapse::lives {

/// Every token and lease of a run, from the event stream alone: who made what, who stands above
/// whom, what was granted, what ended when and why. A run has one ledger; rules, expectations,
/// properties and reports read it (`event_reader`).
///
/// Records stand in order of creation, so that whatever is above something stands before it. Their
/// number grows with tokens and leases, not with events, and none is ever removed.
///
/// *Reported* ends are what events said: the built-in rules judge these. *Decided* ends follow the
/// scenario language's table of states: the first cause decides, and on a tie the own deadline. A
/// deadline counts as soon as it has passed, whether or not the event of the revocation has come
/// (it may be late by `revocation_delay` or a seal); at the instant of the deadline itself
/// everything is still alive until its end is reported. A batch token ends with its parent,
/// which keeps no list of it.
class ledger {
public:
  using slot = life_record::slot;
  static constexpr slot no_slot = life_record::no_slot;

  // -- keeping it --------------------------------------------------------------

  /// Enters what an event says. Events come in order of time.
  void enter(const event& e);

  /// Time passes without an event. Earlier times change nothing.
  void advance(instant to) noexcept {
    if (to > now_)
      now_ = to;
  }

  /// A copy for a look at the world as it is at `at`, not before the last event.
  [[nodiscard]] ledger as_of(instant at) const;

  /// Time of the last event, or later.
  [[nodiscard]] instant now() const noexcept { return now_; }

  // -- records -----------------------------------------------------------------

  [[nodiscard]] const block_table<life_record>& all() const noexcept { return lives_; }
  [[nodiscard]] slot size() const noexcept { return static_cast<slot>(lives_.size()); }
  [[nodiscard]] const life_record& at(slot where) const { return lives_[where]; }

  /// `no_slot` for what was never made, and for 0.
  [[nodiscard]] slot slot_of(token_id id) const noexcept { return seek(tokens_, id.value); }
  [[nodiscard]] slot slot_of(lease_id id) const noexcept { return seek(leases_, id.value); }
  /// The latest token whose maker chose this id for it.
  [[nodiscard]] slot slot_of_chosen(std::string_view id) const {
    const auto found = chosen_.find(id);
    return found == chosen_.end() ? no_slot : found->second;
  }
  /// Of one of the ledger's own records.
  [[nodiscard]] slot slot_of(const life_record& life) const noexcept {
    return life.is_lease() ? slot_of(life.lease()) : slot_of(life.token());
  }

  /// Null for what was never made.
  [[nodiscard]] const life_record* find(token_id id) const noexcept { return get(slot_of(id)); }
  [[nodiscard]] const life_record* find(lease_id id) const noexcept { return get(slot_of(id)); }
  [[nodiscard]] const life_record* get(slot where) const noexcept {
    return where == no_slot ? nullptr : &lives_[where];
  }

  // -- ends --------------------------------------------------------------------

  /// The decided end, as known at `now()`, or at another time not before the last event.
  [[nodiscard]] ending end_of(const life_record& life) const { return end_of(life, now_); }
  [[nodiscard]] ending end_of(const life_record& life, instant now) const;

  [[nodiscard]] life_view view(slot where, instant now) const;

  /// One entry per record.
  [[nodiscard]] std::vector<outlook> outlooks() const;

  /// What was reported to have ended, in that order.
  [[nodiscard]] const std::vector<slot>& deaths() const noexcept { return deaths_; }

  /// Null if every attempt to revoke it succeeded.
  [[nodiscard]] const revocation_trouble* trouble_of(slot lease) const;

  // -- kinship -----------------------------------------------------------------

  /// Calls `visit(slot)` for all children still linked to `above`, the dead included.
  template <class Visitor>
  void for_each_child(slot above, Visitor&& visit) const {
    for (auto at = lives_[above].first_child; at != no_slot; at = lives_[at].next)
      if (lives_[at].above_slot == above)
        visit(at);
  }

  /// Calls `visit(slot)` for all leases that `owner` ever got.
  template <class Visitor>
  void for_each_lease(slot owner, Visitor&& visit) const {
    for (auto at = lives_[owner].first_lease; at != no_slot; at = lives_[at].next)
      visit(at);
  }

  /// Calls `visit(slot)` for every token ever made below `top`, the dead included, unless it was
  /// orphaned since. Does not recurse: trees may be as deep as memory allows.
  template <class Visitor>
  void for_each_descendant(slot top, Visitor&& visit) const {
    std::vector<slot> open{top};
    while (!open.empty()) {
      auto above = open.back();
      open.pop_back();
      for_each_child(above, [&](slot child) {
        visit(child);
        open.push_back(child);
      });
    }
  }

  /// The tokens above `life`, the nearest first. A batch token's lease belongs to the token's
  /// parent, but does not outlive the batch token, which therefore counts as above
  /// it.
  [[nodiscard]] std::vector<slot> line_above(const life_record& life) const;

  // -- provenance --------------------------------------------------------------

  /// Mount that made it, with final `/`; empty for a wrapping token.
  [[nodiscard]] const std::string& mount(const life_record& life) const;
  [[nodiscard]] const std::string& mount(const unleased_credential& what) const {
    return mounts_[what.mount];
  }
  /// What a login came by, mount and role without the `auth/`: `approle/web`. Empty: not by a
  /// login.
  [[nodiscard]] std::string login_source(const life_record& life) const;
  [[nodiscard]] const std::vector<unleased_credential>& unleased() const noexcept {
    return unleased_;
  }

  // -- names -------------------------------------------------------------------

  /// The first name that the scenario gave it; empty: none.
  [[nodiscard]] const std::string& handle(const life_record& life) const;
  [[nodiscard]] const std::string& handle(token_id id) const;
  [[nodiscard]] const std::string& handle(lease_id id) const;

  /// The handle, or a short stable name: `token:` and the start of the accessor, `batch:` and some
  /// digits (a batch token has no accessor), path and `#` ordinal for a lease.
  [[nodiscard]] std::string name(const life_record& life) const;
  [[nodiscard]] std::string name(slot where) const { return name(lives_[where]); }
  [[nodiscard]] std::string name(token_id id) const;
  [[nodiscard]] std::string name(lease_id id) const;

  /// Who made a request: a name, `nobody` without a token, `unknown` for a text nobody knows.
  [[nodiscard]] std::string name(const credential& by) const;

  // -- clients -----------------------------------------------------------------

  [[nodiscard]] const client_book& clients() const noexcept { return clients_; }

  /// The family of clients that it belongs to, or whose token it is below: the nearest there is.
  /// `client_book::no_family`: none.
  [[nodiscard]] std::uint32_t family_of(const life_record& life) const noexcept;

  /// Calls `visit(client_name)` for all clients that ever got it: of a token that clients were
  /// given there may be many, the first of which its record names.
  template <class Visitor>
  void for_each_client(slot what, Visitor&& visit) const {
    if (!lives_[what].client)
      return;
    visit(lives_[what].client);
    if (const auto others = sharing_.find(what); others != sharing_.end())
      for (const auto& who : others->second)
        visit(who);
  }

  // -- counts ------------------------------------------------------------------

  [[nodiscard]] const estate_counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const run_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] std::uint64_t warnings() const noexcept { return warnings_; }

private:
  struct entering;

  struct open_request {
    std::uint64_t number;
    token_id by;
    /// It revokes, unmounts or tidies.
    bool ends = false;
  };

  [[nodiscard]] slot seek(const flat_index& index, std::uint64_t id) const noexcept {
    return index.find(id, [&](slot at) { return lives_[at].id == id; });
  }
  [[nodiscard]] life_record* seek(token_id id) noexcept;
  [[nodiscard]] life_record* seek(lease_id id) noexcept;
  /// The decided end, but for a batch token's parent.
  [[nodiscard]] static ending own_end(const life_record& life, instant now);
  /// Whose request ends something just now: of several under way, the last that can.
  [[nodiscard]] token_id culprit() const;
  [[nodiscard]] std::uint32_t mount_number(const std::string& mount);
  /// Of a token: one that an earlier one has, if there is one.
  [[nodiscard]] std::shared_ptr<const provenance> shared(provenance what);

  instant now_{0};
  block_table<life_record> lives_;
  flat_index tokens_;
  flat_index leases_;
  std::vector<slot> deaths_;
  std::vector<unleased_credential> unleased_;
  block_table<std::string> handles_;
  std::vector<std::string> mounts_;
  estate_counts counts_;
  run_totals totals_;
  std::uint64_t warnings_ = 0;
  client_book clients_;
  std::vector<open_request> open_;
  token_id asking_; ///< whose request came last
  /// Leases made under one path so far, and what they share.
  struct lease_path {
    std::uint32_t made = 0;
    std::shared_ptr<const provenance> from;
  };
  // Looked up only, never iterated.
  /// Keys are the records' own texts.
  std::unordered_map<std::string_view, slot> chosen_;
  std::unordered_map<std::string, lease_path> lease_paths_;
  /// Of the last tokens made, the oldest replaced first.
  std::array<std::shared_ptr<const provenance>, 8> token_paths_;
  std::size_t replaced_ = 0;
  std::unordered_map<slot, revocation_trouble> troubles_;
  /// Clients with a token that another had first.
  std::unordered_map<slot, std::set<client_name>> sharing_;
  /// Names that came before what they name, as that of the root token may.
  std::unordered_map<std::uint64_t, std::string> early_handles_;
};

} // namespace lapse::lives
