#pragma once

#include "actors/protocol/event.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lapse {

/// How a token or lease ended.
struct ending {
  instant at = never; ///< `never`: it has not
  end_cause cause = end_cause::deadline;
  token_id because; ///< for `ancestor`: the topmost token whose end took it along
  token_id by;      ///< the token whose request was under way, if any
};

/// What one token or lease went through, as far as events told.
struct life_record {
  enum class kind : std::uint8_t { service, batch, wrapping, lease };

  kind what = kind::service;
  token_name token;                        ///< of a token
  lease_id lease;                          ///< of a secret lease
  std::shared_ptr<const std::string> path; ///< request path of a lease
  std::uint64_t order = 0;                 ///< of a lease, as in its `lease_name`
  std::uint32_t ordinal = 0;               ///< of a lease, under its path, from 1
  std::string handle;                      ///< the scenario's name; empty: none
  token_id above;                          ///< parent of a token, owner of a lease; 0: none
  instant created{0};
  duration told{0};               ///< first TTL granted; 0: never ends
  instant advertised_end = never; ///< after the last renewal
  ttl_bound bound = ttl_bound::own;
  std::uint32_t renewals = 0;
  ending reported; ///< as the event told; see `chronicle::end_of`
  instant gone = never;
  bool irrevocable = false;

  [[nodiscard]] bool is_lease() const noexcept { return what == kind::lease; }

  /// When all was done that its end called for; `never`: not yet. Nothing is stored of a batch
  /// token and nobody is told of its end: there is nothing to do for it.
  [[nodiscard]] instant carried_out(const ending& end) const noexcept {
    return what == kind::batch ? end.at : gone;
  }
};
[[nodiscard]] std::string_view to_string(life_record::kind what) noexcept;

/// When something alive will end if nobody renews anything, and through whom.
struct outlook {
  instant end = never;
  token_id through; ///< the token above whose deadline comes first; 0: its own
};

/// The chronicle of every token and lease of a run, from the event stream alone. Its memory grows
/// with tokens and leases, not with events. Records stand in order of creation, so that whatever is
/// above something stands before it.
class chronicle final : public event_reader {
public:
  void on_event(const event& e) override;

  [[nodiscard]] const std::vector<life_record>& lives() const noexcept { return lives_; }
  [[nodiscard]] const life_record* find(token_id id) const;
  [[nodiscard]] const life_record* find(lease_id id) const;

  /// Place in `lives` of one of its records.
  [[nodiscard]] std::size_t number_of(const life_record& life) const noexcept {
    return static_cast<std::size_t>(&life - lives_.data());
  }

  /// Number of the record above that of this number, always a smaller one. None as well where a
  /// stream creates what is above after what is below, as no server does.
  [[nodiscard]] std::optional<std::size_t> above(std::size_t number) const;

  /// Time passes without an event, for a look at the world as it is at `to`.
  void advance(instant to) noexcept {
    if (to > now_)
      now_ = to;
  }

  /// Time of the last event.
  [[nodiscard]] instant now() const noexcept { return now_; }

  /// The end by the scenario language's table of states: the first cause decides, on a tie the own
  /// deadline; a deadline counts once it has passed, whether or not its revocation has come.
  [[nodiscard]] ending end_of(const life_record& life) const;

  /// One entry per record.
  [[nodiscard]] std::vector<outlook> outlooks() const;

  // -- names -------------------------------------------------------------------

  /// The handle, or a short stable name: `token:` and the start of the accessor, `batch:` and some
  /// digits (a batch token has no accessor), path and `#` ordinal for a lease.
  [[nodiscard]] std::string name(const life_record& life) const;
  [[nodiscard]] std::string name(token_id id) const;
  [[nodiscard]] std::string name(lease_id id) const;

  /// Who made a request: a name, `nobody` without a token, `unknown` for a text nobody knows.
  [[nodiscard]] std::string name(const credential& by) const;

private:
  void bind(const handle_bound& e);
  void add(instant at, const token_created& made);
  void add(instant at, const lease_created& e);
  void renew(life_record* life, instant expire, ttl_bound bound);
  void end(life_record* life, instant at, end_cause cause, token_id because);
  [[nodiscard]] life_record* seek(token_id id);
  [[nodiscard]] life_record* seek(lease_id id);
  [[nodiscard]] ending own_end(const life_record& life) const;

  struct open_request {
    std::uint64_t number;
    token_id by;
    /// It revokes, unmounts or tidies.
    bool ends = false;
  };

  /// Whose request ended something just now: of several under way, the last that can.
  [[nodiscard]] token_id culprit() const;

  std::vector<life_record> lives_;
  // Only looked up, never iterated.
  std::unordered_map<std::uint64_t, std::size_t> tokens_;
  std::unordered_map<std::uint64_t, std::size_t> leases_;
  std::unordered_map<std::string, std::uint32_t> ordinals_;
  std::unordered_map<std::uint64_t, std::string> early_handles_;
  std::vector<open_request> open_;
  instant now_{0};
};

} // namespace lapse
