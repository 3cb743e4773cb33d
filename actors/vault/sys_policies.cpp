// sys/policies/acl and sys/capabilities* (section 9, R-1715, R-917).

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/vault/vault.hpp"

namespace lapse {

namespace {

using json = nlohmann::json;

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

} // namespace

void vault::sys_policies(const exchange_ptr& x, std::string_view path) {
  auto op = x->what->op;
  auto writes = op == operation::update || op == operation::create;
  if (path.empty() || path == "/") {
    if (op == operation::list || (op == operation::read && path.empty()))
      return finish(x, data_answer({{"keys", shared_.policies.names()}}));
    return finish(x, unsupported_operation());
  }
  auto name = lower(path.substr(1));
  env_.touch(shared_key::policies,
             writes || op == operation::delete_ ? access::write : access::read);
  if (op == operation::read) {
    const auto* entry = shared_.policies.find(name);
    if (name == "root")
      return finish(x, data_answer({{"name", "root"}, {"policy", ""}}));
    if (entry == nullptr)
      return finish(x, nothing_found());
    return finish(x,
                  data_answer({{"name", name},
                               {"policy", entry->text},
                               {"version", entry->version},
                               {"modified", rfc3339(entry->modified, env_.config().start_unix_s)},
                               {"cas_required", false},
                               {"allow_slashes_in_identity_templates", false},
                               {"allow_wildcards_in_identity_templates", false}}));
  }
  if (op == operation::delete_) {
    auto error = shared_.policies.remove(name);
    return finish(x, error ? error_answer(400, *error) : no_content());
  }
  if (!writes)
    return finish(x, unsupported_operation());
  auto policy = field_reader{x->what->body}.text("policy");
  if (!policy.ok())
    return finish(x, field_validation_failed(policy.error));
  auto error = shared_.policies.write(name, policy.value.value_or(""), env_.now(),
                                      env_.config().start_unix_s);
  finish(x, error ? error_answer(400, *error) : no_content());
}

void vault::capabilities(const exchange_ptr& x, std::string_view how) {
  if (x->what->op != operation::update && x->what->op != operation::create)
    return finish(x, unsupported_operation());
  field_reader in{x->what->body};
  auto paths = in.comma_list(in.has("paths") ? "paths" : "path");
  auto named = in.text(how == "-accessor" ? "accessor" : "token");
  if (!paths.ok() || !named.ok())
    return finish(x, field_validation_failed(paths.ok() ? named.error : paths.error));
  slot* s = nullptr;
  if (how == "-self")
    s = x->last_use ? nullptr : env_.slots.find(x->caller.id);
  else if (how == "-accessor")
    s = env_.slots.find(parse_accessor(named.value.value_or("")).value_or(token_id{}));
  else
    s = env_.slots.find(env_.slots.token_of(named.value.value_or("")));
  auto unusable = s == nullptr || s->tainted || s->expire < env_.now();
  if (unusable)
    return finish(x, wrapped_error(400, how == "-accessor" ? "invalid accessor" : "invalid token"));
  if (!paths.given() || paths.value->empty())
    return finish(x, wrapped_error(400, "paths must be supplied"));
  // Policies are read off the token's record by the token itself.
  if (!tell(env_.slots.ref_of(*s), lease_request{x, lease_request::what::capabilities, {}}))
    finish(x, wrapped_error(400, "invalid token"));
}

} // namespace lapse
