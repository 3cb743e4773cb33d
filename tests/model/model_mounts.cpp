// Mounts of engines and auth methods: enabling, disabling, tuning, listing (R-653, R-654, R-1304,
// R-1305, R-1721).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

#include <cstdio>

namespace lapse::sequential {

using nlohmann::json;

namespace {

bool in_catalog(const std::string& type, bool auth) {
  if (auth)
    return type == "userpass" || type == "approle" || type == "github" || type == "generic";
  for (auto known : {"kv", "kv-v1", "kv-v2", "generic", "database", "pki", "aws"})
    if (type == known)
      return true;
  return false;
}

// "" and "system" mean the system's value, here zero (R-1304).
std::string read_ttl(const json& from, const char* key, std::optional<duration>& into) {
  if (!from.is_object() || !from.contains(key) || from[key].is_null())
    return {};
  auto text = scalar_text(from[key]).value_or("");
  if (text.empty())
    return {};
  if (text == "system") {
    into = duration{0};
    return {};
  }
  auto read = duration_from(text);
  if (read.error.empty())
    into = read.value;
  return read.error;
}

bool login_type(const std::string& type) {
  return type == "default-service" || type == "default-batch" || type == "service" ||
         type == "batch";
}

std::string without_end(std::string path) {
  if (path.ends_with('/'))
    path.pop_back();
  return path;
}

} // namespace

duration model::default_ttl(const sequential::mount& m) const {
  return m.default_ttl.count() != 0 ? m.default_ttl : config_.default_lease_ttl;
}

duration model::max_ttl(const sequential::mount& m) const {
  return m.max_ttl.count() != 0 ? m.max_ttl : config_.max_lease_ttl;
}

sequential::mount& model::add_mount(const std::string& path, const std::string& type,
                                    const std::string& description) {
  auto& m = mounts_[path];
  m.path = path;
  m.type = type;
  m.description = description;
  char tail[16];
  std::snprintf(tail, sizeof tail, "%08x", static_cast<unsigned>(mix(++made_) & 0xffffffffU));
  m.accessor = (path.starts_with("auth/") ? "auth_" : "") + type + '_' + tail;
  return m;
}

answer model::mounts(call& c, bool auth) {
  auto rest =
      c.rest.substr(c.rest.find('/') == std::string::npos ? c.rest.size() : c.rest.find('/') + 1);
  auto op = c.what.op;
  bool update = op == operation::update || op == operation::create;
  if (rest.empty())
    return op == operation::read ? list_mounts(auth) : unsupported_operation();
  auto full = [&](const std::string& path) {
    return (auth ? "auth/" : "") + without_end(path) + '/';
  };
  if (rest.ends_with("/tune")) {
    if (op != operation::read && !update)
      return unsupported_operation();
    return tune(c, full(rest.substr(0, rest.size() - 5)), auth);
  }
  if (update)
    return enable(c, full(rest), auth);
  if (op == operation::delete_)
    return disable(full(rest), auth);
  return op == operation::read ? not_modelled(c.path) : unsupported_operation();
}

answer model::enable(call& c, const std::string& path, bool auth) {
  auto& body = c.what.body;
  fields f(body);
  auto type = f.text("type");
  auto description = f.text("description");
  auto config = body.is_object() && body.contains("config") ? body["config"] : json::object();
  std::optional<duration> def;
  std::optional<duration> max;
  for (auto error :
       {read_ttl(config, "default_lease_ttl", def), read_ttl(config, "max_lease_ttl", max)})
    if (!error.empty())
      return error_answer(400, "unable to parse TTL: " + error);
  auto default_given = def.value_or(duration{0});
  auto max_given = max.value_or(duration{0});
  if (max_given.count() != 0 && default_given > max_given)
    return error_answer(400, "given default lease TTL greater than given max lease TTL");
  if (max_given.count() == 0 && default_given > config_.max_lease_ttl)
    return error_answer(400, "given default lease TTL greater than system max lease TTL of " +
                                 std::to_string(seconds(config_.max_lease_ttl)));
  auto token_type =
      scalar_text(config.is_object() ? config.value("token_type", json("")) : json(""))
          .value_or("");
  if (!token_type.empty() && !login_type(token_type))
    return error_answer(400, "invalid value for 'token_type'");
  if (!in_catalog(type, auth))
    return error_answer(400, "plugin not found in the catalog: " + type);
  for (auto& [where, m] : mounts_)
    if (where == path || where.starts_with(path) ||
        (path.starts_with(where) && where.starts_with("auth/") == auth))
      return error_answer(400, "path is already in use at " + (auth ? where.substr(5) : where));
  auto& m = add_mount(path, type.starts_with("kv-") ? "kv" : type, description);
  m.default_ttl = default_given;
  m.max_ttl = max_given;
  if (!token_type.empty())
    m.token_type = token_type;
  if (type == "kv-v2" || (body.contains("options") && body["options"].is_object() &&
                          scalar_text(body["options"].value("version", json(""))) == "2"))
    m.version = "2";
  return no_content();
}

//
answer model::disable(const std::string& path, bool auth) {
  if (path == "auth/token/")
    return error_answer(400, "token credential backend cannot be disabled");
  if (path == "sys/" || path == "identity/" || path == "cubbyhole/")
    return error_answer(400, "cannot unmount \"" + path + '"');
  auto at = mounts_.find(path);
  if (at == mounts_.end())
    return no_content();
  auto reply = revoke_prefix(path, false, true);
  if (!reply.ok()) {
    at->second.tainted = true;
    return reply;
  }
  if (auth)
    std::erase_if(entities_, [&](auto& e) { return e.first.starts_with(at->second.accessor); });
  mounts_.erase(at);
  return no_content();
}

answer model::tune(call& c, const std::string& path, bool auth) {
  auto at = mounts_.find(path);
  if (c.what.op == operation::read) {
    if (at == mounts_.end())
      return error_answer(400, "cannot fetch sysview for path \"" + path + '"');
    auto& m = at->second;
    json data = {{"default_lease_ttl", seconds(default_ttl(m))},
                 {"max_lease_ttl", seconds(max_ttl(m))},
                 {"description", m.description},
                 {"force_no_cache", false}};
    if (auth)
      data["token_type"] = m.token_type;
    if (!m.version.empty())
      data["options"] = {{"version", m.version}};
    auto out = data_answer(std::move(data));
    out.shape = envelope::top_level;
    return out;
  }
  if (at == mounts_.end())
    return error_answer(400, "tune of path \"" + path + "\" failed: no mount entry found");
  auto& m = at->second;
  auto body = c.what.body.is_object() ? c.what.body : json::object();
  std::optional<duration> def;
  std::optional<duration> max;
  for (auto error :
       {read_ttl(body, "default_lease_ttl", def), read_ttl(body, "max_lease_ttl", max)})
    if (!error.empty())
      return error_answer(400, error);
  if (path == "sys/" || path == "identity/" || path == "cubbyhole/")
    for (auto key : {"default_lease_ttl", "max_lease_ttl"})
      if (body.contains(key))
        return error_answer(400, std::string("cannot tune parameter ") + key + " of " + path);
  auto new_default = def.value_or(m.default_ttl);
  auto new_max = max.value_or(m.max_ttl);
  if (new_max.count() != 0 && new_default.count() != 0 && new_max < new_default)
    return error_answer(400, "backend max lease TTL of " + std::to_string(seconds(new_max)) +
                                 " would be less than backend default lease TTL of " +
                                 std::to_string(seconds(new_default)));
  auto type = scalar_text(body.value("token_type", json(""))).value_or("");
  if (!type.empty()) {
    if (!auth)
      return error_answer(400, "'token_type' can only be modified on auth mounts");
    if (path == "auth/token/")
      return error_answer(400, "'token_type' cannot be set for 'token' or 'ns_token' auth mounts");
    if (!login_type(type))
      return error_answer(400, "invalid value for 'token_type'");
    m.token_type = type;
  }
  m.default_ttl = new_default;
  m.max_ttl = new_max;
  if (body.contains("description") && body["description"].is_string())
    m.description = body["description"];
  return no_content();
}

answer model::list_mounts(bool auth) const {
  json data = json::object();
  for (auto& [path, m] : mounts_) {
    if (path.starts_with("auth/") != auth)
      continue;
    json config = {{"default_lease_ttl", seconds(m.default_ttl)},
                   {"max_lease_ttl", seconds(m.max_ttl)},
                   {"force_no_cache", false}};
    if (auth)
      config["token_type"] = m.token_type;
    if (path == "sys/")
      config["passthrough_request_headers"] = {"Accept"};
    if (path == "identity/")
      config["passthrough_request_headers"] = {"Authorization"};
    json entry = {{"accessor", m.accessor},
                  {"config", config},
                  {"description", m.description},
                  {"external_entropy_access", false},
                  {"local", path == "cubbyhole/"},
                  {"options", nullptr},
                  {"plugin_version", ""},
                  {"running_plugin_version", "v2.6.2+builtin.bao"},
                  {"running_sha256", ""},
                  {"seal_wrap", path == "sys/"},
                  {"type", m.type},
                  {"uuid", uuid_text(mix(std::hash<std::string>{}(m.accessor)))}};
    if (!m.version.empty())
      entry["options"] = {{"version", m.version}};
    if (path != "sys/" && path != "identity/" && path != "cubbyhole/" && path != "auth/token/")
      entry["deprecation_status"] = "supported";
    data[auth ? path.substr(5) : path] = entry;
  }
  auto out = data_answer(std::move(data));
  out.shape = envelope::top_level;
  return out;
}

} // namespace lapse::sequential
