#include "actors/auth/make_auth_method.hpp"

#include "actors/auth/approle.hpp"
#include "actors/auth/generic_login.hpp"
#include "actors/auth/github.hpp"
#include "actors/auth/userpass.hpp"
#include "actors/auth/vouched_method.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace lapse::auth {

namespace {

template <class Method>
constexpr auth_method_kind kind(std::string_view type) {
  return {type, []() -> std::unique_ptr<runtime::engine> { return std::make_unique<Method>(); },
          &Method::table, &Method::setup};
}

template <std::size_t... At>
void add_vouched(std::vector<auth_method_kind>& to, std::index_sequence<At...>) {
  (to.push_back(kind<vouched_of<At>>(vouched(At).type)), ...);
}

} // namespace

std::span<const auth_method_kind> auth_method_kinds() {
  static const auto kinds = [] {
    std::vector<auth_method_kind> result{
        kind<approle_method>("approle"), kind<generic_login_method>("generic"),
        kind<github_method>("github"), kind<userpass_method>("userpass")};
    add_vouched(result, std::make_index_sequence<vouched_kinds>{});
    std::sort(result.begin(), result.end(),
              [](const auto& a, const auto& b) { return a.type < b.type; });
    return result;
  }();
  return kinds;
}

const login_setup* find_login_setup(std::string_view type) {
  for (const auto& kind : auth_method_kinds())
    if (kind.type == type)
      return &kind.setup();
  return nullptr;
}

std::unique_ptr<runtime::engine> make_auth_method(std::string_view type) {
  for (const auto& kind : auth_method_kinds())
    if (kind.type == type)
      return kind.make();
  return nullptr;
}

} // namespace lapse::auth
