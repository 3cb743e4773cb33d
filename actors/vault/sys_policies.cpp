// sys/policies/acl and its old form, sys/policy (section 9, R-1715).

#include "actors/api/answers.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/vault/vault.hpp"

namespace lapse::vault {

namespace {

using json = nlohmann::json;

} // namespace

void vault::list_policies(const runtime::exchange_ptr& x, const api::field_data& in) {
  finish(x, api::key_list(shared_.policies->names(in.captured("name"))));
}

void vault::list_policies_old(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto names = shared_.policies->names(in.captured("name"));
  json data = {{"policies", nullptr}};
  if (!names.empty())
    data = {{"keys", names}, {"policies", names}};
  auto reply = data_answer(std::move(data));
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

std::optional<json> vault::policy_data(const std::string& name, const char* text_key) {
  static const policy::policy_store::stored root;
  const auto* entry = name == "root" ? &root : shared_.policies->find(name, env_.unix_now());
  if (entry == nullptr)
    return std::nullopt;
  const auto& written = entry->written;
  json data = {{"name", name == "root" ? name : written.name},
               {text_key, written.text},
               {"version", entry->version},
               {"cas_required", written.cas_required},
               {"allow_slashes_in_identity_templates", written.allow_slashes},
               {"allow_wildcards_in_identity_templates", written.allow_wildcards}};
  if (entry->version > 0)
    data["modified"] = rfc3339(entry->modified);
  if (written.expiration)
    data["expiration"] = rfc3339(*written.expiration);
  return data;
}

void vault::read_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto data = policy_data(lower_case(in.captured("name")), "policy");
  finish(x, data ? data_answer(std::move(*data)) : nothing_found());
}

void vault::read_policy_old(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto data = policy_data(lower_case(in.captured("name")), "rules");
  auto reply = data ? data_answer(std::move(*data)) : nothing_found();
  if (data)
    reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

void vault::write_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  if (auto warnings = put_policy(x, in, {}))
    finish(x, no_content(std::move(*warnings)));
}

void vault::patch_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto* old = shared_.policies->find(lower_case(in.captured("name")), env_.unix_now());
  if (old == nullptr)
    return finish(x, error_answer(400, "policy not found"));
  // What is not sent stays, and nobody may have written in between.
  auto what = old->written;
  what.cas = old->version;
  auto warnings = put_policy(x, in, std::move(what));
  if (!warnings)
    return;
  answer reply;
  reply.status = 200;
  reply.shape = envelope::normal;
  reply.warnings = std::move(*warnings);
  finish(x, std::move(reply));
}

std::optional<std::vector<std::string>> vault::put_policy(const runtime::exchange_ptr& x,
                                                          const api::field_data& in,
                                                          policy::policy_write what) {
  const auto refuse = [&](std::string why) {
    finish(x, error_answer(400, std::move(why)));
    return std::nullopt;
  };
  std::vector<std::string> warnings;
  const auto name = in.captured("name");
  what.name = lower_case(name);
  if (what.name != name)
    warnings.push_back("policy name was converted to " + what.name);
  in.take("policy", what.text);
  if (what.text.empty() && in.declares("rules")) {
    what.text = in.text("rules");
    warnings.emplace_back("'rules' is deprecated, please use 'policy' instead");
  }
  if (in.given("expiration") && in.given("ttl"))
    return refuse("cannot supply both 'expiration' and 'ttl' for policies");
  if (in.given("expiration"))
    what.expiration = in.time("expiration");
  else if (in.given("ttl"))
    what.expiration =
        unix_time_of(later(env_.now(), in.seconds("ttl")), env_.config().start_unix_s);
  if (in.given("cas"))
    what.cas = in.integer("cas");
  in.take("cas_required", what.cas_required);
  in.take("allow_slashes_in_identity_templates", what.allow_slashes);
  in.take("allow_wildcards_in_identity_templates", what.allow_wildcards);
  if (auto done = shared_.policies->write(std::move(what), env_.unix_now()); !done)
    return refuse(std::move(done.error()));
  return warnings;
}

void vault::delete_policy(const runtime::exchange_ptr& x, const api::field_data& in) {
  auto done = shared_.policies->remove(lower_case(in.captured("name")), env_.unix_now());
  finish(x, done ? no_content() : error_answer(400, std::move(done.error())));
}

} // namespace lapse::vault
