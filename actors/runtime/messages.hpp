#pragma once

#include "actors/runtime/exchange.hpp"
#include "actors/runtime/mount.hpp"
#include "actors/runtime/registry.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace lapse::runtime {

// What actors say to each other: plain structs, never serialised. Each carries its kind, a number
// that decision logs and hashes rely on: append only.

enum class message_kind : std::uint8_t {
  system, ///< CAF's own: down and exit messages
  serve,
  perform,
  deadline,
  revoke_token,
  use_up,
  spawn_token,
  wrap_answer,
  adopt,
  issue_lease,
  lease_request,
  end_lease,
  revoke_lease,
  submit,
  revoke_credential,
  credential_revoked,
  renew_credential,
  credential_renewed,
  revocation_done,
  inject_fault,
  discard,
  log_in,
  boot,
  lose_parent,
  forget_attempts,
  unmount,
  take_answer
};
inline constexpr auto last_message_kind = message_kind::take_answer;

[[nodiscard]] std::string_view to_string(message_kind kind) noexcept;

/// A request made with the receiving token; at the vault, one made without a usable token.
struct serve {
  static constexpr auto kind = message_kind::serve;
  exchange_ptr x;
};

/// Perform the operation of a request that has been let in.
struct perform {
  static constexpr auto kind = message_kind::perform;
  exchange_ptr x;
};

/// A timer of the receiver is due.
struct deadline {
  static constexpr auto kind = message_kind::deadline;
  std::uint64_t tag = 0;
};

/// Who is told how a revocation went: `revocation_done{ticket}` goes to `whom`.
struct receipt {
  slot_ref whom;
  std::uint64_t ticket = 0;
};

/// Revoke this token and, first, everything below it.
struct revoke_token {
  static constexpr auto kind = message_kind::revoke_token;
  /// The request to answer when the token is gone; may be null.
  exchange_ptr x;
  end_cause cause = end_cause::revoke;
  /// The topmost token whose end takes this one along (`ancestor`).
  token_id because;
  /// revoke-orphan: direct children live on without a parent.
  bool orphan_children = false;
  receipt to;
};

/// The last use is spent: expire now, queue the revocation.
struct use_up {
  static constexpr auto kind = message_kind::use_up;
};

/// The answer is to be put into a wrapping token's cubbyhole (R-1005).
struct wrap_answer {
  static constexpr auto kind = message_kind::wrap_answer;
  exchange_ptr x;
};

/// To the vault: a token lost its parent without ending, and is to be supervised from now on.
struct adopt {
  static constexpr auto kind = message_kind::adopt;
  slot_ref child;
};

/// To that token: it has no parent any more.
struct lose_parent {
  static constexpr auto kind = message_kind::lose_parent;
};

/// A credential was made for `x`; lease it under the receiver.
struct issue_lease {
  static constexpr auto kind = message_kind::issue_lease;
  exchange_ptr x;
  secret_terms terms;
  std::string mount_path;
};

/// A request about the receiving token or lease by somebody else: lookup, renewal, or what a token
/// may do.
struct lease_request {
  static constexpr auto kind = message_kind::lease_request;
  exchange_ptr x;
  enum class what : std::uint8_t {
    lookup,
    renew,
    capabilities,
    wrapping,
    rights,        ///< all of them
    visible_mounts ///< then the request goes on to the vault
  } verb = what::lookup;
  duration increment{0};
};

/// The token that owns the lease is ending: the lease ends and goes to its mount's queue.
struct end_lease {
  static constexpr auto kind = message_kind::end_lease;
  end_cause cause = end_cause::ancestor;
  token_id because;
  token_id owner;
};

/// Revoke this lease by request: at once (`sync`, `force`) or through the queue.
struct revoke_lease {
  static constexpr auto kind = message_kind::revoke_lease;
  enum class how : std::uint8_t { sync, async, force } mode = how::sync;
  end_cause cause = end_cause::revoke;
  receipt to;
};

/// Hand a lease or an expired token over to a mount's revocation queue.
struct submit {
  static constexpr auto kind = message_kind::submit;
  slot_ref job;
  /// It has been handed over before: only cuts short a pause between two attempts.
  bool again = false;
};

/// Ask the backend to revoke a lease's credential; the answer goes to the sender's slot.
struct revoke_credential {
  static constexpr auto kind = message_kind::revoke_credential;
  slot_ref lease;
  lease_id id;
  slot_ref reply_to;
};

struct credential_revoked {
  static constexpr auto kind = message_kind::credential_revoked;
  slot_ref lease;
  bool ok = true;
  /// The mount or the operation does not exist any more: retrying is no use.
  bool unrecoverable = false;
  std::string error;
};

/// Ask the backend on what terms a lease may be renewed.
struct renew_credential {
  static constexpr auto kind = message_kind::renew_credential;
  exchange_ptr x;
  slot_ref lease;
  shared_origin origin;
  duration increment{0};
};

struct credential_renewed {
  static constexpr auto kind = message_kind::credential_renewed;
  exchange_ptr x;
  duration increment{0};
  renewal_terms terms;
};

/// How a revocation asked for with a `receipt` went; `error` is empty if it succeeded.
struct revocation_done {
  static constexpr auto kind = message_kind::revocation_done;
  std::uint64_t ticket = 0;
  std::string error;
};

struct inject_fault {
  static constexpr auto kind = message_kind::inject_fault;
  fault what;
};

/// The queue to a lease: its revocation is over. The lease is gone, or has been given up with
/// `error`.
struct discard {
  static constexpr auto kind = message_kind::discard;
  std::string error;
};

/// To a queue: the server has been unsealed, which forgets the attempts made so far.
struct forget_attempts {
  static constexpr auto kind = message_kind::forget_attempts;
};

/// To a backend: its mount is no more.
struct unmount {
  static constexpr auto kind = message_kind::unmount;
};

/// A login succeeded at its method: the vault makes the token.
struct log_in {
  static constexpr auto kind = message_kind::log_in;
  exchange_ptr x;
  login_terms terms;
  std::string mount_path;
};

/// To a client: the answer to a request of its own.
struct take_answer {
  static constexpr auto kind = message_kind::take_answer;
  exchange_ptr x;
  /// What the client knows the request by.
  std::uint64_t tag = 0;
};

/// First message of a run: the vault sets up what a fresh server has.
struct boot {
  static constexpr auto kind = message_kind::boot;
};

template <class T>
concept world_message = requires {
  { T::kind } -> std::convertible_to<message_kind>;
};

} // namespace lapse::runtime

namespace caf {

template <lapse::runtime::world_message T>
struct allowed_unsafe_message_type<T> : std::true_type {};

} // namespace caf
