#pragma once

#include "actors/protocol/ids.hpp"
#include "actors/protocol/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse {

/// What a request failed of: at the door, or (from `login` on) of what it asked for.
enum class refusal_kind : std::uint8_t {
  no_token,   ///< none came with it, and the path asks for one
  no_life,    ///< its token has ended or was never made (R-120, R-531)
  used_up,    ///< its token had its last use (R-303)
  no_parent,  ///< the parent of its batch token has ended (R-122)
  address,    ///< its token is bound to other addresses (R-125)
  entity,     ///< its entity is disabled (R-719)
  no_rule,    ///< no policy has a rule for the path (R-904)
  capability, ///< the deciding rule does not give what the operation needs (R-901)
  deny,       ///< the deciding rule denies (R-903)
  sudo,       ///< the path asks for `sudo` too, which the deciding rule does not give
  parameter,  ///< a parameter is not allowed, denied or missing (R-909)
  wrapping,   ///< the wrapping TTL is out of bounds (R-910)
  page,       ///< the listing asks for more than a page (R-926)
  sealed,     ///< the server is sealed (R-1301)
  login,      ///< an auth method lets nobody in with what came (R-709, R-1714)
  ended,      ///< the token or lease that the request is about has ended
  policies,   ///< it would make a token with more policies than its maker may give (R-222)
  renewal,    ///< the token or lease that it renews is not renewable (R-403, R-612)
  unmounted,  ///< what was mounted at its path has been disabled (R-653)
  fault,      ///< a fault of the scenario: an outage, or a backend that is down
  unmodelled  ///< lapse leaves the path out: 501
};
[[nodiscard]] std::string_view to_string(refusal_kind kind) noexcept;

/// A policy that a token names and that is not there.
struct missing_policy {
  std::string name;
  instant since = never; ///< when it went; `never`: it never was there
  bool expired = false;  ///< it was not deleted, but its time was over (R-918)
};

/// Why a request was refused, for people.
struct refusal_reason {
  refusal_kind kind = refusal_kind::no_life;
  /// One clause: "no policy of it has a rule for this path".
  std::string text;
  /// What would let it in: "`update` in a rule for kv/a". Empty: nothing simple would.
  std::string remedy;
  /// The rule that decided, or (`no_rule`) the one nearest to the path, and the policies that have
  /// it, separated by spaces; empty: none.
  std::string rule;
  std::string policy;
  /// Whose request brought it about (0: nobody's that is known), and when.
  token_id by;
  instant since = never;
  /// Where a rule would have had to give more: policies that may have had one.
  std::vector<missing_policy> missing;
};

/// A reason that is worked out when somebody asks for it: most refusals are expected, or not looked
/// at. One simulation, and with it one thread, uses it.
class refusal {
public:
  explicit refusal(refusal_reason known) : known_(std::move(known)) {}
  explicit refusal(std::function<refusal_reason()> find) : find_(std::move(find)) {}

  [[nodiscard]] const refusal_reason& reason() const {
    if (!known_)
      known_ = find_();
    return *known_;
  }

private:
  mutable std::optional<refusal_reason> known_;
  std::function<refusal_reason()> find_;
};
using refusal_ptr = std::shared_ptr<const refusal>;

[[nodiscard]] refusal_ptr refusal_of(refusal_kind kind, std::string text, std::string remedy = {});

/// A refusal whose kind says it all; the same object for all requests.
[[nodiscard]] const refusal_ptr& plain_refusal(refusal_kind kind);

} // namespace lapse
