#include "sim/explain/maxima.hpp"

#include "reports/cause/cause.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace lapse::explain {

namespace {

using std::chrono::seconds;

/// A number of seconds in what the server shows at a path; none: it shows none there.
std::optional<duration> shown_seconds(paused_world& there, const std::string& path,
                                      const nlohmann::json::json_pointer& field) {
  const auto reply = *there.ask_as_root("GET", path);
  const auto* data = reply && reply->ok() ? std::get_if<nlohmann::json>(&reply->body) : nullptr;
  if (data == nullptr || !data->contains(field) || !data->at(field).is_number_integer())
    return std::nullopt;
  return seconds{data->at(field).get<std::int64_t>()};
}

/// What the mount itself sets; none or 0: nothing.
std::optional<duration> mount_maximum(paused_world& there, std::string_view mount) {
  constexpr std::string_view auth = "auth/";
  const auto path = mount.starts_with(auth) ? "sys/auth/" + std::string{mount.substr(auth.size())}
                                            : "sys/mounts/" + std::string{mount};
  return shown_seconds(there, path.substr(0, path.size() - 1),
                       nlohmann::json::json_pointer{"/config/max_lease_ttl"});
}

/// Of the role that a secret was read with, or a login was made with: methods have their own paths
/// for them.
std::optional<ttl_maximum> role_maximum(paused_world& there, const lives::life_record& life,
                                        const std::string& mount) {
  const std::string role{life.is_lease() || life.made_by_method() ? life.role_name() : ""};
  if (role.empty())
    return std::nullopt;
  const std::string key = life.is_lease() ? "max_ttl" : "token_max_ttl";
  for (const auto* folder : {"roles/", "role/", "users/", "user/", "certs/", "map/users/"}) {
    const auto value =
        shown_seconds(there, mount + folder + role, nlohmann::json::json_pointer{"/" + key});
    if (value && *value > duration::zero())
      return ttl_maximum{"role " + cause::quoted(role), key, *value, ttl_bound::backend_max};
  }
  return std::nullopt;
}

/// Of a token; that of a token role counts with its own, as it is at each renewal.
std::optional<ttl_maximum> explicit_maximum(paused_world& there, const lives::life_record& life) {
  std::optional<ttl_maximum> result;
  if (life.from->explicit_max > duration::zero())
    result = ttl_maximum{"explicit",
                         life.made_by_method() ? "token_explicit_max_ttl" : "explicit_max_ttl",
                         life.from->explicit_max, ttl_bound::explicit_max};
  if (life.is_lease() || life.made_by_method() || !life.role())
    return result;
  const auto of_role = shown_seconds(there, "auth/token/roles/" + *life.role(),
                                     nlohmann::json::json_pointer{"/token_explicit_max_ttl"});
  if (of_role && *of_role > duration::zero() && (!result || *of_role < result->value))
    result = ttl_maximum{"role " + cause::quoted(*life.role()), "token_explicit_max_ttl", *of_role,
                         ttl_bound::explicit_max};
  return result;
}

} // namespace

std::vector<ttl_maximum> maxima_of(paused_world& there, const lives::life_record& life,
                                   duration system_max) {
  std::vector<ttl_maximum> result;
  const auto mount = there.lives().mount(life);
  if (mount.empty())
    return result;
  // In the order in which the server takes them: of equal ones the first binds, and stays
  // the first here.
  const auto of_mount = mount_maximum(there, mount).value_or(duration::zero());
  const auto set = of_mount > duration::zero();
  if (set)
    result.push_back(
        {"mount " + cause::quoted(mount), "max_lease_ttl", of_mount, ttl_bound::mount_max});
  // That of a mount counts instead of it, even if it is larger.
  if (!set || of_mount < system_max)
    result.push_back(
        {"system", "max_lease_ttl", system_max, set ? ttl_bound::none : ttl_bound::mount_max});
  if (auto of_role = role_maximum(there, life, mount))
    result.push_back(std::move(*of_role));
  if (auto own = explicit_maximum(there, life))
    result.push_back(std::move(*own));
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
  return result;
}

} // namespace lapse::explain
