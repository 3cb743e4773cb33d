#pragma once

#include "actors/api/path_table.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/mount_identity.hpp"
#include "actors/protocol/refusal.hpp"
#include "actors/protocol/request.hpp"
#include "actors/runtime/registry.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::runtime {

struct mount;

/// What a secrets engine says of a credential it just made: how long and whether to lease it
///
struct secret_terms {
  duration ttl{0};     ///< 0: the mount's default
  duration max_ttl{0}; ///< 0: the mount's maximum
  bool renewable = true;
  /// False: the credential is given out without a lease.
  bool leased = true;
  /// The lease ends at the whole second of issue + ttl (R-1720, pki).
  bool from_whole_second = false;
  /// The engine tests the TTL itself when the lease is renewed: that none is left is an error of
  /// its own.
  bool tests_ttl = false;
  shared_origin origin;
};

/// What an auth method says of a login.
struct login_terms {
  std::vector<std::string> policies; ///< as written; normalised by the caller
  bool no_default_policy = false;
  duration ttl{0};
  duration max_ttl{0};
  duration explicit_max_ttl{0};
  duration period{0};
  std::int64_t num_uses = 0;
  std::string type = "default"; ///< token_type of the user or role
  std::vector<std::string> bound_cidrs;
  std::string display_name; ///< the method's part; empty: none
  std::map<std::string, std::string> metadata;
  std::string alias;                                 ///< entity alias name; empty: no entity
  std::map<std::string, std::string> alias_metadata; ///< what the method says of the alias
  std::vector<std::string> groups; ///< names that external groups may have as aliases (R-718)
  /// What the method wants to see again at renewal: user or role name.
  std::string principal;
};

/// What an auth method answers when a token of its own is renewed.
struct login_renewal {
  /// Not empty: renewal fails with this text (R-403 #10).
  std::string error;
  /// The handler answers nothing: 204, lease untouched (R-403 #11).
  bool nothing = false;
  duration ttl{0};
  duration max_ttl{0};
  duration period{0};
};

/// One call into an engine.
struct engine_call {
  operation op = operation::read;
  /// What the path's row declares, as the request says it.
  const api::field_data& in;
  const request& what;
  const mount& at;
  instant now{0};
  std::int64_t start_unix_s = 0;
  /// Draws the next number of this mount's own stream, for placeholders (passwords, keys, ids).
  std::function<std::uint64_t()> draw;
  /// The mount's default TTL, or else the system's: kv 1 shows it.
  duration default_lease_ttl = std::chrono::hours{768};
  /// The mount's maximum TTL, or else the system's.
  duration max_lease_ttl = std::chrono::hours{768};
};

/// An engine's answer: `reply` alone, or a credential or login for which `reply` holds the data.
struct engine_reply {
  engine_reply() = default;
  engine_reply(answer what) : reply(std::move(what)) {} // NOLINT: an answer is a reply

  answer reply;
  /// Why an auth method lets nobody in, where its answer does not say it; null: it does.
  refusal_ptr refused;
  std::optional<secret_terms> secret;
  std::optional<login_terms> login;
};

class engine;

/// How the lease of a secret may be renewed, or the error's text. No terms: the engine answers
/// nothing (204, R-427).
using renewal_terms = tl::expected<std::optional<secret_terms>, std::string>;

/// The paths of an engine: `engine_paths{{…}, {{.pattern = "roles/{name}", …}}}`.
using engine_paths = api::path_table<engine_reply (*)(engine&, const engine_call&),
                                     bool (*)(const engine&, const api::field_data&)>;

/// A secrets engine or auth method: the logic behind one mount, sequential and without actors. It
/// runs inside the mount's backend actor; others may read it through its const members only.
class engine {
public:
  virtual ~engine() = default;

  /// What the engine serves: one table for all engines of a kind.
  [[nodiscard]] virtual const engine_paths& paths() const = 0;

  /// Paths that take no token: logins. All paths here are relative to the mount.
  [[nodiscard]] bool unauthenticated(std::string_view path) const {
    return api::is_special(paths().special().unauthenticated, path);
  }

