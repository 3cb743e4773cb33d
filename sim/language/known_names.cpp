#include "sim/language/known_names.hpp"

#include "actors/auth/make_auth_method.hpp"

#include "sim/language/handle_registry.hpp"
#include "sim/language/verbs.hpp"

#include <algorithm>

namespace lapse::language {

namespace {

constexpr std::string_view auth_mounts = "sys/auth/";
constexpr std::string_view secrets_mounts = "sys/mounts/";

using mount_map = std::map<std::string, known_mount, std::less<>>;

const known_mount* find_mount(const mount_map& mounts, std::string_view path,
                              std::string_view& mount) {
  for (auto end = path.size();; end = path.rfind('/', end - 1)) {
    if (end == std::string_view::npos)
      return nullptr;
    auto found = mounts.find(path.substr(0, end));
    if (found != mounts.end()) {
      mount = path.substr(0, end);
      return &found->second;
    }
    if (end == 0)
      return nullptr;
  }
}

// What logins of a user or role prove themselves with, if its entry says.
std::string_view proof_in(const document::document_node& principal) {
  std::string_view result;
  for (const auto& kind : auth::auth_method_kinds())
    if (kind.setup().proof_set_up)
      if (auto text = principal.text_of(kind.setup().proof); !text.empty())
        result = text;
  return result;
}

void add_mounts(const document::document_node* section, mount_map& mounts) {
  for (const auto& entry : document::entries_of(section)) {
    auto& mount = mounts[std::string{trimmed_mount(entry.key)}];
    mount.type = entry.text_of("type");
    for (auto key : {"users", "roles"})
      for (const auto& principal : document::entries_of(entry.find(key))) {
        mount.names.insert(principal.key);
        if (auto proof = proof_in(principal); !proof.empty())
          mount.secrets[principal.key] = proof;
      }
  }
}

class step_names {
public:
  explicit step_names(known_names& known) : known_(known) {}

  void collect(const document::document_node* steps) {
    collect_list(steps);
    // Only now: a write names no mount that nobody mounts.
    for (const auto& write : writes_)
      written(write);
  }

private:
  struct write {
    std::string path;
    const document::document_node* data;
    counter_names counters;
  };

  void collect_list(const document::document_node* steps) {
    for (const auto& step : document::items_of(steps))
      collect_step(step);
  }

  void collect_step(const document::document_node& step) {
    if (const auto* inner = inner_steps(step)) {
      const auto* repeat = step.find("repeat");
      if (repeat != nullptr)
        counters_.push_back(counter_of(*repeat));
      collect_list(inner);
      if (repeat != nullptr)
        counters_.pop_back();
    }
    const auto* verb = verb_of(step);
    if (verb == nullptr || verb->creates == named_thing::nothing)
      return;
    const auto& object = *step.find(verb->name);
    if (object.is_map())
      requested(object.text_of("path"), object.find("body"));
    else if (!object.is_scalar() || object.text.empty())
      return;
    else if (verb->creates == named_thing::mount)
      enabled(object.text, std::string{step.text_of("type")});
    else if (verb->creates == named_thing::policy)
      known_.policies.insert(object.text);
    else
      requested(object.text, step.find("data"));
  }

  // A mount that moves is known under both paths, with what it holds.
  void moved(std::string_view from, std::string_view to) {
    constexpr std::string_view auth = "auth/";
    auto& mounts = from.starts_with(auth) ? known_.auth : known_.secrets;
    for (auto* path : {&from, &to})
      *path = trimmed_mount(path->starts_with(auth) ? path->substr(auth.size()) : *path);
    if (const auto i = mounts.find(from); i != mounts.end() && !to.empty()) {
      auto copy = i->second;
      mounts.insert_or_assign(std::string{to}, std::move(copy));
    }
  }

  void requested(std::string_view path, const document::document_node* body) {
    auto type = std::string{body == nullptr ? std::string_view{} : body->text_of("type")};
    if (path.starts_with(auth_mounts))
      enabled("auth/" + std::string{path.substr(auth_mounts.size())}, type);
    else if (path.starts_with(secrets_mounts))
      enabled(path.substr(secrets_mounts.size()), type);
    else if (path == "sys/remount" && body != nullptr)
      moved(body->text_of("from"), body->text_of("to"));
    else
      writes_.push_back({std::string{path}, body, counters_});
  }

  void enabled(std::string_view path, const std::string& type) {
    auto is_auth = path.substr(0, 5) == "auth/";
    path = trimmed_mount(is_auth ? path.substr(5) : path);
    if (has_counter(path, counters_)) {
      (is_auth ? known_.counted_auth : known_.counted_secrets)
          .push_back(to_counted(path, counters_));
      return;
    }
    auto& mount = (is_auth ? known_.auth : known_.secrets)[std::string{path}];
    if (mount.type.empty())
      mount.type = type;
  }

  void written(const write& what) {
    constexpr std::string_view token_roles = "auth/token/roles/";
    std::string_view path = what.path;
    if (path.substr(0, token_roles.size()) == token_roles)
      return add(known_.token_roles, path.substr(token_roles.size()), what);
    auto is_auth = path.substr(0, 5) == "auth/";
    auto& mounts = is_auth ? known_.auth : known_.secrets;
    auto rest = is_auth ? path.substr(5) : path;
    for (std::string_view part : {"/users/", "/roles/", "/role/", "/certs/", "/map/users/"}) {
      auto at = rest.find(part);
      auto mount = at == std::string_view::npos ? mounts.end() : mounts.find(rest.substr(0, at));
      if (mount == mounts.end())
        continue;
      auto name = rest.substr(at + part.size());
      add(mount->second, name.substr(0, name.find('/')), what);
    }
  }

  void add(known_mount& mount, std::string_view name, const write& what) {
    if (has_counter(name, what.counters))
      mount.counted.push_back(to_counted(name, what.counters));
    else
      mount.names.insert(std::string{name});
    auto proof = what.data == nullptr ? std::string_view{} : proof_in(*what.data);
    if (!proof.empty())
      mount.secrets[std::string{name}] = proof;
  }

  known_names& known_;
  counter_names counters_;
  std::vector<write> writes_;
};

} // namespace

bool known_mount::knows(std::string_view name) const {
  return names.count(name) > 0 ||
         std::any_of(counted.begin(), counted.end(),
                     [&](const auto& text) { return matches_counted(text, name); });
}

const known_mount* known_names::find_auth(std::string_view path, std::string_view& mount) const {
  return find_mount(auth, path, mount);
}

const known_mount* known_names::find_secrets(std::string_view path, std::string_view& mount) const {
  return find_mount(secrets, path, mount);
}

bool may_mount(std::string_view path) noexcept {
  return path.starts_with(auth_mounts) || path.starts_with(secrets_mounts);
}

std::string_view trimmed_mount(std::string_view path) {
  while (!path.empty() && path.back() == '/')
    path.remove_suffix(1);
  while (!path.empty() && path.front() == '/')
    path.remove_prefix(1);
  return path;
}

known_names collect_names(const document::document_node& scenario) {
  known_names result;
  add_mounts(scenario.find("auth"), result.auth);
  add_mounts(scenario.find("secrets"), result.secrets);
  for (const auto& policy : document::entries_of(scenario.find("policies")))
    result.policies.insert(policy.key);
  for (const auto& role : document::entries_of(scenario.find("token_roles")))
    result.token_roles.names.insert(role.key);
  step_names{result}.collect(scenario.find("steps"));
  return result;
}

} // namespace lapse::language
