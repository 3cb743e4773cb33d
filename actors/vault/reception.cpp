// In front of every token: what is decided before anybody asks who calls (R-307, R-1011).

#include "actors/api/answers.hpp"
#include "actors/http/target.hpp"
#include "actors/ttl/duration.hpp"
#include "actors/vault/vault.hpp"

namespace lapse::vault {

namespace {

// R-1003, R-1717: the text for a bad header, or nothing.
std::optional<std::string> read_wrap_ttl(runtime::exchange& x) {
  const auto& text = x.what->wrap_ttl;
  if (!text || text->empty())
    return std::nullopt;
  const auto ttl = parse_duration(*text);
  if (!ttl)
    return "error parsing X-Vault-Wrap-TTL header: " + ttl.error();
  if (*ttl < duration::zero())
    return "error parsing X-Vault-Wrap-TTL header: requested wrap ttl cannot be negative";
  if (*ttl > duration::zero())
    x.wrap = *ttl;
  return std::nullopt;
}

// What the body calls `name`; null if it says nothing.
const nlohmann::json& named(const request& what, const char* name) {
  static const nlohmann::json nothing;
  if (!what.body.is_object())
    return nothing;
  const auto i = what.body.find(name);
  return i == what.body.end() ? nothing : *i;
}

// R-1011: the wrapping token is tested before anything else, the body's before the
// caller's own.
std::optional<answer> refused_wrapping(runtime::environment& env, const request& what,
                                       const runtime::slot* caller, bool has_caller) {
  auto invalid = [](std::string_view why) {
    return error_answer(403, "error validating wrapping token: " + std::string{why});
  };
  const auto& token = named(what, "token");
  if (!token.is_null() && !token.is_string())
    return invalid("could not decode token in request body");
  if (token.is_string() && token.get_ref<const std::string&>().empty())
    return invalid("empty token in request body");
  if (token.is_null() && !has_caller)
    return invalid("token is empty");
  const auto* wrapper =
      token.is_null() ? caller : env.slots.find(env.slots.token_of(token.get<std::string>()));
  if (!is_live_wrapping(wrapper, env.now()))
    return api::bad_wrapping_token();
  return std::nullopt;
}

// Requests that name a token or lease in their body are refused for its type before anybody asks
// who calls.
std::optional<answer> refused_by_name(runtime::environment& env, const request& what,
                                      const runtime::slot* caller, bool has_caller) {
  const std::string_view path = what.path;
  if (path == "sys/wrapping/unwrap" || path == "sys/wrapping/rewrap" ||
      path == "sys/wrapping/lookup")
    return refused_wrapping(env, what, caller, has_caller);
  if (path == "auth/token/lookup" || path == "auth/token/renew" || path == "auth/token/revoke" ||
      path == "auth/token/revoke-orphan") {
    if (what.body.is_object() && what.body.contains("token") && !what.body["token"].is_string())
      return error_answer(403, "invalid token");
  } else if (path.starts_with("sys/leases/re") || path == "sys/leases/lookup") {
    const bool by_id = path == "sys/leases/lookup" || path == "sys/leases/renew" ||
                       path == "sys/leases/revoke" || path.starts_with("sys/leases/renew/") ||
                       path.starts_with("sys/leases/revoke/");
    const auto& id = named(what, "lease_id");
    if (by_id && !id.is_null() && !id.is_string())
      return error_answer(400, "invalid lease ID");
  }
  return std::nullopt;
}

} // namespace

bool is_live_wrapping(const runtime::slot* token, instant now) {
  return token != nullptr && token->facts->wrapping && token->usable_at(now);
}

// The only root token there is until it makes others; nothing keeps it from being revoked.
shared_facts root_facts(const server_config& config) {
  auto text_of = [](std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  };
  auto dev = config.root == server_config::root_kind::dev;
  token_facts r;
  r.name.id = token_id{derive(0x726f6f74ULL, 1)};
  if (dev)
    r.name.custom = text_of(config.root_token_id);
  r.policies = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"root"});
  r.path = text_of(dev ? "auth/token/create" : "auth/token/root");
  r.display_name = text_of(dev ? "token" : "root");
  r.has_lease = dev;
  r.no_default_policy = dev;
  r.bound = ttl_bound::none;
  return std::make_shared<const token_facts>(std::move(r));
}

runtime::slot_ref receive(token::server_data& shared, const runtime::exchange_ptr& x) {
  auto& env = shared.env;
  const auto& path = x->what->path;
  auto refuse = [&](answer reply) {
    x->reply = std::move(reply);
    runtime::send_answer(env, *x);
    return runtime::slot_ref{};
  };
  const auto& what = *x->what;
  if (what.settled)
    return refuse(*what.settled);
  if (answers_status(what))
    return env.vault;
  if (auto error = read_wrap_ttl(*x))
    return refuse(error_answer(400, std::move(*error)));
  if (http::is_relative(path)) // R-1219
    return refuse(error_answer(400, "relative paths not supported"));
  if (env.sealed) {
    x->refused = plain_refusal(refusal_kind::sealed);
    return refuse(error_answer(503, "Vault is sealed"));
  }
  if (what.other_namespace) // R-1221
    return refuse(error_answer(404, "namespace not found"));
  if ((is_write(what.op) || what.op == operation::patch) && path.ends_with('/'))
    return refuse(error_answer(400, "cannot write to a path ending in '/'"));
  auto id = env.slots.token_of(x->by);
  auto* caller = env.slots.find(id);
  if (auto refusal = refused_by_name(env, what, caller, x->by.id || !x->by.text.empty()))
    return refuse(std::move(*refusal));
  // No login lies under auth/token/, where most requests go to.
  if (!path.starts_with("auth/token/"))
    if (const auto to = env.mounts.route(path);
        to.at != nullptr && api::is_special(to.at->special().unauthenticated, to.below))
      return env.vault;
  return caller != nullptr ? env.slots.ref_of(*caller) : env.vault;
}

} // namespace lapse::vault
