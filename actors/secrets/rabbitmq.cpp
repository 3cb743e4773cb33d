#include "actors/secrets/rabbitmq.hpp"

#include "actors/api/answers.hpp"
#include "actors/runtime/placeholder.hpp"

#include <algorithm>
#include <utility>

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

// Permissions come as the text of a JSON object: a name, and what may be done there.
struct permissions {
  json by_name = json::object();
  bool readable = true;
};

permissions read_permissions(const std::string& text) {
  if (text.empty())
    return {};
  permissions result{json::parse(text, nullptr, false), true};
  result.readable = result.by_name.is_object() &&
                    std::all_of(result.by_name.begin(), result.by_name.end(),
                                [](const json& allowed) { return allowed.is_object(); });
  return result;
}

answer not_permissions(std::string_view field) {
  return error_answer(400, "failed to unmarshal " + std::string{field} +
                               ": expected a JSON object of objects");
}

// The three things of a virtual host, or the two of a topic, each with its pattern.
json shown(const json& allowed, std::initializer_list<const char*> things) {
  json result = json::object();
  for (const auto* thing : things)
    result[thing] = allowed.value(thing, json(""));
  return result;
}

} // namespace

const runtime::engine_paths& rabbitmq_engine::table() {
  using enum operation;
  using engine = rabbitmq_engine;
  static const runtime::engine_paths paths{
      {},
      {{.pattern = "config/connection",
        .fields = {{"connection_uri", api::field_kind::text, {}, true},
                   {"username", api::field_kind::text, {}, true},
                   {"password", api::field_kind::text, {}, true},
                   {"verify_connection", api::field_kind::boolean, "true"},
                   {"password_policy"},
                   {"username_template"}},
        .operations = {{update, runtime::on<&engine::write_connection>}},
        .help = "the broker and the user that makes users"},
       {.pattern = "config/lease",
        .fields = {{"ttl", api::field_kind::seconds}, {"max_ttl", api::field_kind::seconds}},
        .operations = {{read, runtime::on<&engine::read_lease>},
                       {update, runtime::on<&engine::write_lease>}},
        .help = "how long users last"},
       {.pattern = "roles/?",
        .fields = {},
        .operations = {{list, runtime::on<&engine::list_roles>}},
        .help = "the names of all roles"},
       {.pattern = "roles/{name}",
        .fields = {{"name"}, {"tags"}, {"vhosts"}, {"vhost_topics"}},
        .operations = {{read, runtime::on<&engine::read_role>},
                       {update, runtime::on<&engine::write_role>},
                       {delete_, runtime::on<&engine::delete_role>}},
        .help = "a role by which users are made"},
       {.pattern = "creds/{name}",
        .fields = {{"name"}},
        .operations = {{read, runtime::on<&engine::issue>}},
        .help = "a user of the broker, with a lease",
        .external = true}}};
  return paths;
}

const secrets_setup& rabbitmq_engine::setup() {
  static const secrets_setup setup{
      .role_keys = {{"tags", api::field_kind::text, "Tags of its users, such as `management`."},
                    {"vhosts", api::field_kind::text,
                     "What its users may do, by virtual host, as the text of a JSON object."},
                    {"vhost_topics", api::field_kind::text,
                     "What they may do with topics, by virtual host and exchange, likewise."}},
      .gives_out = "creds/",
      .leased = true};
  return setup;
}

answer rabbitmq_engine::write_connection(const runtime::engine_call& call) {
  for (const auto* field : {"connection_uri", "username", "password"})
    if (call.in.text(field).empty())
      return error_answer(400, "missing " + std::string{field});
  return no_content();
}

answer rabbitmq_engine::read_lease(const runtime::engine_call&) const {
  return lease_ ? data_answer({{"ttl", whole_seconds(lease_->ttl)},
                               {"max_ttl", whole_seconds(lease_->max_ttl)}})
                : nothing_found();
}

answer rabbitmq_engine::write_lease(const runtime::engine_call& call) {
  lease_ = {call.in.seconds("ttl"), call.in.seconds("max_ttl")};
  return no_content();
}

// -- roles and credentials -------------------------------------------------------------

answer rabbitmq_engine::list_roles(const runtime::engine_call&) const {
  return api::key_list(roles_);
}

answer rabbitmq_engine::read_role(const runtime::engine_call& call) const {
  const auto i = roles_.find(call.in.captured("name"));
  if (i == roles_.end())
    return nothing_found();
  json vhosts = json::object();
  for (const auto& [name, allowed] : i->second.vhosts.items())
    vhosts[name] = shown(allowed, {"configure", "write", "read"});
  json topics = json::object();
  for (const auto& [name, exchanges] : i->second.vhost_topics.items())
    for (const auto& [exchange, allowed] : exchanges.items())
      topics[name][exchange] = shown(allowed, {"write", "read"});
  return data_answer({{"tags", i->second.tags},
                      {"vhosts", std::move(vhosts)},
                      {"vhost_topics", std::move(topics)}});
}

answer rabbitmq_engine::write_role(const runtime::engine_call& call) {
  const auto tags = call.in.text("tags");
  const auto vhosts = call.in.text("vhosts");
  if (tags.empty() && vhosts.empty())
    return error_answer(400, "both tags and vhosts not specified");
  auto hosts = read_permissions(vhosts);
  if (!hosts.readable)
    return not_permissions("vhosts");
  auto topics = read_permissions(call.in.text("vhost_topics"));
  for (const auto& exchanges : topics.by_name)
    topics.readable =
        topics.readable && std::all_of(exchanges.begin(), exchanges.end(),
                                       [](const json& allowed) { return allowed.is_object(); });
  if (!topics.readable)
    return not_permissions("vhost_topics");
  // A write replaces the role: what it does not name is gone.
  roles_.insert_or_assign(std::string{call.in.captured("name")},
                          role{tags, std::move(hosts.by_name), std::move(topics.by_name)});
  return no_content();
}

answer rabbitmq_engine::delete_role(const runtime::engine_call& call) {
  if (const auto i = roles_.find(call.in.captured("name")); i != roles_.end())
    roles_.erase(i);
  return no_content();
}

runtime::secret_terms rabbitmq_engine::terms(std::string_view role) const {
  runtime::secret_terms result;
  if (lease_) {
    result.ttl = lease_->ttl;
    result.max_ttl = lease_->max_ttl;
  }
  result.origin = runtime::origin_of(std::string{role});
  return result;
}

runtime::engine_reply rabbitmq_engine::issue(const runtime::engine_call& call) const {
  const auto name = call.in.text("name");
  if (roles_.find(name) == roles_.end())
    return error_answer(400, "unknown role: " + name);
  auto username = "token-" + uuid_text(call.draw());
  auto password = runtime::random_base62(call.draw, 20);
  runtime::engine_reply result =
      data_answer({{"username", std::move(username)}, {"password", std::move(password)}});
  result.secret = terms(name);
  return result;
}

runtime::renewal_terms rabbitmq_engine::renew(const runtime::secret_origin& from) const {
  return terms(from.role);
}

} // namespace lapse::secrets
