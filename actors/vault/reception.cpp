// In front of every token: what is decided before anybody asks who calls (R-307, R-1011).

#include "actors/api/field.hpp"
#include "actors/ttl/duration.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>
#include <iterator>

namespace lapse {

namespace {

// R-1003, R-1717: the text for a bad header, or nothing.
std::optional<std::string> read_wrap_ttl(exchange& x) {
  if (!x.what->wrap_ttl || x.what->wrap_ttl->empty())
    return std::nullopt;
  auto parsed = parse_duration(*x.what->wrap_ttl);
  if (auto* error = std::get_if<std::string>(&parsed))
    return "error parsing X-Vault-Wrap-TTL header: " + *error;
  auto ttl = std::get<duration>(parsed);
  if (ttl < duration::zero())
    return "requested wrap ttl cannot be negative";
  if (ttl > duration::zero())
    x.wrap = ttl;
  return std::nullopt;
}

bool unwraps(std::string_view path) {
  return path == "sys/wrapping/unwrap" || path == "sys/wrapping/rewrap";
}

bool live_wrapping_token(environment& env, const slot* s) {
  return s != nullptr && s->facts->wrapping && !s->tainted && s->expire >= env.now();
}

} // namespace

shared_facts root_facts(const server_config& config) {
  auto text_of = [](std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  };
  auto dev = config.root == server_config::root_kind::dev;
  token_facts r;
  r.name.id = token_id{derive(0x726f6f74ULL, 1)};
  if (dev)
    r.name.custom = text_of("root");
  r.policies = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"root"});
  r.path = text_of(dev ? "auth/token/create" : "auth/token/root");
  r.display_name = text_of(dev ? "token" : "root");
  r.has_lease = dev;
  r.no_default_policy = dev;
  r.bound = ttl_bound::none;
  return std::make_shared<const token_facts>(std::move(r));
}

std::string_view status_path(const request& what) noexcept {
  std::string_view path = what.path;
  if (!path.starts_with("sys/"))
    return {};
  path.remove_prefix(4);
  // A list has got a final slash on its way.
  if (path.ends_with('/') && (what.op == operation::list || what.op == operation::scan))
    path.remove_suffix(1);
  static constexpr std::string_view all[] = {"health", "init", "leader", "seal-status", "unseal"};
  return std::find(std::begin(all), std::end(all), path) != std::end(all) ? path
                                                                          : std::string_view{};
}

slot_ref receive(server_data& shared, const exchange_ptr& x) {
  auto& env = shared.env;
  const auto& path = x->what->path;
  auto refuse = [&](answer reply) {
    x->reply = std::move(reply);
    send_answer(env, *x);
    return slot_ref{};
  };
  const bool status = !status_path(*x->what).empty();
  if (env.sealed && !status)
    return refuse(error_answer(503, "Vault is sealed"));
  if (x->what->op == operation::update && !path.empty() && path.back() == '/')
    return refuse(error_answer(400, "cannot write to a path ending in '/'"));
  if (auto error = read_wrap_ttl(*x))
    return refuse(error_answer(400, std::move(*error)));
  auto id = x->by.id ? x->by.id : env.slots.token_of(x->by.text);
  auto* caller = env.slots.find(id);
  if (unwraps(path)) {
    // R-1011: the wrapping token is tested before anything else, the body's before the
    // caller's own.
    auto named = field_reader{x->what->body}.text("token").value.value_or("");
    auto* wrapper = named.empty() ? caller : env.slots.find(env.slots.token_of(named));
    if (!live_wrapping_token(env, wrapper))
      return refuse(error_answer(400, "wrapping token is not valid or does not exist"));
  }
  if (status)
    return env.vault;
  // No login lies under auth/token/, where most requests go to.
  if (!path.starts_with("auth/token/"))
    if (const auto to = env.mounts.route(path);
        to.at != nullptr && is_special(to.at->special().unauthenticated, to.below))
      return env.vault;
  return caller != nullptr ? env.slots.ref_of(*caller) : env.vault;
}

} // namespace lapse
