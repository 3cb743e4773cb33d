#include "reports/audit/audit_entry.hpp"

#include "actors/protocol/duration_text.hpp"
#include "actors/protocol/request_id.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::audit {

namespace {

constexpr std::string_view server_version = "v2.6.2+builtin.bao";
constexpr std::string_view wrapped_prefix = "1 error occurred:\n\t* ";

// Streams of derived numbers: what a simulator cannot know has the right shape and depends on the
// seed and the request alone.
constexpr std::uint64_t port_stream = 0x706f727400000000;

// -- leaving out what is empty -----------------------------------------------------

void put(audit_json& to, const char* key, const std::string& value) {
  if (!value.empty())
    to[key] = value;
}

void put(audit_json& to, const char* key, const shared_text& value) {
  if (value)
    put(to, key, *value);
}

void put(audit_json& to, const char* key, const shared_names& value) {
  if (value && !value->empty())
    to[key] = *value;
}

void put(audit_json& to, const char* key, const shared_map& value) {
  if (value && !value->empty())
    to[key] = *value;
}

void put(audit_json& to, const char* key, std::int64_t value) {
  if (value != 0)
    to[key] = value;
}

void put_flag(audit_json& to, const char* key, bool value) {
  if (value)
    to[key] = true;
}

void put_hashed(audit_json& to, const char* key, const std::string& value, const audit_hash& hash) {
  if (!value.empty())
    to[key] = hash(value);
}

void put_data(audit_json& to, nlohmann::json data, const audit_hash& hash) {
  if (data.is_null() || (data.is_structured() && data.empty()))
    return;
  hash.hash_all(data);
  to["data"] = data;
}

// What is put without a hash stays plain: metadata, names, policies, paths, lease ids (R-1113,
// R-1502).

// -- blocks ------------------------------------------------------------------------

audit_json policy_results(const caller_view& caller) {
  audit_json granting = audit_json::array();
  for (const auto& name : caller.granting_policies)
    granting.push_back({{"name", name}, {"namespace_id", "root"}, {"type", "acl"}});
  audit_json result = {{"allowed", caller.allowed}};
  if (caller.allowed && !granting.empty())
    result["granting_policies"] = std::move(granting);
  return result;
}

/// What all auth blocks of a token begin with.
audit_json auth_of_token(const audit_context& context, const shared_facts& facts,
                         const shared_names& identity_policies) {
  const auto& t = *facts;
  audit_json auth;
  put_hashed(auth, "client_token", text(t.name), context.hash);
  put_hashed(auth, "accessor", accessor_text(t.name), context.hash);
  put(auth, "display_name", t.display_name);
  put(auth, "policies", all_policies({facts, false, identity_policies}));
  put(auth, "token_policies", t.policies);
  put(auth, "identity_policies", identity_policies);
  put_flag(auth, "no_default_policy", t.no_default_policy);
  return auth;
}

/// The caller, with its creation TTL and second (R-1105).
audit_json auth_of_caller(const audit_context& context, const caller_view& caller) {
  const auto& t = *caller.facts;
  auto auth = auth_of_token(context, caller.facts, caller.identity_policies);
  auth["policy_results"] = policy_results(caller);
  put(auth, "metadata", t.meta);
  put(auth, "remaining_uses", caller.remaining_uses); // R-1104
  put(auth, "entity_id", t.entity);
  auth["token_type"] = std::string{to_string(t.name.type)};
  put(auth, "token_ttl", whole_seconds(t.ttl));
  auth["token_issue_time"] = rfc3339(t.created(), context.start_unix_s);
  return auth;
}

/// The token a login made, at top level (R-1103).
audit_json auth_of_login(const audit_context& context, const caller_view& made) {
  const auto& t = *made.facts;
  auto auth = auth_of_token(context, made.facts, made.identity_policies);
  put(auth, "metadata", t.meta);
  put(auth, "entity_id", t.entity);
  put_flag(auth, "entity_created", made.entity_created);
  auth["token_type"] = std::string{to_string(t.name.type)};
  put(auth, "token_ttl", whole_seconds(t.ttl));
  return auth;
}

/// A request without a usable token; `let_in` by a path that asks for none.
audit_json auth_of_nobody(bool let_in) {
  audit_json auth;
  if (let_in)
    auth["policy_results"] = {{"allowed", true}};
  auth["token_type"] = "default";
  return auth;
}

/// The token created or renewed, in the response (R-1103). `renewal`: the entry tells when it was
/// made, which for a new token `time` says. `unwrapped`: only what the wrapped answer held is
/// known.
audit_json auth_of_reply(const audit_context& context, const auth_block& block, bool renewal,
                         bool unwrapped) {
  const auto& t = *block.facts;
  auto auth = auth_of_token(context, block.facts, block.identity_policies);
  if (unwrapped) {
    auth.erase("display_name");
    auth.erase("no_default_policy");
  }
  if (block.hide_token)
    auth.erase("client_token");
  put(auth, "metadata", t.meta);
  put(auth, "num_uses", block.num_uses);
  put(auth, "entity_id", t.entity);
  auth["token_type"] = std::string{to_string(t.name.type)};
  put(auth, "token_ttl", block.lease_duration_s);
  if (renewal)
    auth["token_issue_time"] = rfc3339(t.created(), context.start_unix_s);
  return auth;
}

void put_mount(audit_json& to, const audited_request& request, const char* version_key,
               bool routed) {
  if (request.mount == nullptr)
    return;
  const auto& mount = *request.mount;
  to["mount_point"] = mount.path;
  put(to, "mount_type", mount.type);
  if (routed)
    to["mount_accessor"] = mount.accessor;
  to[version_key] = std::string{server_version};
  to["mount_class"] = mount.auth ? "auth" : "secret";
}

/// The router has seen the request already when its first entry is written: the existence check of
/// a write goes through it, once the token has been found usable or is not asked for (R-1139).
bool routed_early(const audited_request& request) {
  auto is_write = request.op == operation::create || request.op == operation::update;
  return is_write && (request.caller || !request.refused);
}

/// The entity, or a hash of the policies where there is none.
std::string client_id(const caller_view& caller) {
  const auto& t = *caller.facts;
  if (t.entity && !t.entity->empty())
    return *t.entity;
  std::string text;
  if (t.policies) {
    auto policies = *t.policies;
    std::sort(policies.begin(), policies.end());
    for (const auto& policy : policies)
      text += (text.empty() ? "" : "\x7f") + policy;
  }
  text += '\0';
  text += "root";
  return sha256_base64(text);
}

std::string path_of(const request& what) {
  return is_listing(what.op) && !what.path.ends_with('/') ? what.path + '/' : what.path;
}

std::int64_t wrap_ttl_s(const request& what) {
  if (!what.wrap_ttl)
    return 0;
  const auto ttl = parse_duration(*what.wrap_ttl);
  return ttl ? whole_seconds(*ttl) : 0;
}

audit_json request_block(const audit_context& context, const audited_request& request,
                         bool routed) {
  // Linux hands out ports from this range to clients.
  constexpr std::uint64_t port_first = 32768;
  constexpr std::uint64_t port_count = 28232;
  const auto unique = derive(context.seed, request.number);
  audit_json block;
  block["id"] = request_uuid(context.seed, request.number);
  if (request.caller)
    block["client_id"] = client_id(*request.caller);
  block["operation"] = std::string{to_string(request.op)};
  put_mount(block, request, "mount_running_version", routed);
  put_hashed(block, "client_token", request.token, context.hash);
  if (request.caller)
    put_hashed(block, "client_token_accessor", accessor_text(request.caller->facts->name),
               context.hash);
  block["namespace"] = {{"id", "root"}}; // R-1107
  block["path"] = path_of(*request.what);
  put_data(block, request.what->body, context.hash);
  block["remote_address"] = "127.0.0.1";
  block["remote_port"] = port_first + derive(unique, port_stream) % port_count;
  put(block, "wrap_ttl", wrap_ttl_s(*request.what));
  return block;
}

audit_json wrap_block(const audit_context& context, const wrap_info& wrap) {
  audit_json block;
  put(block, "ttl", wrap.ttl_s);
  put_hashed(block, "token", text(wrap.token), context.hash);
  put_hashed(block, "accessor", accessor_text(wrap.token), context.hash);
  block["creation_time"] = rfc3339(wrap.creation_time, context.start_unix_s);
  put(block, "creation_path", wrap.creation_path);
  if (wrap.wrapped)
    put_hashed(block, "wrapped_accessor", accessor_text(*wrap.wrapped), context.hash);
  else if (!wrap.wrapped_secret_id.empty())
    put_hashed(block, "wrapped_accessor", wrap.wrapped_secret_id, context.hash);
  return block;
}

nlohmann::json data_of(const answer& body, std::int64_t start_unix_s) {
  if (body.shape == envelope::none || body.shape == envelope::errors)
    return nullptr;
  auto json = to_json(body, start_unix_s);
  return body.shape == envelope::raw ? json : json["data"];
}

audit_json response_block(const audit_context& context, const audited_request& request,
                          const answer& reply, const std::string& error_data) {
  const auto& body = shown(reply);
  audit_json block = audit_json::object();
  const auto* auth = std::get_if<auth_block>(&body.body);
  if (auth && !reply.wrap) {
    auto renewal = request.what->path.starts_with("auth/token/renew");
    block["auth"] = auth_of_reply(context, *auth, renewal, &body != &reply);
  }
  put_mount(block, request, "mount_running_plugin_version",
            routed_early(request) || !request.refused);
  if (body.lease && !reply.wrap)
    block["secret"] = {{"lease_id", text(*body.lease)}};
  if (!error_data.empty())
    put_data(block, {{"error", error_data}}, context.hash);
  else if (!reply.wrap)
    put_data(block, data_of(body, context.start_unix_s), context.hash);
  if (!body.warnings.empty())
    block["warnings"] = body.warnings;
  if (reply.wrap)
    block["wrap_info"] = wrap_block(context, *reply.wrap);
  return block;
}

} // namespace

