// sys/internal/ui: what clients ask before they do anything with a mount (R-1224). The paths take
// no token, and show more to one that has one.

#include "actors/api/answers.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

namespace {

using json = nlohmann::json;

constexpr std::string_view auth_prefix = "auth/";

/// A path of the mount table without its table.
std::string_view in_table(const runtime::mount& m) {
  auto path = std::string_view{m.path};
  if (m.auth)
    path.remove_prefix(auth_prefix.size());
  return path;
}

bool is_shown_to_all(const runtime::mount& m) {
  return m.settings.value("listing_visibility", "") == "unauth";
}

} // namespace

bool vault::knows_visible_mounts(const runtime::exchange_ptr& x, bool needs_token) {
  if (x->visible_mounts)
    return true;
  const bool has_token = x->by.id || !x->by.text.empty();
  if (!has_token && !needs_token)
    return true;
  const auto id = env_.slots.token_of(x->by);
  const auto* caller = env_.slots.find(id);
  if (caller == nullptr ||
      !tell(env_.slots.ref_of(*caller),
            runtime::lease_request{x, runtime::lease_request::what::visible_mounts,
                                   duration::zero()}))
    finish(x, error_answer(403, "permission denied"));
  return false;
}

void vault::list_visible_mounts(const runtime::exchange_ptr& x, const api::field_data&) {
  if (!knows_visible_mounts(x, false))
    return;
  json data = {{"secret", json::object()}, {"auth", json::object()}};
  for (const auto& [path, m] : env_.mounts.all()) {
    const bool seen = x->visible_mounts &&
                      std::find(x->visible_mounts->begin(), x->visible_mounts->end(), path) !=
                          x->visible_mounts->end();
    if (!seen && !is_shown_to_all(*m))
      continue;
    auto entry = description(*m);
    if (!x->visible_mounts)
      entry = {{"type", entry["type"]},
               {"description", entry["description"]},
               {"options", entry["options"]}};
    data[m->auth ? "auth" : "secret"][std::string{in_table(*m)}] = std::move(entry);
  }
  finish(x, data_answer(std::move(data)));
}

void vault::read_visible_mount(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (!knows_visible_mounts(x, true))
    return;
  std::string path{in.captured("path")};
  path.erase(0, path.find_first_not_of('/'));
  if (!path.ends_with('/'))
    path += '/';
  const auto* m = env_.mounts.route(path).at;
  if (m == nullptr || std::find(x->visible_mounts->begin(), x->visible_mounts->end(), m->path) ==
                          x->visible_mounts->end())
    return finish(x, error_answer(403, "preflight capability check returned 403, please ensure "
                                       "client's policies grant access to path " +
                                           quote(path)));
  auto data = description(*m);
  data["path"] = in_table(*m);
  finish(x, data_answer(std::move(data)));
}

} // namespace lapse::vault