  /// Whether the item at `path` exists, for paths with an existence check; none for the others.
  /// Decides whether a write asks for `create` or `update`. An error: the request's fields
  /// cannot be converted.
  [[nodiscard]] tl::expected<std::optional<bool>, answer> exists(std::string_view path,
                                                                 const request& what) const {
    return paths().exists(
        path, what, [this](auto check, const api::field_data& in) { return check(*this, in); });
  }

  /// Terms for renewing the lease of a secret, as its role is now.
  [[nodiscard]] virtual renewal_terms renew(const secret_origin&) const { return secret_terms{}; }

  /// Why the secret can't be revoked, as the engine is configured now; empty if it can.
  [[nodiscard]] virtual std::string revoke(const secret_origin&) const { return {}; }

  /// Terms for renewing a login of `principal` whose token carries `policies`.
  [[nodiscard]] virtual login_renewal renew_login(std::string_view,
                                                  const std::vector<std::string>&) const {
    return {};
  }

  /// Whether the method locks users out: then a request to log in is looked into before it is
  /// performed.
  [[nodiscard]] virtual bool locks_users_out() const { return false; }

  /// Why no user can be read from a request to log in; empty: one can.
  [[nodiscard]] virtual std::string unnamed_user(const nlohmann::json&) const { return {}; }

  /// The users who are locked out at `now`, by the names of their aliases.
  [[nodiscard]] virtual std::vector<std::string> locked_users(const mount&, instant) const {
    return {};
  }

  /// Forgets a user's failed logins.
  virtual void unlock_user(std::string_view) {}

  /// Whether revoking a lease of this engine calls an external system (credentials are counted).
  [[nodiscard]] virtual bool revokes_externally() const { return true; }
};

namespace detail {

template <class Method>
struct class_of;
template <class Result, class Class, class... Args>
struct class_of<Result (Class::*)(Args...)> {
  using type = Class;
};
template <class Result, class Class, class... Args>
struct class_of<Result (Class::*)(Args...) const> {
  using type = const Class;
};

} // namespace detail

/// An engine's member function as the handler of a path: `on<&kv1_engine::read>`. It takes an
/// `engine_call` and returns an `answer` or an `engine_reply`.
template <auto Method>
engine_reply on(engine& whose, const engine_call& call) {
  return (static_cast<typename detail::class_of<decltype(Method)>::type&>(whose).*Method)(call);
}

/// An engine's member function as the existence check of a path. It takes the request's fields.
template <auto Method>
bool has(const engine& whose, const api::field_data& in) {
  return (static_cast<typename detail::class_of<decltype(Method)>::type&>(whose).*Method)(in);
}

/// How a mount locks users out after failed logins. 0: as the server does by default.
struct lockout_settings {
  std::uint64_t threshold = 0;
  duration lasts{0};
  duration counter_reset{0};
  bool disabled = false;
};

/// One entry of the mount table. Its identity stays as it is from `mount_table::add` on.
struct mount : mount_identity, std::enable_shared_from_this<mount> {
  std::string description;
  /// Being disabled: requests get 404.
  bool tainted = false;
  /// 0: the system's value holds.
  duration default_lease_ttl{0};
  duration max_lease_ttl{0};
  std::string token_type = "default-service"; ///< auth mounts only (R-707)
  nlohmann::json options;                     ///< `{"version": "2"}` and such; null: none
  /// What else was set, as the server shows it: audit keys, headers, visibility.
  nlohmann::json settings = nlohmann::json::object();
  std::optional<lockout_settings> user_lockout; ///< none: never tuned
  std::string plugin_version;                   ///< as tuned; empty: what is built in
  bool force_no_cache = false;
  bool local = false;
  bool seal_wrap = false;
  bool external_entropy_access = false;
  std::uint64_t ordinal = 0; ///< when it was mounted: the first mount is 1
  std::unique_ptr<lapse::runtime::engine>
      engine; ///< null for sys/, identity/, cubbyhole/, auth/token/
  const api::special_paths* built_in = nullptr; ///< of a mount without an engine
  slot_ref backend;
  slot_ref queue;

