#pragma once

#include "actors/runtime/mount.hpp"

#include "actors/http/read_request.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace lapse {

using namespace api;
using namespace runtime;

/// Asks a secrets engine or auth method without a world around it.
class engine_probe {
public:
  engine_probe(std::string path, std::unique_ptr<engine> what) {
    mount_.path = std::move(path);
    mount_.engine = std::move(what);
  }

  /// Method, path below the mount (a query may be on it), body; asked at `now`.
  engine_reply ask(std::string_view method, std::string_view path, nlohmann::json body = nullptr) {
    auto what = http::parse_request(method, mount_.path + std::string{path}, std::move(body));
    if (!what)
      throw std::invalid_argument("unknown method");
    const auto found =
        mount_.engine->paths().find(std::string_view{what->path}.substr(mount_.path.size()), *what);
    if (!found)
      return found.error();
    const engine_call call{what->op,
                           found->in,
                           *what,
                           mount_,
                           now,
                           start_unix_s,
                           [this] { return mix(++drawn_); },
                           default_lease_ttl,
                           max_lease_ttl};
    auto reply = found->handler(*mount_.engine, call);
    add_warnings(reply.reply, what->op, found->warnings());
    return reply;
  }

  /// Whether the item at `path` exists; none for a path without an existence check.
  [[nodiscard]] std::optional<bool> exists(std::string_view path) const {
    request what;
    what.op = operation::update;
    return mount_.engine->exists(path, what).value();
  }

  int status(std::string_view method, std::string_view path, nlohmann::json body = nullptr) {
    return ask(method, path, std::move(body)).reply.status;
  }

  /// The error text of a request that fails with one.
  std::string error(std::string_view method, std::string_view path, nlohmann::json body = nullptr) {
    auto reply = ask(method, path, std::move(body)).reply;
    return reply.errors.size() == 1 ? reply.errors.front() : std::string{"no single error"};
  }

  nlohmann::json data(std::string_view method, std::string_view path,
                      nlohmann::json body = nullptr) {
    auto whole = to_json(ask(method, path, std::move(body)).reply, start_unix_s);
    return whole.is_object() && whole.contains("data") ? whole["data"] : nlohmann::json();
  }

  [[nodiscard]] const engine& what() const { return *mount_.engine; }

  instant now{0};
  std::int64_t start_unix_s = 1767225600;
  duration default_lease_ttl = std::chrono::hours{768};
  duration max_lease_ttl = std::chrono::hours{768};

private:
  mount mount_;
  std::uint64_t drawn_ = 0;
};

} // namespace lapse
