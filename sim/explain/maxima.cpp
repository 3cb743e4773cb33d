#include "sim/explain/maxima.hpp"

#include "actors/auth/make_auth_method.hpp"
#include "reports/cause/cause.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace lapse::explain {

namespace {

using std::chrono::seconds;

/// What the server shows root at a path; null: nothing.
nlohmann::json shown(paused_world& there, const std::string& path) {
  const auto reply = *there.ask_as_root("GET", path);
  const auto* data = reply && reply->ok() ? std::get_if<nlohmann::json>(&reply->body) : nullptr;
  return data != nullptr ? *data : nlohmann::json{};
}

/// A number of seconds in there; 0: none.
duration seconds_at(const nlohmann::json& data, const nlohmann::json::json_pointer& field) {
  return data.contains(field) && data.at(field).is_number_integer()
             ? seconds{data.at(field).get<std::int64_t>()}
             : duration::zero();
}

/// The folder below a mount in which a secret's role stands, or a login's role or user.
std::vector<std::string_view> role_folders(const lives::life_record& life,
                                           const nlohmann::json& mount) {
  if (life.is_lease())
    return {"roles"};
  const auto* kind = auth::find_login_setup(mount.value("type", std::string{}));
  if (kind == nullptr)
    return {};
  return kind->folder.empty() ? std::vector<std::string_view>{"roles", "users"}
                              : std::vector<std::string_view>{kind->folder};
}

/// Of the role that a secret was read with, or a login was made with.
std::optional<ttl_maximum> role_maximum(paused_world& there, const lives::life_record& life,
                                        const nlohmann::json& mount) {
  const std::string role{life.is_lease() || life.made_by_method() ? life.role_name() : ""};
  if (role.empty() || !mount.is_object())
    return std::nullopt;
  const std::string key = life.is_lease() ? "max_ttl" : "token_max_ttl";
  for (const auto folder : role_folders(life, mount)) {
    const auto path = there.lives().mount(life) + std::string{folder} + '/' + role;
    const auto value = seconds_at(shown(there, path), nlohmann::json::json_pointer{"/" + key});
    if (value > duration::zero())
      return ttl_maximum{"role " + cause::quoted(role), key, value, ttl_bound::backend_max};
  }
  return std::nullopt;
}

/// Of a token; that of a token role counts with its own, as it is at each renewal
///
std::optional<ttl_maximum> explicit_maximum(paused_world& there, const lives::life_record& life) {
  std::optional<ttl_maximum> result;
  if (life.from->explicit_max > duration::zero())
    result = ttl_maximum{"explicit",
                         life.made_by_method() ? "token_explicit_max_ttl" : "explicit_max_ttl",
                         life.from->explicit_max, ttl_bound::explicit_max};
  if (life.is_lease() || life.made_by_method() || !life.role())
    return result;
  const auto of_role = seconds_at(shown(there, "auth/token/roles/" + *life.role()),
                                  nlohmann::json::json_pointer{"/token_explicit_max_ttl"});
  if (of_role > duration::zero() && (!result || of_role < result->value))
    result = ttl_maximum{"role " + cause::quoted(*life.role()), "token_explicit_max_ttl", of_role,
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
  const auto about = shown(there, sys_path_of(mount));
  const auto of_mount = seconds_at(about, nlohmann::json::json_pointer{"/config/max_lease_ttl"});
  const auto set = of_mount > duration::zero();
  if (set)
    result.push_back(
        {"mount " + cause::quoted(mount), "max_lease_ttl", of_mount, ttl_bound::mount_max});
  // That of a mount counts instead of it, even if it is larger.
  if (!set || of_mount < system_max)
    result.push_back(
        {"system", "max_lease_ttl", system_max, set ? ttl_bound::none : ttl_bound::mount_max});
  if (auto of_role = role_maximum(there, life, about))
    result.push_back(std::move(*of_role));
  if (auto own = explicit_maximum(there, life))
    result.push_back(std::move(*own));
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
  return result;
}

} // namespace lapse::explain
