#pragma once

#include "actors/lives/life.hpp"
#include "actors/protocol/client.hpp"
#include "actors/protocol/event.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace lapse::lives {

class ledger;

/// What the clients of a scenario asked for, and when they had all they need. Part of the ledger.
///
/// A client *has its set* while the server would accept its token and each secret it holds. A gap
/// is a time without, after the first complete set and before its `stop`. It begins when the first
/// of them ends as the ledger decides it, whoever has been told, and ends with the answer that
/// completes the next set.
class client_book {
public:
  static constexpr std::uint32_t no_family = life_record::no_slot;
  /// What has no lease, and so no end.
  static constexpr life_record::slot endless = life_record::no_slot - 1;

  /// A time in which a client had no complete set.
  struct gap {
    std::uint32_t number = 0; ///< of the client
    instant from{0};
    duration length{0}; ///< so far, if it is still open
    /// What ended first; `no_slot`: the client began anew.
    life_record::slot lost = life_record::no_slot;
  };

  struct family {
    client_family facts;
    /// Attempts that reached the server, and those that did not, by `client_request`.
    std::array<std::uint64_t, client_request_count> asked{};
    std::array<std::uint64_t, client_request_count> unreached{};
    std::uint64_t refused = 0;  ///< of those that reached it
    std::uint64_t complete = 0; ///< clients that once had a complete set
    // -- attempts that reached the server, by whole minutes since the start
    std::int64_t minute = -1; ///< the one under way
    std::uint64_t in_minute = 0;
    std::uint64_t worst = 0;
    std::int64_t worst_minute = 0;
    instant first_asked = never;
    // -- gaps
    std::uint64_t hit = 0; ///< clients that had a gap
    gap longest = {};
    gap first = {};
    std::uint64_t gave_up = 0;

    [[nodiscard]] std::uint64_t requests() const noexcept;
    /// Requests a minute from the first one on, in tenths; 0 without requests.
    [[nodiscard]] std::uint64_t mean_tenths(instant now) const noexcept;
    [[nodiscard]] std::uint64_t count(client_request what) const noexcept {
      return asked[static_cast<std::size_t>(what)];
    }
    [[nodiscard]] std::uint64_t renewals() const noexcept {
      return count(client_request::renew_token) + count(client_request::renew_lease);
    }
  };

  [[nodiscard]] const std::vector<family>& families() const noexcept { return families_; }
  /// `web3`, or `web` where there is but one.
  [[nodiscard]] std::string name(const client_name& who) const;

  /// The family with its gaps as they stand at `now`, those still open included.
  [[nodiscard]] family as_of(std::uint32_t family, instant now) const;

  /// The gap that the client is in; length 0 at its beginning. `from` is `never`: it is in none.
  [[nodiscard]] gap open_gap(const client_name& who, instant now) const;

  // -- keeping it ----------------------------------------------------------------

  void declare(const client_family& what);
  void asked(const client_asked& what, instant at);
  /// It got a token (part 0) or a secret. `in`: the ledger as it is now.
  void got(const client_name& who, std::uint32_t part, life_record::slot what, const ledger& in);
  /// Something that was its own has ended.
  void lost(const client_name& who, const ledger& in);
  void changed(const client_changed& what, const ledger& in);

private:
  struct member {
    instant gap_from = never;
    life_record::slot gap_lost = life_record::no_slot;
    bool complete_once = false;
    bool over = false;
    bool resting = false; ///< between two runs
    bool hit = false;
  };

  /// Null: there is no such client.
  [[nodiscard]] const member* find(const client_name& who) const;
  [[nodiscard]] member* find(const client_name& who);
  /// What it has: its token, then what it holds.
  [[nodiscard]] life_record::slot* parts_of(const client_name& who);
  void judge(const client_name& who, const ledger& in);
  static void enter(family& into, std::uint32_t number, const member& of, instant now);

  std::vector<family> families_;
  std::vector<std::vector<member>> members_;
  std::vector<std::vector<life_record::slot>> parts_;
};

} // namespace lapse::lives
