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

enum class slot_kind : std::uint8_t { fixed, token, lease };
inline constexpr std::size_t slot_kinds = 3;

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

/// The only strong handle of an actor, and what others may read of a token or lease without asking
/// it.
struct slot {
  caf::strong_actor_ptr handle;
  std::uint64_t id = 0;
  /// Of a token or lease: its own deadline as it stands.
  instant expire = never;
  /// Of a token.
  shared_facts facts;
  /// Of a lease.
  std::unique_ptr<const lease_facts> lease;
  path_bucket* bucket = nullptr;
  std::uint32_t generation = 0;
  std::uint32_t index = 0; ///< its own place in the table
  /// Place in `bucket->members`.
  std::uint32_t bucket_place = 0;
  /// Place in the list of the actor that supervises it; kept by the supervisor.
  std::uint32_t place = 0;
  slot_kind kind = slot_kind::fixed;
  token_type type = token_type::service;
  bool present = false;  ///< its record exists
  bool ended = false;    ///< the actor is no more; only its place is still taken
  bool tainted = false;  ///< a token past its last use or under revocation (R-536)
  bool has_lease = true; ///< a token with a lease record
  bool custom = false;   ///< a token whose id was chosen by its maker
  bool revoked = false;  ///< a lease whose backend has revoked its credential

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

  [[nodiscard]] slot* find(slot_ref at) {
    // That it is not there any more has been read, too.
    if (at.index < slots_.size() && slots_[at.index].generation == at.generation)
      accesses_->note(slots_[at.index].id, access::read);
    return peek(at);
  }

  /// The same for the engine, which is no part of the world.
  [[nodiscard]] slot* peek(slot_ref at) noexcept {
    if (at.index >= slots_.size() || slots_[at.index].generation != at.generation ||
        !slots_[at.index].handle || slots_[at.index].ended)
      return nullptr;
    return &slots_[at.index];
  }

  [[nodiscard]] slot& at(std::uint32_t index) noexcept { return slots_[index]; }
  [[nodiscard]] slot_ref ref(std::uint32_t index) const noexcept {
    return {index, slots_[index].generation};
  }
  [[nodiscard]] slot_ref ref_of(const slot& s) const noexcept { return {s.index, s.generation}; }
  [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }

  // -- tokens ------------------------------------------------------------------

  /// The slot of a token whose record exists (a batch token: that has not ended).
  [[nodiscard]] slot* find(token_id id) { return find_id(id.value, slot_kind::token); }

  /// whether a batch token with this parent is good; one without a parent (0) always is.
  [[nodiscard]] bool parent_usable(token_id parent, instant now) {
    if (!parent)
      return true;
    const auto* s = find(parent);
    return s != nullptr && s->usable_at(now);
  }

  /// The slot of a lease whose record exists.
  [[nodiscard]] slot* find(lease_id id) { return find_id(id.value, slot_kind::lease); }

  /// The token a text names: generated or chosen id; 0 if none. It may be one that is gone.
  [[nodiscard]] token_id token_of(std::string_view text) const;
  [[nodiscard]] token_id token_of(const credential& by) const {
    return by.id ? by.id : token_of(by.text);
  }

  /// Registers the record of the token or lease at `at` under `path`.
  void enter(slot_ref at, path_bucket& bucket);

  /// Deletes the record: no lookup finds it from now on.
  void leave(slot_ref at);

  /// Registers the record of the token at `at` (`enter`), with its chosen id if it has one,
  /// which is kept until the token leaves.
  void enter(slot_ref at, shared_facts facts, path_bucket& bucket);

  [[nodiscard]] bool custom_taken(std::string_view text) const;

  // -- paths -------------------------------------------------------------------

  /// The bucket of a path, made on first use; its address and its text live as long as the run.
  [[nodiscard]] path_bucket& bucket(std::string_view path);

  /// Buckets whose path starts with `prefix`, in order of their paths.
  [[nodiscard]] std::vector<const path_bucket*> buckets_under(std::string_view prefix) const;

  /// The leases given up so far and why, by lease number.
  std::map<std::uint64_t, std::string> irrevocable;

  // -- dangling child rows of R-526 ----------------------------------------------

  /// Former children of a revoke-orphaned token with a chosen id; a later token of the same id
  /// reaches them.
  std::map<std::string, std::vector<token_id>, std::less<>> former_children;

private:
  [[nodiscard]] slot* find_id(std::uint64_t id, slot_kind kind) {
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
};

} // namespace lapse::runtime
