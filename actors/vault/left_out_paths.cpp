// What a server has at `sys/` and lapse leaves out, in the server's order: each path with the
// operations that answer 501; all others answer 405 as on the server.

#include "actors/api/answers.hpp"
#include "actors/vault/vault.hpp"

#include <optional>

namespace lapse::vault {

namespace {

using row = runtime::actor_paths<vault>::row;

operation operation_of(char letter) {
  switch (letter) {
    case 'r':
      return operation::read;
    case 'u':
      return operation::update;
    case 'd':
      return operation::delete_;
    case 'l':
      return operation::list;
    case 's':
      return operation::scan;
    default:
      return operation::patch;
  }
}

struct left_out {
  std::string_view pattern;
  /// The first letters of what the server performs.
  std::string_view operations;
};

constexpr left_out configuration[] = {{"config/reload/{subsystem+}", "u"},
                                      {"config/ui/headers/{header}", "rud"},
                                      {"config/ui/headers/?", "l"}};
/// The server has these, and for an operation on one looks elsewhere: none is there.
constexpr left_out disabled[] = {{"generate-root", ""},        {"generate-root/attempt", ""},
                                 {"generate-root/update", ""}, {"rekey/init", ""},
                                 {"rekey/update", ""},         {"rekey/verify", ""}};
constexpr left_out key_shares[] = {{"generate-root-token/attempt", "rud"},
                                   {"generate-root-token/update", "u"},

                                   {"rekey/recovery-key-backup", "rd"}};
constexpr left_out encryption_keys[] = {{"key-status", "r"},
                                        {"rotate", "u"},
                                        {"rotate/keyring", "u"},

                                        {"rotate/keyring/config", "ru"},
                                        {"rotate/root", "u"},
                                        {"rotate/root/init", "rud"},
                                        {"rotate/recovery/init", "rud"},
                                        {"rotate/root/update", "u"},
                                        {"rotate/recovery/update", "u"},
                                        {"rotate/root/verify", "rud"},
                                        {"rotate/recovery/verify", "rud"},
                                        {"rotate/root/backup", "rd"},
                                        {"rotate/recovery/backup", "rd"}};
constexpr left_out audit_devices[] = {{"audit-hash/{path+}", "u"},
                                      {"audit/{path+}", "ud"},
                                      {"config/auditing/request-headers/{header+}", "rud"}};
constexpr left_out plugins[] = {{"plugins/catalog/{name+}", "rud"}};
constexpr left_out one_node[] = {{"ha-status", "r"}, {"step-down", "u"}};
constexpr left_out host[] = {
    {"host-info/?", "r"},  {"in-flight-req", "r"}, {"monitor", "r"},
    {"pprof/?", "r"},      {"pprof/cmdline", "r"}, {"pprof/goroutine", "r"},
    {"pprof/heap", "r"},   {"pprof/allocs", "r"},  {"pprof/threadcreate", "r"},
    {"pprof/block", "r"},  {"pprof/mutex", "r"},   {"pprof/profile", "r"},
    {"pprof/symbol", "r"}, {"pprof/trace", "r"}};
constexpr left_out user_interface[] = {{"internal/ui/namespaces", "r"},
                                       {"internal/counters/requests", "r"},
                                       {"internal/inspect/router/{tag}", "r"},
                                       {"internal/inspect/request", "r"}};
constexpr left_out namespaces[] = {{"namespaces/{path+}/seal-status", "r"},
                                   {"namespaces/{path+}/seal", "u"},
                                   {"namespaces/{path+}/unseal", "u"},
                                   {"namespaces/{path+}/delete-sealed", "d"},
                                   {"namespaces/api-lock/lock{/path}", "u"},
                                   {"namespaces/api-lock/unlock{/path}", "u"},
                                   {"namespaces/{path+}", "rupd"}};
constexpr left_out password_policies[] = {{"policies/password/{name+}", "rud"}};
constexpr left_out detailed_policies[] = {{"policies/detailed/acl/?", "l"},
                                          {"policies/detailed/acl/{name+}", "l"}};
constexpr left_out quotas[] = {{"quotas/rate-limit/{name}", "rud"}};
constexpr left_out versions[] = {{"version-history/?", "l"}};
constexpr left_out workflows[] = {{"workflows/manage/?", "ls"},
                                  {"workflows/manage/{path+}", "rudls"},
                                  {"workflows/execute/{path+}", "u"},
                                  {"workflows/trace/{path+}", "u"},
                                  {"workflows/unauthed-execute/{path+}", "u"}};

// What a fresh server says where nothing can be made here that would change it; none: it would say
// more than lapse knows.

using said = std::optional<answer>;

said needs(const api::field_data& in, std::initializer_list<std::string_view> fields,
           std::string_view refusal) {
  for (const auto name : fields)
    if (in.text(name).empty())
      return error_answer(400, std::string{refusal});
  return std::nullopt;
}

said decoded_token(const api::field_data& in) {
  return needs(in, {"encoded_token", "otp"}, "provided 'encoded_token' or 'otp' is empty");
}

said second_factor(const api::field_data& in) {
  return needs(in, {"mfa_request_id"}, "missing request ID");
}

said reloaded_plugin(const api::field_data& in) {
  return in.given("plugin") || in.given("mounts")
             ? std::nullopt
             : said{error_answer(400, "plugin or mounts must be provided")};
}

said backed_up_keys(const api::field_data&) { return error_answer(400, "no backed-up keys found"); }

said no_items(const api::field_data&) { return nothing_found(); }

said nothing_scanned(const api::field_data&) { return api::scanned({}); }

said generated_password(const api::field_data&) {
  return wrapped_error(404, "policy does not exist");
}

said cors(const api::field_data&) {
  auto reply = data_answer({{"enabled", false}});
  reply.shape = envelope::top_level;
  return reply;
}

said key_rotation(const api::field_data&) {
  constexpr std::int64_t operations_max = 3865470566;
  return data_answer({{"enabled", true}, {"interval", 0}, {"max_operations", operations_max}});
}

/// A write that says nothing changes nothing.
said unchanged(const api::field_data& in) {
  return in.body().is_object() && !in.body().empty() ? std::nullopt : said{no_content()};
}

said audited_headers(const api::field_data&) {
  auto reply = data_answer({{"headers", nlohmann::json::object()}});
  reply.shape = envelope::top_level;
  return reply;
}

/// The configuration of a dev server, of which nothing that runs here was told.
said configuration_state(const api::field_data&) {
  static const auto state = nlohmann::json::parse(R"({
    "allow_audit_log_prefixing": false, "api_addr": "", "cache_size": 0, "cluster_addr": "",
    "cluster_cipher_suites": "", "cluster_name": "", "default_lease_ttl": 0,
    "default_max_request_duration": 0, "detect_deadlocks": "", "disable_cache": false,
    "disable_clustering": false, "disable_indexing": false, "disable_performance_standby": false,
    "disable_printable_check": false, "disable_sealwrap": false, "disable_sentinel_trace": false,
    "enable_response_header_hostname": false, "enable_response_header_raft_node_id": false,
    "enable_ui": true, "imprecise_lease_role_tracking": false, "introspection_endpoint": false,
    "listeners": [{"type": "tcp", "config": {
      "address": "127.0.0.1:8200", "proxy_protocol_authorized_addrs": "127.0.0.1:8200",
      "proxy_protocol_behavior": "allow_authorized", "tls_disable": true}}],
    "log_format": "", "log_level": "", "log_requests_level": "", "max_lease_ttl": 0,
    "pid_file": "", "plugin_directory": "", "plugin_file_permissions": 0, "plugin_file_uid": 0,
    "raw_storage_endpoint": false, "seals": [{"disabled": false, "type": "shamir"}],
    "storage": {"cluster_addr": "", "disable_clustering": false, "redirect_addr": "",
                "type": "inmem"},
    "telemetry": {
      "add_lease_metrics_namespace_labels": false, "circonus_api_app": "",
      "circonus_api_token": "", "circonus_api_url": "", "circonus_broker_id": "",
      "circonus_broker_select_tag": "", "circonus_check_display_name": "",
      "circonus_check_force_metric_activation": "", "circonus_check_id": "",
      "circonus_check_instance_id": "", "circonus_check_search_tag": "",
      "circonus_check_tags": "", "circonus_submission_interval": "",
      "circonus_submission_url": "", "disable_hostname": true, "dogstatsd_addr": "",
      "dogstatsd_tags": null, "lease_metrics_epsilon": 3600000000000,
      "maximum_gauge_cardinality": 500, "metrics_prefix": "", "num_lease_metrics_buckets": 168,
      "prometheus_retention_time": 86400000000000, "stackdriver_debug_logs": false,
      "stackdriver_location": "", "stackdriver_namespace": "", "stackdriver_project_id": "",
      "statsd_address": "", "statsite_address": "", "usage_gauge_period": 600000000000},
    "unsafe_allow_api_audit_creation": false, "unsafe_cross_namespace_identity": false})");
  return data_answer(state);
}

} // namespace

