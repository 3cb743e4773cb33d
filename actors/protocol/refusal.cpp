#include "actors/protocol/refusal.hpp"

#include <array>
#include <cstddef>

namespace lapse {

namespace {

struct kind_row {
  std::string_view name;
  std::string_view text;
  std::string_view remedy;
};

/// In the order of `refusal_kind`.
constexpr kind_row rows[] = {
    {"no_token", "no token came with it", "a token in `as`"},
    {"no_life", "its token does not exist", ""},
    {"used_up", "its token has been used up", "a larger `num_uses`"},
    {"no_parent", "the parent of its batch token has ended",
     "an orphan, or a parent that lives on"},
    {"address", "its token is bound to other addresses", "another `token_bound_cidrs`"},
    {"entity", "its entity is disabled", "`disabled: false` for the entity"},
    {"no_rule", "no policy of it has a rule for this path", ""},
    {"capability", "the rule does not give the capability", ""},
    {"deny", "a rule denies this path", ""},
    {"sudo", "this path needs `sudo` too", ""},
    {"parameter", "a parameter is not allowed", ""},
    {"wrapping", "the wrapping TTL is out of bounds", ""},
    {"page", "the listing asks for more than a page", ""},
    {"sealed", "the server is sealed", "`unseal: true` before it"},
    {"login", "the auth method does not let it in", ""},
    {"ended", "what it is about has ended", ""},
    {"policies", "it asks for policies that its maker does not have", ""},
    {"renewal", "what it renews is not renewable", ""},
    {"unmounted", "what was mounted there has been disabled", ""},
    {"fault", "a fault of the scenario", ""},
    {"unmodelled", "lapse does not model this path", ""},
};

} // namespace

std::string_view to_string(refusal_kind kind) noexcept {
  return rows[static_cast<std::size_t>(kind)].name;
}

refusal_ptr refusal_of(refusal_kind kind, std::string text, std::string remedy) {
  refusal_reason reason;
  reason.kind = kind;
  reason.text = std::move(text);
  reason.remedy = std::move(remedy);
  return std::make_shared<const refusal>(std::move(reason));
}

const refusal_ptr& plain_refusal(refusal_kind kind) {
  static const auto all = [] {
    std::array<refusal_ptr, std::size(rows)> result;
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = refusal_of(static_cast<refusal_kind>(i), std::string{rows[i].text},
                             std::string{rows[i].remedy});
    }
    return result;
  }();
  return all[static_cast<std::size_t>(kind)];
}

} // namespace lapse
