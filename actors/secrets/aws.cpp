#include "actors/secrets/aws.hpp"

#include "actors/api/answers.hpp"
#include "actors/runtime/placeholder.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

json shown_role(const credential_role& role) {
  json result = {{"credential_type", "iam_user"}, {"default_sts_ttl", 0},  {"max_sts_ttl", 0},
                 {"policy_arns", nullptr},        {"policy_document", ""}, {"role_arns", nullptr}};
  result.update(role.more);
  result["default_ttl"] = whole_seconds(role.default_ttl);
  result["max_ttl"] = whole_seconds(role.max_ttl);
  return result;
}

} // namespace

const runtime::engine_paths& aws_engine::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    auto rows = role_rows("roles/?", "roles/{name+}",
                          {{"credential_type", api::field_kind::text, {}, true},
                           {"default_sts_ttl", api::field_kind::seconds},
                           {"max_sts_ttl", api::field_kind::seconds},
                           {"policy_arns", api::field_kind::comma_list},
                           {"policy_document"},
                           {"role_arns", api::field_kind::comma_list}},
                          runtime::on<&aws_engine::read_role>);
    std::vector<runtime::engine_paths::row> own = {
        {.pattern = "config/root",
         .fields = {},
         .operations = {{read, runtime::on<&aws_engine::read_root>},
                        {update, runtime::on<&aws_engine::write_root>}},
         .help = "the account's own keys",
         .any_fields = true},
        {.pattern = "config/lease",
         .fields = {{"lease", api::field_kind::seconds, {}, true},
                    {"lease_max", api::field_kind::seconds, {}, true}},
         .operations = {{read, runtime::on<&aws_engine::read_lease>},
                        {update, runtime::on<&aws_engine::write_lease>}},
         .help = "how long keys last whose role does not say"},
        {.pattern = "config/rotate-root",
         .fields = {},
         .operations = {{update, nullptr}},
         .not_modelled = "the account's own keys are not used"},
        {.pattern = "creds/{name}",
         .fields = {{"name"}},
         .operations = {{read, runtime::on<&aws_engine::issue_keys>},
                        {update, runtime::on<&aws_engine::issue_keys>}},
         .help = "access keys, with a lease",
         .any_fields = true,
         .external = true},
        {.pattern = "sts/{name}",
         .fields = {{"name"}},
         .operations = {{read, runtime::on<&aws_engine::issue_session>},
                        {update, runtime::on<&aws_engine::issue_session>}},
         .help = "the keys of a session, with a lease that cannot be renewed",
         .any_fields = true,
         .external = true}};
    rows.insert(rows.end(), own.begin(), own.end());
    return runtime::engine_paths{{}, std::move(rows)};
  }();
  return paths;
}

const secrets_setup& aws_engine::setup() {
  static const secrets_setup setup = [] {
    secrets_setup made{.role_keys = role_keys(), .gives_out = "creds/", .leased = true};
    const runtime::setup_key own[] = {
        {"credential_type", api::field_kind::text, "What an aws role gives out (iam_user)."},
        {"policy_document", api::field_kind::text, "Kept for reading; no account is asked.", true},
        {"policy_arns", api::field_kind::comma_list, "Kept for reading.", true},
        {"role_arns", api::field_kind::comma_list, "Kept for reading.", true},
        {"default_sts_ttl", api::field_kind::seconds, "Kept for reading.", true},
        {"max_sts_ttl", api::field_kind::seconds, "Kept for reading.", true}};
    made.role_keys.insert(made.role_keys.end(), std::begin(own), std::end(own));
    return made;
  }();
  return setup;
}

answer aws_engine::read_root(const runtime::engine_call&) const {
  if (!root_.is_object())
    return nothing_found();
  auto shown = root_;
  shown.erase("secret_key");
  return data_answer(std::move(shown));
}

answer aws_engine::write_root(const runtime::engine_call& call) {
  root_ = call.in.body().is_object() ? call.in.body() : json::object();
  return no_content();
}

answer aws_engine::read_lease(const runtime::engine_call&) const {
  return lease_written_ ? data_answer({{"lease", ttl::format_duration(lease_)},
                                       {"lease_max", ttl::format_duration(lease_max_)}})
                        : nothing_found();
}

answer aws_engine::write_lease(const runtime::engine_call& call) {
  if (!call.in.given("lease"))
    return error_answer(400, "'lease' is a required parameter");
  if (!call.in.given("lease_max"))
    return error_answer(400, "'lease_max' is a required parameter");
  lease_ = call.in.seconds("lease");
  lease_max_ = call.in.seconds("lease_max");
  lease_written_ = true;
  return no_content();
}

answer aws_engine::read_role(const runtime::engine_call& call) const {
  const auto* role = roles_.find(call.in.captured("name"));
  return role ? data_answer(shown_role(*role)) : nothing_found();
}

runtime::secret_terms aws_engine::terms(std::string_view name, const credential_role& role) const {
  auto result = credential_roles::terms(name, role);
  if (result.ttl.count() == 0)
    result.ttl = lease_;
  if (result.max_ttl.count() == 0)
    result.max_ttl = lease_max_;
  return result;
}

runtime::engine_reply aws_engine::issue(const runtime::engine_call& call, bool sts) const {
  const auto name = call.in.text("name");
  const auto* role = roles_.find(name);
  if (!role)
    return error_answer(400, "Role '" + name + "' not found");
  auto access_key = (sts ? "ASIA" : "AKIA") +
                    runtime::random_text(call.draw, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  auto secret_key = runtime::random_base62(call.draw, 40);
  json data = {{"access_key", std::move(access_key)},
               {"secret_key", std::move(secret_key)},
               {"security_token", nullptr}};
  auto given = terms(name, *role);
  if (sts) {
    data["security_token"] = runtime::random_base62(call.draw, 64);
    // What the cloud ends by itself cannot be prolonged.
    given.renewable = false;
  }
  runtime::engine_reply result = data_answer(std::move(data));
  result.secret = std::move(given);
  return result;
}

runtime::renewal_terms aws_engine::renew(const runtime::secret_origin& from) const {
  // Keys stay valid without their role; only its TTLs are then gone.
  if (const auto* found = roles_.find(from.role))
    return terms(from.role, *found);
  return terms(from.role, credential_role{});
}

} // namespace lapse::secrets