  [[nodiscard]] const api::special_paths& special() const {
    static const api::special_paths none;
    return engine ? engine->paths().special() : built_in ? *built_in : none;
  }
};

/// A path and the mount that serves it.
struct mount_route {
  const mount* at = nullptr;
  /// The path below the mount.
  std::string_view below;
};

/// What is mounted where. Plain data behind the environment, written by the vault actor only.
class mount_table {
public:
  explicit mount_table(access_trace& accesses) : accesses_(&accesses) {}

  [[nodiscard]] const mount* find(std::string_view path) const {
    accesses_->note(shared_key::mounts, access::read);
    auto i = mounts_.find(path);
    return i == mounts_.end() ? nullptr : i->second.get();
  }

  /// What `find` or `route` gave, to be changed.
  [[nodiscard]] mount& change(const mount& which) {
    accesses_->note(shared_key::mounts, access::write);
    return *mounts_.find(which.path)->second;
  }

  /// The mount whose path is the longest prefix of `path`; null if there is none. A mount is
  /// reached without its final `/` too (R-1704).
  [[nodiscard]] mount_route route(std::string_view path) const {
    accesses_->note(shared_key::mounts, access::read);
    // A request asks for the mount of its path at every station.
    if (routed_.at == nullptr || routed_.path != path) {
      const auto found = seek(path);
      routed_.path = path;
      routed_.at = found.at;
      routed_.below = path.size() - found.below.size();
    }
    return routed_.at == nullptr ? mount_route{}
                                 : mount_route{routed_.at, path.substr(routed_.below)};
  }

  /// The identity of the mount with an accessor; null if there is none.
  [[nodiscard]] const mount_identity* with_accessor(std::string_view accessor) const {
    accesses_->note(shared_key::mounts, access::read);
    for (const auto& [path, m] : mounts_)
      if (m->accessor == accessor)
        return m.get();
    return nullptr;
  }

  /// The identity of the mount that `path` lies under, or null.
  [[nodiscard]] shared_mount identity(std::string_view path) const {
    return shared(route(path).at);
  }

  /// The same of a mount that `find` or `route` gave; null of null.
  [[nodiscard]] static shared_mount shared(const mount* m) {
    return m == nullptr ? nullptr : m->shared_from_this();
  }

  /// Derives the accessor from the ordinal, so that a later mount of the same path gets another.
  mount& add(mount entry);

  /// @param how "was disabled", for people
  /// @param by whose request it was
  void remove(std::string_view path, std::string_view how, token_id by, instant now);

  /// What a path without a mount was under, and what became of that; null: under nothing.
  [[nodiscard]] refusal_ptr removed(std::string_view path) const;

  [[nodiscard]] const auto& all() const {
    accesses_->note(shared_key::mounts, access::read);
    return mounts_;
  }

private:
  [[nodiscard]] mount_route seek(std::string_view path) const {
    if (auto i = mounts_.upper_bound(path); i != mounts_.end() &&
                                            i->first.size() == path.size() + 1 &&
                                            i->first.substr(0, path.size()) == path)
      return {i->second.get(), {}};
    for (auto end = path.rfind('/'); end != std::string_view::npos;
         end = end == 0 ? std::string_view::npos : path.rfind('/', end - 1))
      if (const auto* m = find(path.substr(0, end + 1)))
        return {m, path.substr(end + 1)};
    return {};
  }

  /// What was asked last.
  struct routed {
    std::string path;
    const mount* at = nullptr;
    std::size_t below = 0; ///< where in the path the mount's own part begins
  };

  access_trace* accesses_;
  mutable routed routed_;
  std::map<std::string, std::shared_ptr<mount>, std::less<>> mounts_;
  /// Those that went, for people.
  std::map<std::string, refusal_ptr, std::less<>> removed_;
};

} // namespace lapse::runtime