// -- entries -----------------------------------------------------------------------

audit_json request_entry(const audit_context& context, instant at, const audited_request& request,
                         const std::string& error) {
  audit_json entry;
  entry["time"] = rfc3339(at, context.start_unix_s); // R-1106
  entry["type"] = "request";
  entry["auth"] =
      request.caller ? auth_of_caller(context, *request.caller) : auth_of_nobody(!request.refused);
  entry["request"] = request_block(context, request, routed_early(request));
  put(entry, "error", error);
  return entry;
}

audit_json response_entry(const audit_context& context, instant at, const audited_request& request,
                          const answer& reply, const caller_view* made, const std::string& error) {
  auto failure = audit_error(reply, request.refused, !request.caller);
  if (!error.empty())
    failure.error = error;
  audit_json entry;
  entry["time"] = rfc3339(at, context.start_unix_s); // R-1106
  entry["type"] = "response";
  if (request.caller)
    entry["auth"] = auth_of_caller(context, *request.caller);
  else if (made && reply.ok())
    entry["auth"] = auth_of_login(context, *made);
  else
    entry["auth"] = auth_of_nobody(false);
  entry["request"] = request_block(context, request, routed_early(request) || !request.refused);
  auto response = response_block(context, request, reply, failure.data);
  if (!response.empty())
    entry["response"] = std::move(response);
  put(entry, "error", failure.error);
  return entry;
}

