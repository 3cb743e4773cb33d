// What `server` and `seed` of a file say.

#include "sim/document/scalar.hpp"
#include "sim/language/setup_compiler.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

namespace lapse::language {

server_config compile_server(load_context& context, const document::document_node& scenario) {
  server_config result;
  if (auto seed = context.fixed_number("seed", scenario.find("seed")))
    result.seed = static_cast<std::uint64_t>(*seed);
  const auto* server = scenario.find("server");
  if (server == nullptr || !server->is_map())
    return result;
  auto set = [&](std::string_view key, duration& target) {
    if (auto value = context.fixed_duration(key, server->find(key)))
      target = *value;
  };
  set("default_lease_ttl", result.default_lease_ttl);
  set("max_lease_ttl", result.max_lease_ttl);
  // A server takes 0 for a setting left out (R-1303).
  const server_config unset;
  if (result.default_lease_ttl == duration::zero())
    result.default_lease_ttl = unset.default_lease_ttl;
  if (result.max_lease_ttl == duration::zero())
    result.max_lease_ttl = unset.max_lease_ttl;
  set("revocation_delay", result.revocation_delay);
  if (const auto* start = server->find("start"); start != nullptr && start->is_scalar())
    result.start_unix_s = document::to_unix_seconds(start->text).value_or(result.start_unix_s);
  if (const auto* root = server->find("root"); root != nullptr && root->text == "dev")
    result.root = server_config::root_kind::dev;
  if (const auto* id = server->scalar("root_token_id")) {
    if (result.root != server_config::root_kind::dev)
      context.faults.report(id->key_at, "`root_token_id` is for `root: dev`: the initial root "
                                        "token has an id of the server's own");
    result.root_token_id = id->text;
  }
  if (const auto* jitter = server->find("revocation_jitter"))
    result.revocation_jitter = document::to_flag(*jitter).value_or(false);
  constexpr std::int64_t workers_max = 1'000'000;
  const auto* workers = server->find("revocation_workers");
  if (auto count = context.fixed_number("revocation_workers", workers)) {
    if (*count == 0 || *count > workers_max)
      context.faults.report(workers->at,
                            fmt::format("`revocation_workers` is {}; expected a number "
                                        "from 1 to {}",
                                        *count, workers_max));
    else if (*count > 0) // the shape check has refused others
      result.revocation_workers = static_cast<int>(*count);
  }
  if (result.default_lease_ttl > result.max_lease_ttl) {
    // R-1303
    const auto* blamed = server->find("default_lease_ttl");
    if (blamed == nullptr)
      blamed = server->find("max_lease_ttl");
    context.faults.report(blamed->at, fmt::format("default TTL {} is larger than the maximum {}: a "
                                                  "server says `cannot have DefaultLeaseTTL larger "
                                                  "than MaxLeaseTTL`; change one of them",
                                                  ttl::format_duration(result.default_lease_ttl),
                                                  ttl::format_duration(result.max_lease_ttl)));
  }
  return result;
}

} // namespace lapse::language
