#pragma once

#include "actors/protocol/event.hpp"
#include "actors/protocol/flat_index.hpp"

#include <cstdint>
#include <string_view>

namespace lapse::lives {

/// The one of three states that a token or lease has at an instant.
enum class life_state : std::uint8_t {
  alive,   ///< usable: a request with the token would be let in; the lease has not ended
  expired, ///< its own deadline passed, whether or not its revocation has been carried out
  revoked  ///< something else ended it before its deadline
};
[[nodiscard]] std::string_view to_string(life_state state) noexcept;

/// How a token or lease ended.
struct ending {
  instant at = never; ///< `never`: it has not
  token_id because;   ///< for `ancestor`: the topmost token whose end took it along
  token_id by;        ///< the token whose request was under way, if any
  end_cause cause = end_cause::deadline;

  [[nodiscard]] life_state state() const noexcept {
    if (at == never)
      return life_state::alive;
    return cause == end_cause::deadline ? life_state::expired : life_state::revoked;
  }
};

/// What is alike of many tokens or leases, which share it.
struct provenance {
  shared_text path;         ///< of a token: where it was made; of a lease: its request path
  shared_text custom;       ///< the id its maker chose (R-106); null: none
  shared_text role;         ///< of a token: of its mount, which it was made with; null: none
  shared_names policies;    ///< of a token
  duration explicit_max{0}; ///< of a token; 0: none
  std::uint32_t mount = flat_index::none; ///< that made it, see `ledger::mount`

  friend bool operator==(const provenance&, const provenance&) = default;
};

/// What the events have said of one token or secret lease so far. Ends stand here as they were
/// reported; `ledger::end_of` decides between causes.
struct life_record {
  enum class kind : std::uint8_t { service, batch, wrapping, lease };

  /// Place in the ledger, in order of creation.
  using slot = std::uint32_t;
  static constexpr slot no_slot = flat_index::none;

  [[nodiscard]] bool is_lease() const noexcept { return what == kind::lease; }
  [[nodiscard]] bool batch() const noexcept { return what == kind::batch; }
  /// 0 for a lease, as `lease` is for a token.
  [[nodiscard]] token_id token() const noexcept { return {is_lease() ? 0 : id}; }
  [[nodiscard]] lease_id lease() const noexcept { return {is_lease() ? id : 0}; }
  /// Of a token, as text needs it.
  [[nodiscard]] token_name named() const {
    return {token(), batch() ? token_type::batch : token_type::service, custom()};
  }
  /// Of a lease, as text needs it.
  [[nodiscard]] lease_name lease_named() const { return {lease(), {}, path(), order}; }

  /// Whether it has a lease record while it exists: a batch token is stored nowhere.
  [[nodiscard]] bool has_lease_record() const noexcept {
    return is_lease() || (has_lease && !batch());
  }

  /// Whether no end has been reported and its deadline has not passed at `now`: at the deadline
  /// itself it still works.
  [[nodiscard]] bool stands(instant now) const noexcept {
    return reported.at == never && expire >= now;
  }
  [[nodiscard]] bool is_gone() const noexcept { return gone != never; }
  /// Its revocation was given up, and nobody has removed the record since.
  [[nodiscard]] bool irrevocable() const noexcept { return given_up && !is_gone(); }
  /// When all was done that its end called for; `never`: not yet. Nothing is stored of a batch
  /// token and nobody is told of its end: there is nothing to do for it.
  [[nodiscard]] instant carried_out(const ending& end) const noexcept {
    return batch() ? end.at : gone;
  }

  // -- identity ----------------------------------------------------------------

  [[nodiscard]] const shared_text& path() const noexcept { return from->path; }
  [[nodiscard]] const shared_text& custom() const noexcept { return from->custom; }
  [[nodiscard]] const shared_text& role() const noexcept { return from->role; }
  [[nodiscard]] const shared_names& policies() const noexcept { return from->policies; }
  /// Of its mount, which it was made or read with: of a lease the end of its path. Empty: none.
  [[nodiscard]] std::string_view role_name() const noexcept {
    const auto& text = is_lease() ? path() : role();
    const auto whole = text ? std::string_view{*text} : std::string_view{};
    return is_lease() ? whole.substr(whole.rfind('/') + 1) : whole;
  }