audit_failure audit_error(const answer& reply, bool refused, bool login) {
  if (reply.ok() || reply.errors.empty())
    return {};
  const auto& text = reply.errors.front();
  auto wrapped = text.starts_with(wrapped_prefix);
  if (refused)
    return {wrapped ? text : wrap_error_text(text), text};
  if (wrapped)
    return {text, {}};
  if (text.starts_with("no handler for route"))
    return {wrap_error_text("unsupported path"), text};
  if (reply.status >= 500)
    return {wrap_error_text(text), {}};
  if (!login)
    return {wrap_error_text("invalid request"), text};
  auto bad_credentials =
      text == "invalid username or password" || text == "invalid role or secret ID";
  return {bad_credentials ? "invalid credentials" : "invalid request", text};
}

bool is_audited(std::string_view path) noexcept {
  constexpr std::string_view silent[] = {"sys/init",
                                         "sys/seal-status",
                                         "sys/seal",
                                         "sys/unseal",
                                         "sys/leader",
                                         "sys/health",
                                         "sys/storage/raft/join",
                                         "sys/storage/raft/bootstrap"};
  return std::find(std::begin(silent), std::end(silent), path) == std::end(silent);
}

std::string audit_line(const audit_json& entry) {
  auto text = entry.dump(-1, ' ', false, audit_json::error_handler_t::replace);
  std::string line;
  line.reserve(text.size() + 1);
  for (char c : text) {
    // Outside of strings JSON has none of these.
    if (c == '<' || c == '>' || c == '&')
      line += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      line += c;
  }
  return line += '\n';
}

} // namespace lapse::audit
