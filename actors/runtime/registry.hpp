#pragma once

#include "actors/protocol/block_table.hpp"
#include "actors/protocol/flat_index.hpp"
#include "actors/protocol/ids.hpp"
#include "actors/protocol/request.hpp"
#include "actors/protocol/time.hpp"
#include "actors/protocol/token_facts.hpp"
#include "actors/runtime/access_trace.hpp"

#include <caf/actor_control_block.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lapse::runtime {

/// Names an actor by its place in the registry. A place is used again after its actor is gone; the
/// generation tells a stale name from a fresh one.
struct slot_ref {
  std::uint32_t index = 0xffffffffU;
  std::uint32_t generation = 0;
  friend bool operator==(const slot_ref&, const slot_ref&) = default;
  explicit operator bool() const noexcept { return index != 0xffffffffU; }
};

enum class slot_kind : std::uint8_t { fixed, token, lease, client };
inline constexpr std::size_t slot_kinds = 4;

/// What an engine wants to see again of a secret it gave out, when its lease is renewed or revoked.
struct secret_origin {
  std::string role;       ///< or, without roles, the path that was read
  std::string connection; ///< of a database: how it was reached; empty: not known
};

using shared_origin = std::shared_ptr<const secret_origin>;

[[nodiscard]] inline shared_origin origin_of(std::string role, std::string connection = {}) {
  return std::make_shared<const secret_origin>(
      secret_origin{std::move(role), std::move(connection)});
}

/// Tokens and leases made under one path: what prefix revocation and lease listings reach.
struct path_bucket {
  std::shared_ptr<const std::string> path;
  std::vector<std::uint32_t> members;
};

/// What others may read of a lease beside its deadline.
struct lease_facts {
  std::uint64_t order = 0; ///< the order part of its text
  token_id maker;          ///< 0: none
  shared_origin origin;    ///< what its engine wants to see again; may be null
};

/// What stays as it is of an actor, from its making to the end of its record.
struct slot_identity {
  std::uint64_t id = 0;
  /// Of a token.
  shared_facts facts;
  /// Of a lease.
  std::unique_ptr<const lease_facts> lease;
  path_bucket* bucket = nullptr; ///< what its record was entered in
  std::uint32_t generation = 0;
  std::uint32_t index = 0; ///< its own place in the table
  slot_kind kind = slot_kind::fixed;
  token_type type = token_type::service;
  bool has_lease = true; ///< a token with a lease record
  bool custom = false;   ///< a token whose id was chosen by its maker
};

/// The only strong handle of an actor, and what others may read of a token or lease without asking
/// it.
struct slot : slot_identity {
  bool present = false; ///< its record exists
  bool ended = false;   ///< the actor is no more; only its place is still taken
  bool tainted = false; ///< a token past its last use or under revocation (R-536)
  bool revoked = false; ///< a lease whose backend has revoked its credential
  caf::strong_actor_ptr handle;
  /// Of a token or lease: its own deadline as it stands.
  instant expire = never;
  /// Place in `bucket->members`.
  std::uint32_t bucket_place = 0;
  /// Place in the list of the actor that supervises it; kept by the supervisor.
  std::uint32_t place = 0;

  /// Of a token: neither tainted nor past its end. A request made with it may be refused all the
  /// same (`parent_usable`, its policies).
  [[nodiscard]] bool usable_at(instant now) const noexcept { return !tainted && expire >= now; }
};

/// Who exists: the tables of ids, accessors and lease ids. Plain data behind the environment,
/// because as an actor it would make every two messages conflict.
class registry {
public:
  explicit registry(access_trace& accesses) : accesses_(&accesses) {}

  // -- slots -------------------------------------------------------------------

  /// Takes a place for an actor about to be spawned.
  [[nodiscard]] slot_ref open(slot_kind kind, std::uint64_t id);

  void handle(slot_ref at, caf::strong_actor_ptr handle) {
    slots_[at.index].handle = std::move(handle);
  }

  /// Drops the handle and frees the place. Called when nothing in flight can name the actor.
  void close(slot_ref at);

  /// Drops all handles, one by one, so that no chain of them unwinds recursively.
  void drop_handles() {
    for (std::size_t i = 0; i < slots_.size(); ++i)
      slots_[i].handle = nullptr;
  }

  [[nodiscard]] const slot* find(slot_ref at) {
    // That it is not there any more has been read, too.
    if (at.index < slots_.size() && slots_[at.index].generation == at.generation)
      accesses_->note(slots_[at.index].id, access::read);
    return peek(at);
  }

  /// What `find` gives, to be changed.
  [[nodiscard]] slot* change(slot_ref at) {
    if (peek(at) == nullptr)
      return nullptr;
    accesses_->note(slots_[at.index].id, access::write);
    return &slots_[at.index];
  }

