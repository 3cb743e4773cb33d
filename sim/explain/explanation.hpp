#pragma once

#include "actors/protocol/event.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lapse::explain {

/// An end that a run showed.
struct explained_end {
  instant at = never; ///< `never`: it does not end
  /// Why, as a clause: `its own TTL ran out`, `its parent `app` expired`. Empty without an end.
  std::string reason;
};

/// One link of the chain that bounds a life: the token or lease itself, its owner, its parent, ….
struct bound_link {
  std::string name;
  std::string kind;    ///< token, batch, wrapping or lease
  instant end = never; ///< its own deadline as it stands
  ttl_bound bound = ttl_bound::none;
  /// How far renewals carry it, with everything above it renewed too; `never`: as far as was tried.
  instant limit = never;
  ttl_bound limit_bound = ttl_bound::none;
  /// Why it cannot be renewed, in the server's words; empty if it can.
  std::string refusal;
  /// Its end comes first in the chain if nothing more is renewed.
  bool binding = false;
  /// Its limit comes first in the chain if everything is renewed.
  bool limiting = false;
  /// Requests with this token until the last use ends it; 0: unlimited, or a lease.
  std::int64_t uses_left = 0;
};

/// A longest time that something may live from when it was made, whatever is renewed.
struct ttl_maximum {
  std::string name; ///< role `web`, explicit, mount `auth/approle/`, system
  std::string key;  ///< what sets it: `token_max_ttl`
  duration value{0};
  /// What a renewal that it cuts is bound by; `none`: it cuts none, as another stands for it.
  ttl_bound bound = ttl_bound::none;
  /// It is the one that ends renewals.
  bool binds = false;
};

/// What a renewal without an increment gives.
struct renewal_outlook {
  /// The server's words if it refuses at once; the rest is then empty.
  std::string refusal;
  duration grant{0}; ///< what one gives now
  /// From when on one gives less than `grant`; `never`: not before the hard end.
  instant first_cut = never;
};

/// Something that dies in a revocation.
struct casualty {
  std::string name;
  std::string kind;
  std::string above; ///< parent of a token, owner of a lease; empty: none
  /// When it would have ended otherwise, if nobody renewed anything.
  instant otherwise = never;
  std::string mount; ///< of a lease: the mount of its backend
  std::string path;  ///< of a lease: the request path
};

/// What a backend is asked for, and what comes of it.
struct touched_backend {
  std::string mount;
  std::int64_t leases = 0;
  std::int64_t revoked = 0;
  std::int64_t irrevocable = 0;
  /// When the last of them was removed or given up; `never`: some are still queued.
  instant done = never;
  std::int64_t failures = 0;
  std::string error; ///< of the last failed attempt; empty: none failed
};

/// Something related that lives on.
struct survivor {
  std::string name;
  std::string kind; ///< as above, or `credential` for one without a lease
  std::string why;
  instant end = never; ///< if nobody renews anything
};

/// What would die of a revocation.
struct blast_radius {
  instant at{0}; ///< when it is asked for
  /// The server's words if no revocation is possible; the rest is then empty.
  std::string refusal;
  /// The server's words if it stopped half-way; empty: it did all.
  std::string stopped;
  /// Who asked: `root`, or the token itself where root is dead.
  std::string by;
  /// In the order in which they die.
  std::vector<casualty> dead;
  std::vector<touched_backend> backends;
  std::vector<survivor> survivors;
  /// Tokens above it, which live on in any case.
  std::int64_t above_tokens = 0;
  /// Other tokens and leases that live and have nothing to do with it.
  std::int64_t unrelated_tokens = 0;
  std::int64_t unrelated_leases = 0;
};

/// Everything `lapse explain` says of a token or lease at one moment of a scenario.
struct explanation {
  std::string source;   ///< the file as the user gave it
  std::string scenario; ///< its name
  std::string handle;
  std::string kind;
  instant created{0};
  instant at{0};
  /// Why this moment: `as asked`, `the last step at which it lives`, ….
  std::string moment;
  /// An earlier moment at which a revocation takes the most along, and more than at `at`; `never`:
  /// there is none, or the moment is as asked.
  instant busiest = never;
  /// If nobody renews anything any more.
  explained_end as_it_stands;
  /// If everything in the chain is renewed as long as that helps.
  explained_end hard_end;
  /// After this many rounds of renewals there was still no end.
  bool open_ended = false;
  /// The thing itself first, the topmost ancestor last.
  std::vector<bound_link> chain;
  /// Links in the middle of a very long chain that `chain` leaves out.
  std::int64_t links_left_out = 0;
  /// The maxima of the thing itself, the least first; empty if renewals carry it as far as anybody
  /// likes, or it never ends.
  std::vector<ttl_maximum> maxima;
  /// How far renewals would carry it if the maximum that binds were raised above the next one;
  /// `never`: none binds, or it is the last.
  instant raised = never;
  renewal_outlook renewals;
  blast_radius radius;
};

/// What `lapse explain` says of a path: what would die with whatever was given out below it.
struct path_explanation {
  std::string source;
  std::string scenario;
  /// `prefix`, `mount` or `disable`.
  std::string question;
  std::string path; ///< of a mount with its final `/`
  instant at{0};
  /// As of `explanation`.
  std::string moment;
  instant busiest = never;
  blast_radius radius;
};

} // namespace lapse::explain