  std::uint64_t id = 0;
  std::shared_ptr<const provenance> from; ///< null until it is entered
  std::uint64_t order = 0;                ///< of a lease, as in its `lease_name`
  std::uint32_t ordinal = 0;              ///< of a lease, under its path, from 1
  std::uint32_t handle = no_slot;         ///< see `ledger::handle`
  client_name client;                     ///< of the scenario, whose token or secret it is

  // -- kinship -----------------------------------------------------------------

  /// Parent of a token, unless it was orphaned; owner of a lease. 0: none.
  token_id above;
  slot above_slot = no_slot;
  slot maker = no_slot; ///< the token that asked; none: a login or the server itself
  slot first_child = no_slot;
  slot first_lease = no_slot;
  slot next = no_slot; ///< sibling: the next child, or lease, of what is above
  /// Service children that are linked to it and not gone.
  std::uint32_t children = 0;

  // -- what was granted --------------------------------------------------------

  instant created{0};
  duration advertised{0};     ///< the first TTL granted; 0: never ends
  instant expire = never;     ///< its deadline, as last granted
  std::int64_t uses_left = 0; ///< 0: unlimited; -1: used up (R-302)
  std::uint32_t renewals = 0;
  ttl_bound bound = ttl_bound::own; ///< what bound the last grant
  kind what = kind::service;

  // -- its end -----------------------------------------------------------------

  ending reported;
  /// The deadline that had passed when its end was reported, or when a renewal came too late.
  instant lapsed = never;
  /// When its record was deleted and its leases were handed over.
  instant gone = never;
  /// When a backend was last asked to revoke it.
  instant last_attempt = never;

  std::int8_t credentials = 0; ///< of a lease: those that exist at its backend
  bool has_lease : 1 = false;
  bool has_cubbyhole : 1 = false;
  bool periodic : 1 = false;
  bool root : 1 = false;          ///< its policies are exactly `root`
  bool with_role : 1 = false;     ///< made with a token role
  bool made_as_child : 1 = false; ///< made with a parent, known here or not
  bool orphaned : 1 = false;      ///< lost its parent later
  bool batch_parent : 1 = false;  ///< ever had a batch child
  bool revoked : 1 = false;       ///< a backend carried out its revocation
  bool late : 1 = false;          ///< a lease made when its maker had gone already (R-529)
  bool given_up : 1 = false;      ///< its revocation was given up, at whatever time

  /// Made by a login or as a wrapping token, not at `auth/token/`.
  [[nodiscard]] bool made_by_method() const noexcept {
    return path() && !path()->starts_with("auth/token/");
  }
};
[[nodiscard]] std::string_view to_string(life_record::kind what) noexcept;

/// What holds of one token or lease at one instant.
struct life_view {
  life_state state = life_state::alive;
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

  [[nodiscard]] bool dead() const noexcept { return state != life_state::alive; }
  /// Its age when it ended, or at `now` if it is alive.
  [[nodiscard]] duration lived(instant now) const noexcept {
    return (dead() ? ended : now) - created;
  }
};

/// When something alive will end if nobody renews anything, and through whom.
struct outlook {
  instant end = never;
  token_id through; ///< the token above whose deadline comes first; 0: its own
};

/// What became of a revocation that did not succeed at once.
struct revocation_trouble {
  std::int64_t failures = 0; ///< attempts that failed
  std::string error;         ///< of the last of them
  instant given_up = never;
};

/// A credential that no lease stands for.
struct unleased_credential {
  std::uint32_t mount = 0;                        ///< see `ledger::mount`
  life_record::slot maker = life_record::no_slot; ///< whose request made it
};

} // namespace lapse::lives