  /// The same for the engine, which is no part of the world.
  [[nodiscard]] const slot* peek(slot_ref at) const noexcept {
    if (at.index >= slots_.size() || slots_[at.index].generation != at.generation ||
        !slots_[at.index].handle || slots_[at.index].ended)
      return nullptr;
    return &slots_[at.index];
  }

  /// What stays as it is as long as the place is taken.
  [[nodiscard]] const slot_identity& identity(slot_ref at) const noexcept {
    return slots_[at.index];
  }
  /// Place in the list of the actor that supervises it, which alone uses it.
  [[nodiscard]] std::uint32_t& place(slot_ref at) noexcept { return slots_[at.index].place; }

  [[nodiscard]] static slot_ref ref_of(const slot_identity& s) noexcept {
    return {s.index, s.generation};
  }

  // -- tokens ------------------------------------------------------------------

  /// The slot of a token whose record exists (a batch token: that has not ended).
  [[nodiscard]] const slot* find(token_id id) { return find_id(id.value, slot_kind::token); }

  /// whether a batch token with this parent is good; one without a parent (0) always is.
  [[nodiscard]] bool parent_usable(token_id parent, instant now) {
    if (!parent)
      return true;
    const auto* s = find(parent);
    return s != nullptr && s->usable_at(now);
  }

  /// The slot of a lease whose record exists.
  [[nodiscard]] const slot* find(lease_id id) { return find_id(id.value, slot_kind::lease); }

  /// The token a text names: generated or chosen id; 0 if none. It may be one that is gone.
  [[nodiscard]] token_id token_of(std::string_view text) const;
  [[nodiscard]] token_id token_of(const credential& by) const {
    return by.id ? by.id : token_of(by.text);
  }

  /// Registers the record of the token or lease at `at` under `path`.
  void enter(slot_ref at, path_bucket& bucket);

  /// Deletes the record: no lookup finds it from now on.
  void leave(slot_ref at);

  /// Everything that has a record, in order of places.
  template <class Take>
  void for_each_record(Take&& take) {
    accesses_->note(shared_key::paths, access::write);
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].present)
        take(static_cast<const slot_identity&>(slots_[i]));
  }

  /// Registers the record of the token at `at` (`enter`), with its chosen id if it has one,
  /// which is kept until the token leaves.
  void enter(slot_ref at, shared_facts facts, path_bucket& bucket);

  [[nodiscard]] bool custom_taken(std::string_view text) const;

  // -- paths -------------------------------------------------------------------

  /// The bucket of a path, made on first use; its address and its text live as long as the run.
  [[nodiscard]] path_bucket& bucket(std::string_view path);

  /// Buckets whose path starts with `prefix`, in order of their paths.
  [[nodiscard]] std::vector<const path_bucket*> buckets_under(std::string_view prefix) const;

  /// One of a bucket's members.
  [[nodiscard]] const slot_identity& member(std::uint32_t index) const noexcept {
    return slots_[index];
  }

  // -- leases given up (R-642) ---------------------------------------------------

  void give_up(lease_id which, std::string why) {
    accesses_->note(shared_key::irrevocable, access::read);
    irrevocable_[which.value] = std::move(why);
  }

  void no_longer_given_up(lease_id which) {
    accesses_->note(shared_key::irrevocable, access::read);
    irrevocable_.erase(which.value);
  }

  /// Those given up so far and why, by lease number.
  [[nodiscard]] const std::map<std::uint64_t, std::string>& given_up() const {
    accesses_->note(shared_key::irrevocable, access::write);
    return irrevocable_;
  }

  // -- dangling child rows of R-526 ----------------------------------------------

  /// A token was revoked that had this chosen id, and its child lives on: a later token of the same
  /// id reaches it.
  void leave_behind(const std::string& chosen_id, token_id child) {
    accesses_->note(shared_key::former_children, access::write);
    former_children_[chosen_id].push_back(child);
  }

  /// The newest child left behind under this chosen id, which no longer is; 0 if there is none.
  [[nodiscard]] token_id take_former_child(const std::string& chosen_id);

  /// Forgets the children left behind under ids that no token has.
  void forget_former_children();

private:
  [[nodiscard]] const slot* find_id(std::uint64_t id, slot_kind kind) {
    accesses_->note(id, access::read);
    const auto index = index_.find(id, [&](std::uint32_t at) { return slots_[at].id == id; });
    if (index == flat_index::none || slots_[index].kind != kind)
      return nullptr;
    return &slots_[index];
  }

  access_trace* accesses_;
  block_table<slot> slots_;
  std::vector<std::uint32_t> free_;
  flat_index index_;
  std::map<std::string, path_bucket, std::less<>> buckets_;
  std::map<std::string, token_id, std::less<>> by_custom_;
  std::map<std::uint64_t, std::string> irrevocable_;
  std::map<std::string, std::vector<token_id>, std::less<>> former_children_;
};

} // namespace lapse::runtime