// Who has no token sees no path in it.
void vault::read_specification(const runtime::exchange_ptr& x, const api::field_data&) {
  if (x->by.id || !x->by.text.empty())
    return finish(x, api::not_modelled(x->what->path));
  auto reply = data_answer(
      {{"openapi", "3.0.2"},
       {"info",
        {{"title", "OpenBao API"},
         {"description", "HTTP API that gives you full access to OpenBao. All API routes are "
                         "prefixed with `/v1/`."},
         {"version", "2.6.2"},
         {"license",
          {{"name", "Mozilla Public License 2.0"},
           {"url", "https://www.mozilla.org/en-US/MPL/2.0"}}}}},
       {"paths", nlohmann::json::object()},
       {"components", {{"schemas", nlohmann::json::object()}}}});
  reply.shape = envelope::raw;
  finish(x, std::move(reply));
}

template <auto Say>
void vault::say(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto reply = Say(in);
  finish(x, reply ? std::move(*reply) : api::not_modelled(x->what->path));
}

std::vector<runtime::actor_paths<vault>::row> vault::fresh_rows() {
  using enum operation;
  return {{.pattern = "decode-token",
           .fields = {{"encoded_token"}, {"otp"}},
           .operations = {{update, runtime::by<&vault::say<decoded_token>>}},
           .not_modelled = "no key shares (R-803)"},
          {.pattern = "mfa/validate",
           .fields = {{"mfa_request_id"}, {"mfa_payload", api::field_kind::object}},
           .operations = {{update, runtime::by<&vault::say<second_factor>>}},
           .not_modelled = "no second factor (R-1605)"},
          {.pattern = "plugins/reload/backend",
           .fields = {{"plugin"}, {"mounts", api::field_kind::comma_list}, {"scope"}},
           .operations = {{update, runtime::by<&vault::say<reloaded_plugin>>}},
           .not_modelled = "built-in engines only"},
          {.pattern = "rekey/backup",
           .fields = {},
           .operations = {{read, runtime::by<&vault::say<backed_up_keys>>}, {delete_, nullptr}},
           .not_modelled = "no key shares (R-803)"},
          {.pattern = "namespaces/?",
           .fields = {},
           .operations = {{list, runtime::by<&vault::say<no_items>>},
                          {scan, runtime::by<&vault::say<nothing_scanned>>}}},
          {.pattern = "policies/password/?",
           .fields = {},
           .operations = {{list, runtime::by<&vault::say<no_items>>}}},
          {.pattern = "policies/password/{name+}/generate",
           .fields = {{"name"}},
           .operations = {{read, runtime::by<&vault::say<generated_password>>}}},
          {.pattern = "config/cors",
           .fields = {},
           .operations = {{read, runtime::by<&vault::say<cors>>},
                          {update, nullptr},
                          {delete_, nullptr}},
           .not_modelled = "no server configuration"},
          {.pattern = "rotate/config",
           .fields = {},
           .operations = {{read, runtime::by<&vault::say<key_rotation>>},
                          {update, runtime::by<&vault::say<unchanged>>}},
           .not_modelled = "no encryption keys"},
          {.pattern = "config/auditing/request-headers",
           .fields = {},
           .operations = {{read, runtime::by<&vault::say<audited_headers>>}}},
          {.pattern = "config/state/sanitized",
           .fields = {},
           .operations = {{read, runtime::by<&vault::say<configuration_state>>}}},
          {.pattern = "quotas/rate-limit/?",
           .fields = {},
           .operations = {{list, runtime::by<&vault::say<no_items>>}}},
          {.pattern = "internal/specs/openapi",
           .fields = {},
           .operations = {{read, runtime::by<&vault::read_specification>},
                          {update, runtime::by<&vault::read_specification>}},
           .not_modelled = "one path at a time: ?help=1",
           .any_fields = true}};
}

std::vector<runtime::actor_paths<vault>::row> vault::left_out_rows() {
  std::vector<row> rows = fresh_rows();
  auto leave_out = [&](std::string_view why, std::span<const left_out> paths) {
    for (const auto& path : paths) {
      row made{.pattern = path.pattern, .fields = {}, .operations = {}, .not_modelled = why};
      for (const char letter : path.operations)
        made.operations.emplace_back(operation_of(letter), nullptr);
      rows.push_back(std::move(made));
    }
  };
  leave_out("no server configuration", configuration);
  leave_out({}, disabled);
  leave_out("no key shares (R-803)", key_shares);
  leave_out("no encryption keys", encryption_keys);
  leave_out("every run can write an audit log: --report audit", audit_devices);
  leave_out("built-in engines only", plugins);
  leave_out("one node", one_node);
  leave_out("no host", host);
  leave_out("no user interface", user_interface);
  leave_out("the root namespace only (R-1605)", namespaces);
  leave_out("passwords are placeholders", password_policies);
  leave_out("listings of policies have no details", detailed_policies);
  leave_out("no quotas (R-1310)", quotas);
  leave_out("one version", versions);
  leave_out("no workflows", workflows);
  return rows;
}

} // namespace lapse::vault
