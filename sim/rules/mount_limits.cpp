#include "sim/rules/mount_limits.hpp"

#include "actors/ttl/duration.hpp"

#include <algorithm>
#include <optional>

namespace lapse::rules {

namespace {

/// `secret/` for `sys/mounts/secret` and `sys/mounts/secret/tune`, `auth/userpass/` for
/// `sys/auth/…`; empty for any other path.
std::string mount_named_by(std::string_view path) {
  std::string result;
  if (path.starts_with("sys/mounts/")) {
    path.remove_prefix(11);
  } else if (path.starts_with("sys/auth/")) {
    path.remove_prefix(9);
    result = "auth/";
  } else {
    return {};
  }
  if (path.ends_with("/tune"))
    path.remove_suffix(5);
  while (path.ends_with('/'))
    path.remove_suffix(1);
  if (path.empty())
    return {};
  return result.append(path) + '/';
}

/// The maximum a request's body asks for; none if it asks for none. `duration::max()` for what
/// cannot be read here.
std::optional<duration> asked_max(const nlohmann::json& body) {
  if (!body.is_object())
    return std::nullopt;
  const auto* from = &body;
  if (auto config = body.find("config"); config != body.end() && config->is_object())
    from = &*config;
  auto max = from->find("max_lease_ttl");
  if (max == from->end() || max->is_null())
    return std::nullopt;
  if (max->is_number_integer()) {
    auto seconds = max->get<std::int64_t>();
    return seconds < 0 || seconds > 9'000'000'000 ? duration::max()
                                                  : duration{std::chrono::seconds{seconds}};
  }
  if (!max->is_string())
    return duration::max();
  const auto& text = max->get_ref<const std::string&>();
  if (text.empty()) // says nothing
    return std::nullopt;
  if (text == "system")
    return duration::zero();
  return parse_duration(text).value_or(duration::max());
}

} // namespace

void mount_limits_seen::learn(const request& what, bool done) {
  if (what.path == "sys/remount")
    return learn_move(what.body, done);
  if (!what.path.starts_with("sys/mounts/") && !what.path.starts_with("sys/auth/"))
    return;
  auto mount = mount_named_by(what.path);
  if (mount.empty() || !may_change(what.op))
    return;
  auto max = asked_max(what.body);
  if (what.op == operation::delete_ || (!max && !what.path.ends_with("/tune")))
    max = duration::zero(); // a new mount starts from the system's value
  if (!max)
    return;
  if (*max <= duration::zero())
    max = system_max_;
  const bool tune = what.path.ends_with("/tune");
  set(mount, *max, done);
  // A tune reaches the mount that a path below it belongs to: one of these.
  for (auto end = mount.rfind('/', mount.size() - 2); tune && end != std::string::npos && end > 0;
       end = mount.rfind('/', end - 1))
    set(mount.substr(0, end + 1), *max, false);
}

// the maximum moves with the mount.
void mount_limits_seen::learn_move(const nlohmann::json& body, bool done) {
  const auto mount_in = [&](const char* key) {
    std::string path;
    if (body.is_object() && body.contains(key) && body[key].is_string())
      path = body[key].get<std::string>();
    path.erase(0, path.find_first_not_of('/'));
    return path.ends_with('/') ? path : path + '/';
  };
  set(mount_in("to"), max_for(mount_in("from")), done);
}

void mount_limits_seen::set(const std::string& mount, duration max, bool done) {
  auto i =
      std::find_if(tuned_.begin(), tuned_.end(), [&](const entry& e) { return e.mount == mount; });
  if (i == tuned_.end() && (max == system_max_ || (!done && max < system_max_)))
    return;
  if (i == tuned_.end())
    i = tuned_.insert(tuned_.end(), entry{mount, system_max_, system_max_});
  i->max = done ? max : std::max(i->max, max);
  i->met = std::max(i->met, i->max);
}

void mount_limits_seen::settle() noexcept {
  for (auto& e : tuned_)
    e.met = e.max;
}

duration mount_limits_seen::longest(std::string_view path) const noexcept {
  const entry* best = nullptr;
  for (const auto& e : tuned_)
    if (path.starts_with(e.mount) && (best == nullptr || e.mount.size() > best->mount.size()))
      best = &e;
  return best == nullptr ? system_max_ : best->met;
}

} // namespace lapse::rules
