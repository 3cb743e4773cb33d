// sys/policies/acl and sys/capabilities* (section 9, R-1715, R-917).

#include "actors/api/answers.hpp"
#include "actors/vault/vault.hpp"

#include <algorithm>

namespace lapse::vault {

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

void vault::list_policies(const runtime::exchange_ptr& x, const api::field_data&) {
  env_.touch(runtime::shared_key::policies, runtime::access::read);
  finish(x, data_answer({{"keys", shared_.policies.names()}}));
}

void vault::list_policies_old(const runtime::exchange_ptr& x, const api::field_data&) {
  env_.touch(runtime::shared_key::policies, runtime::access::read);
  auto reply =
      data_answer({{"keys", shared_.policies.names()}, {"policies", shared_.policies.names()}});
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

std::optional<json> vault::policy_data(const std::string& name, const char* text_key) {
  env_.touch(runtime::shared_key::policies, runtime::access::read);
  if (name == "root")
    return json{{"name", "root"}, {text_key, ""}};
  const auto* entry = shared_.policies.find(name);
  if (entry == nullptr)
    return std::nullopt;
  return json{{"name", name},
              {text_key, entry->text},
              {"version", entry->version},
              {"modified", rfc3339(entry->modified, env_.config().start_unix_s)},
              {"cas_required", false},
              {"allow_slashes_in_identity_templates", false},
              {"allow_wildcards_in_identity_templates", false}};
}

void vault::read_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto data = policy_data(lower(in.captured("name")), "policy");
  finish(x, data ? data_answer(std::move(*data)) : nothing_found());
}

void vault::read_policy_old(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto data = policy_data(lower(in.captured("name")), "rules");
  auto reply = data ? data_answer(std::move(*data)) : nothing_found();
  if (data)
    reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

void vault::write_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  env_.touch(runtime::shared_key::policies, runtime::access::write);
  auto text = in.text("policy");
  if (text.empty() && in.declares("rules"))
    text = in.text("rules");
  auto error = shared_.policies.write(lower(in.captured("name")), text, env_.now(),
                                      env_.config().start_unix_s);
  finish(x, error ? error_answer(400, *error) : no_content());
}

void vault::delete_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  env_.touch(runtime::shared_key::policies, runtime::access::write);
  auto error = shared_.policies.remove(lower(in.captured("name")));
  finish(x, error ? error_answer(400, *error) : no_content());
}

// -- capabilities (R-917) ---------------------------------------------------------------------

void vault::capabilities(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (in.text("token").empty())
    return finish(x, wrapped_error(500, "no token found"));
  ask_capabilities(x, in, env_.slots.find(env_.slots.token_of(in.text("token"))), "invalid token");
}

void vault::capabilities_of_accessor(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto accessor = in.text("accessor");
  if (accessor.empty())
    return finish(x, error_answer(400, "missing accessor"));
  auto* whose = env_.slots.find(parse_accessor(accessor).value_or(token_id{}));
  if (whose == nullptr || whose->tainted || whose->expire < env_.now())
    return finish(x, wrapped_error(400, "invalid accessor"));
  ask_capabilities(x, in, whose, "invalid accessor");
}

void vault::capabilities_of_self(const runtime::exchange_ptr& x, const api::field_data& in) {
  ask_capabilities(x, in, x->last_use ? nullptr : env_.slots.find(x->caller.id), "invalid token");
}

void vault::read_rights(const runtime::exchange_ptr& x, const api::field_data&) {
  if (!tell(x->caller_slot,
            runtime::lease_request{x, runtime::lease_request::what::rights, duration::zero()}))
    finish(x, error_answer(403, "permission denied"));
}

void vault::ask_capabilities(const runtime::exchange_ptr& x, const api::field_data& in,
                             runtime::slot* whose, std::string_view refusal) {
  auto paths = in.list("paths");
  if (paths.empty())
    paths = in.list("path");
  if (paths.empty())
    return finish(x, error_answer(400, "paths must be supplied"));
  if (whose == nullptr || whose->tainted || whose->expire < env_.now())
    return finish(x, wrapped_error(400, refusal));
  if (std::find(paths.begin(), paths.end(), "") != paths.end())
    return finish(x, wrapped_error(400, "missing path"));
  // Policies are read off the token's record by the token itself.
  if (!tell(env_.slots.ref_of(*whose),
            runtime::lease_request{x, runtime::lease_request::what::capabilities, {}}))
    finish(x, wrapped_error(400, "invalid token"));
}

} // namespace lapse::vault
