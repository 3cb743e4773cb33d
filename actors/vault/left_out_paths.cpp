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

constexpr left_out configuration[] = {{"config/state/sanitized", "r"},
                                      {"config/reload/{subsystem+}", "u"},
                                      {"config/ui/headers/{header}", "rud"},
                                      {"config/ui/headers/?", "l"},

                                      {"loggers/{name*}", "rud"}};
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
                                      {"config/auditing/request-headers/{header+}", "rud"},
                                      {"config/auditing/request-headers", "r"}};
constexpr left_out plugins[] = {{"plugins/catalog/auth/?", "l"},
                                {"plugins/catalog/database/?", "l"},
                                {"plugins/catalog/secret/?", "l"},
                                {"plugins/catalog/?", "r"},
                                {"plugins/catalog/{name+}", "rud"}};
constexpr left_out one_node[] = {{"ha-status", "r"}, {"step-down", "u"}};
constexpr left_out host[] = {
    {"host-info/?", "r"},  {"in-flight-req", "r"}, {"monitor", "r"},
    {"pprof/?", "r"},      {"pprof/cmdline", "r"}, {"pprof/goroutine", "r"},
    {"pprof/heap", "r"},   {"pprof/allocs", "r"},  {"pprof/threadcreate", "r"},
    {"pprof/block", "r"},  {"pprof/mutex", "r"},   {"pprof/profile", "r"},
    {"pprof/symbol", "r"}, {"pprof/trace", "r"}};
constexpr left_out user_interface[] = {
    {"internal/specs/openapi", "ru"},    {"internal/ui/namespaces", "r"},
    {"internal/counters/requests", "r"}, {"internal/counters/tokens", "r"},
    {"internal/counters/entities", "r"}, {"internal/inspect/router/{tag}", "r"},
    {"internal/inspect/request", "r"}};
constexpr left_out mount_moves[] = {{"remount", "u"}, {"remount/status/{migration_id+}", "r"}};
constexpr left_out lockouts[] = {{"locked-users/{mount_accessor+}/unlock/{alias_identifier+}", "u"},
                                 {"locked-users", "r"}};
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
constexpr left_out quotas[] = {
    {"quotas/config", "ru"}, {"quotas/rate-limit/?", "l"}, {"quotas/rate-limit/{name}", "rud"}};
constexpr left_out raw_storage[] = {{"raw/?", "rudl"}, {"raw/{path+}", "rudl"}};
constexpr left_out tools[] = {{"tools/hash{/urlalgorithm}", "u"}, {"tools/random{/urlbytes}", "u"}};
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

said logger_level(const api::field_data& in) { return needs(in, {"level"}, "level is required"); }

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

} // namespace

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
          {.pattern = "loggers",
           .fields = {{"level"}},
           .operations = {{read, nullptr},
                          {update, runtime::by<&vault::say<logger_level>>},
                          {delete_, nullptr}},
           .not_modelled = "no server configuration"},
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
                          {scan, runtime::by<&vault::say<no_items>>}}},
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
           .operations = {{read, runtime::by<&vault::say<key_rotation>>}, {update, nullptr}},
           .not_modelled = "no encryption keys"}};
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
  leave_out("mounts do not move (R-655)", mount_moves);
  leave_out("lockouts are seen at the login", lockouts);
  leave_out("the root namespace only (R-1605)", namespaces);
  leave_out("passwords are placeholders", password_policies);
  leave_out("listings of policies have no details", detailed_policies);
  leave_out("no quotas (R-1310)", quotas);
  leave_out("no raw storage", raw_storage);
  leave_out("no tools", tools);
  leave_out("one version", versions);
  leave_out("no workflows", workflows);
  return rows;
}

} // namespace lapse::vault
