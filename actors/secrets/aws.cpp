#include "actors/secrets/aws.hpp"

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/runtime/placeholder.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse {

namespace {

using json = nlohmann::json;

bool is_write(operation op) { return op == operation::create || op == operation::update; }

json read_role(const credential_role& role) {
  json result = {{"credential_type", "iam_user"}, {"default_sts_ttl", 0},  {"max_sts_ttl", 0},
                 {"policy_arns", nullptr},        {"policy_document", ""}, {"role_arns", nullptr}};
  result.update(role.more);
  result["default_ttl"] = whole_seconds(role.default_ttl);
  result["max_ttl"] = whole_seconds(role.max_ttl);
  return result;
}

} // namespace

std::optional<bool> aws_engine::exists(std::string_view path) const {
  if (take_prefix(path, "roles/"))
    return roles_.find(path) != nullptr;
  return std::nullopt;
}

bool aws_engine::external(operation, std::string_view path) const {
  return take_prefix(path, "creds/") || take_prefix(path, "sts/");
}

engine_reply aws_engine::handle(const engine_call& call) {
  auto name = call.path;
  const auto first = take_segment(name);
  if (name.find('/') != std::string_view::npos)
    return {unsupported_path(), {}, {}};
  if (first == "config")
    return {config(call, name), {}, {}};
  if (first == "roles")
    return {roles(call, name), {}, {}};
  if ((first == "creds" || first == "sts") && !name.empty())
    return issue(call, name, first == "sts");
  return {unsupported_path(), {}, {}};
}

answer aws_engine::config(const engine_call& call, std::string_view name) {
  if (name == "lease")
    return config_lease(call);
  if (name == "rotate-root")
    return unmodelled(call.at.path, call.path);
  if (name != "root")
    return unsupported_path();
  if (call.op == operation::read) {
    if (!root_.is_object())
      return nothing_found();
    auto shown = root_;
    shown.erase("secret_key");
    return data_answer(std::move(shown));
  }
  if (!is_write(call.op))
    return unsupported_operation();
  root_ = call.what.body.is_object() ? call.what.body : json::object();
  return no_content();
}

answer aws_engine::config_lease(const engine_call& call) {
  if (call.op == operation::read)
    return lease_written_ ? data_answer({{"lease", format_duration(lease_)},
                                         {"lease_max", format_duration(lease_max_)}})
                          : nothing_found();
  if (!is_write(call.op))
    return unsupported_operation();
  const field_reader fields{call.what.body};
  auto lease = fields.seconds("lease");
  auto lease_max = fields.seconds("lease_max");
  if (!lease.ok() || !lease_max.ok())
    return field_validation_failed(lease.ok() ? lease_max.error : lease.error);
  if (!lease.given())
    return error_answer(400, "'lease' is a required parameter");
  if (!lease_max.given())
    return error_answer(400, "'lease_max' is a required parameter");
  lease_ = *lease.value;
  lease_max_ = *lease_max.value;
  lease_written_ = true;
  return no_content();
}

answer aws_engine::roles(const engine_call& call, std::string_view name) {
  if (name.empty())
    return roles_.list(call.op);
  switch (call.op) {
    case operation::read:
      if (const auto* role = roles_.find(name))
        return data_answer(read_role(*role));
      return nothing_found();
    case operation::create:
    case operation::update:
      return roles_.write(name, call.what.body,
                          {"credential_type", "default_sts_ttl", "max_sts_ttl", "policy_arns",
                           "policy_document", "role_arns"});
    case operation::delete_:
      return roles_.remove(name);
    default:
      return unsupported_operation();
  }
}

secret_terms aws_engine::terms(std::string_view name, const credential_role& role) const {
  auto result = credential_roles::terms(name, role);
  if (result.ttl.count() == 0)
    result.ttl = lease_;
  if (result.max_ttl.count() == 0)
    result.max_ttl = lease_max_;
  return result;
}

engine_reply aws_engine::issue(const engine_call& call, std::string_view name, bool sts) const {
  if (call.op != operation::read && !is_write(call.op))
    return {unsupported_operation(), {}, {}};
  const auto* role = roles_.find(name);
  if (!role)
    return {error_answer(400, "Role '" + std::string{name} + "' not found"), {}, {}};
  auto access_key =
      (sts ? "ASIA" : "AKIA") + random_text(call.draw, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  auto secret_key = random_base62(call.draw, 40);
  json data = {{"access_key", std::move(access_key)},
               {"secret_key", std::move(secret_key)},
               {"security_token", nullptr}};
  auto given = terms(name, *role);
  if (sts) {
    data["security_token"] = random_base62(call.draw, 64);
    // What the cloud ends by itself cannot be prolonged.
    given.renewable = false;
  }
  return {data_answer(std::move(data)), std::move(given), {}};
}

std::variant<secret_terms, std::string, std::monostate>
aws_engine::renew(std::string_view role) const {
  // Keys stay valid without their role; only its TTLs are then gone.
  if (const auto* found = roles_.find(role))
    return terms(role, *found);
  return terms(role, credential_role{});
}

} // namespace lapse
