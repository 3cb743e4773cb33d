#include "actors/auth/approle.hpp"

#include "actors/auth/principal_store.hpp"
#include "actors/runtime/address.hpp"
#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse {

namespace {

bool is_write(operation op) { return op == operation::create || op == operation::update; }

answer invalid_pair() { return error_answer(400, "invalid role or secret ID"); }

} // namespace

bool approle_method::unauthenticated(operation, std::string_view path) const {
  return path == "login";
}

std::optional<bool> approle_method::exists(std::string_view path) const {
  if (!take_prefix(path, "role/") || path.find('/') != std::string_view::npos)
    return std::nullopt;
  return roles_.find(lower_case(path)) != roles_.end();
}

engine_reply approle_method::handle(const engine_call& call) {
  auto path = call.path;
  if (path == "login")
    return login(call);
  if (without_slash(path) == "role")
    return {call.op == operation::list ? key_list(roles_) : unsupported_operation(), {}, {}};
  if (take_prefix(path, "role/"))
    return {role_paths(call, path), {}, {}};
  if (path == "tidy/secret-id") {
    if (!is_write(call.op))
      return {unsupported_operation(), {}, {}};
    for (auto& item : roles_)
      clean_up(item.second, later(call.now, std::chrono::minutes{1}));
    auto result = data_answer(nullptr);
    result.status = 202;
    result.warnings.emplace_back("Tidy operation successfully started. Any information from the "
                                 "operation will be printed to OpenBao's server logs.");
    return {std::move(result), {}, {}};
  }
  return {unsupported_path(), {}, {}};
}

// -- logins ----------------------------------------------------------------------

approle_method::roles::iterator approle_method::find_by_id(std::string_view role_id) {
  auto i = roles_.begin();
  while (i != roles_.end() && i->second.role_id != role_id)
    ++i;
  return i;
}

void approle_method::clean_up(role& of, instant now) {
  const instant last_run = std::chrono::floor<std::chrono::minutes>(now);
  std::erase_if(of.secret_ids, [&](const auto& item) {
    const auto& secret = item.second;
    return secret.ttl.count() != 0 && later(secret.created, secret.ttl) < last_run;
  });
}

engine_reply approle_method::login(const engine_call& call) {
  if (!is_write(call.op))
    return {only_logins(), {}, {}};
  const field_reader fields{call.what.body};
  std::string role_id;
  std::string secret;
  std::string error;
  if (!assign(fields.text("role_id"), role_id, error) ||
      !assign(fields.text("secret_id"), secret, error))
    return {field_validation_failed(error), {}, {}};
  if (role_id.empty())
    return {error_answer(500, "missing role_id"), {}, {}};
  const auto i = find_by_id(role_id);
  if (i == roles_.end())
    return {invalid_pair(), {}, {}};
  if (lockout_.locked(role_id, call.now))
    return {error_answer(403, "permission denied"), {}, {}};
  clean_up(i->second, call.now);
  return admit(call, i, secret);
}

engine_reply approle_method::admit(const engine_call& call, roles::iterator whose,
                                   const std::string& secret) {
  auto& of = whose->second;
  auto terms = terms_of(of.params);
  if (of.bind_secret_id) {
    if (secret.empty())
      return {error_answer(400, "missing secret_id"), {}, {}};
    const auto i = of.secret_ids.find(secret);
    if (i == of.secret_ids.end()) {
      lockout_.failed(of.role_id, call.now);
      return {invalid_pair(), {}, {}};
    }
    if (!admits(i->second.cidrs) || !admits(of.secret_id_cidrs))
      return {barred_address(), {}, {}};
    terms.metadata = i->second.metadata;
    if (!i->second.token_cidrs.empty())
      terms.bound_cidrs = i->second.token_cidrs;
    // The last use takes the secret id away (login-approle 1.2).
    if (i->second.num_uses == 1)
      of.secret_ids.erase(i);
    else if (i->second.num_uses > 1)
      --i->second.num_uses;
  }
  if (!admits(terms.bound_cidrs))
    return {barred_address(), {}, {}};
  lockout_.succeeded(of.role_id);
  terms.metadata["role_name"] = whose->first;
  terms.alias = of.role_id;
  terms.principal = whose->first;
  return logged_in(std::move(terms), call.what.body, {"role_id", "secret_id"});
}

login_renewal approle_method::renew_login(std::string_view principal,
                                          const std::vector<std::string>&) const {
  const auto i = roles_.find(principal);
  if (i != roles_.end())
    return renewal_of(i->second.params);
  login_renewal result;
  result.error = "role \"" + std::string{principal} + "\" does not exist during renewal";
  return result;
}

// -- roles -----------------------------------------------------------------------

answer approle_method::role_paths(const engine_call& call, std::string_view path) {
  const auto name = lower_case(take_segment(path));
  if (path.empty())
    return role_item(call, name);
  const auto part = take_segment(path);
  const auto i = roles_.find(name);
  const bool known = part == "role-id" || part == "secret-id" || part == "custom-secret-id" ||
                     part == "secret-id-accessor";
  if (!known)
    return unmodelled(call.at.path, call.path);
  if (i == roles_.end()) {
    if (call.op == operation::read || call.op == operation::list)
      return nothing_found();
    return call.op == operation::delete_
               ? no_content()
               : error_answer(500, wrap_error_text("role \"" + name + "\" does not exist"));
  }
  auto& of = i->second;
  if (part == "role-id" && path.empty())
    return role_id_path(call, of);
  if (part == "secret-id" && path.empty())
    return secret_id_path(call, of);
  if (part == "custom-secret-id" && path.empty()) {
    if (!is_write(call.op))
      return unsupported_operation();
    auto id = field_reader{call.what.body}.text("secret_id");
    if (!id.ok())
      return field_validation_failed(id.error);
    return make_secret_id(call, of, id.value.value_or(""));
  }
  if (part == "secret-id" || part == "secret-id-accessor") {
    const bool destroy = path == "destroy";
    if (path == "lookup" || destroy)
      return look_up(call, of, part == "secret-id" ? "secret_id" : "secret_id_accessor", destroy);
  }
  return unsupported_path();
}

answer approle_method::role_item(const engine_call& call, const std::string& name) {
  const auto i = roles_.find(name);
  switch (call.op) {
    case operation::read:
      return i == roles_.end() ? nothing_found() : data_answer(read_role(i->second));
    case operation::create:
    case operation::update:
      return write_role(call, name);
    case operation::delete_:
      if (i != roles_.end())
        roles_.erase(i);
      return no_content();
    default:
      return unsupported_operation();
  }
}

nlohmann::json approle_method::read_role(const role& from) {
  auto data = to_json(from.params);
  data["bind_secret_id"] = from.bind_secret_id;
  data["local_secret_ids"] = from.local_secret_ids;
  data["secret_id_bound_cidrs"] = nullptr;
  if (!from.secret_id_cidrs.empty())
    data["secret_id_bound_cidrs"] = from.secret_id_cidrs;
  data["secret_id_num_uses"] = from.secret_id_num_uses;
  data["secret_id_ttl"] = whole_seconds(from.secret_id_ttl);
  return data;
}

answer approle_method::write_role(const engine_call& call, const std::string& name) {
  const auto& body = call.what.body;
  const field_reader fields{body};
  const auto i = roles_.find(name);
  auto result = i == roles_.end() ? role{} : i->second;
  auto parsed = parse(body, result.params);
  if (auto* error = std::get_if<std::string>(&parsed))
    return error_answer(400, std::move(*error));
  result.params = std::get<token_params>(std::move(parsed));
  auto error = parse_old_names(body, {"policies", "period"}, result.params);
  const auto* cidrs =
      fields.has("secret_id_bound_cidrs") ? "secret_id_bound_cidrs" : "bound_cidr_list";
  if (!error.empty() || !assign(fields.boolean("bind_secret_id"), result.bind_secret_id, error) ||
      !assign(fields.boolean("local_secret_ids"), result.local_secret_ids, error) ||
      !assign(fields.comma_list(cidrs), result.secret_id_cidrs, error) ||
      !assign(fields.integer("secret_id_num_uses"), result.secret_id_num_uses, error) ||
      !assign(fields.seconds("secret_id_ttl"), result.secret_id_ttl, error) ||
      !assign(fields.text("role_id"), result.role_id, error))
    return error_answer(400, std::move(error));
  if (result.secret_id_num_uses < 0)
    return error_answer(400, "num_uses cannot be negative");
  if (!result.bind_secret_id && result.secret_id_cidrs.empty() && result.params.bound_cidrs.empty())
    return error_answer(400, "at least one constraint should be enabled on the role");
  if (result.role_id.empty())
    result.role_id = uuid_text(call.draw());
  if (const auto other = find_by_id(result.role_id); other != roles_.end() && other != i)
    return error_answer(400, "role_id already in use");
  roles_.insert_or_assign(name, std::move(result));
  return no_content();
}

answer approle_method::role_id_path(const engine_call& call, role& of) {
  if (call.op == operation::read)
    return data_answer({{"role_id", of.role_id}});
  if (!is_write(call.op))
    return unsupported_operation();
  std::string id;
  std::string error;
  if (!assign(field_reader{call.what.body}.text("role_id"), id, error))
    return field_validation_failed(error);
  if (id.empty())
    return error_answer(400, "missing role_id");
  if (const auto other = find_by_id(id); other != roles_.end() && &other->second != &of)
    return error_answer(400, "role_id already in use");
  of.role_id = std::move(id);
  return no_content();
}

// -- secret ids ------------------------------------------------------------------

answer approle_method::secret_id_path(const engine_call& call, role& of) {
  if (call.op == operation::list) {
    std::vector<std::string> accessors;
    for (const auto& item : of.secret_ids)
      accessors.push_back(item.second.accessor);
    return key_list(accessors);
  }
  if (!is_write(call.op))
    return unsupported_operation();
  return make_secret_id(call, of, {});
}

answer approle_method::make_secret_id(const engine_call& call, role& of, std::string id) {
  if (!of.bind_secret_id)
    return error_answer(400, "bind_secret_id is not set on the role");
  const field_reader fields{call.what.body};
  secret_id made;
  made.num_uses = of.secret_id_num_uses;
  made.ttl = of.secret_id_ttl;
  made.created = call.now;
  std::string metadata;
  std::string error;
  if (!assign(fields.integer("num_uses"), made.num_uses, error) ||
      !assign(fields.seconds("ttl"), made.ttl, error) ||
      !assign(fields.comma_list("cidr_list"), made.cidrs, error) ||
      !assign(fields.comma_list("token_bound_cidrs"), made.token_cidrs, error) ||
      !assign(fields.text("metadata"), metadata, error))
    return field_validation_failed(error);
  if (made.num_uses < 0)
    return error_answer(400, "num_uses cannot be negative");
  if (of.secret_id_num_uses != 0 && (made.num_uses == 0 || made.num_uses > of.secret_id_num_uses))
    return error_answer(400, "num_uses cannot be higher than the role's secret_id_num_uses");
  if (of.secret_id_ttl.count() != 0 && (made.ttl.count() == 0 || made.ttl > of.secret_id_ttl))
    return error_answer(400, "ttl cannot be longer than the role's secret_id_ttl");
  // The metadata of a secret id is a JSON object in a text.
  const auto parsed = nlohmann::json::parse(metadata, nullptr, false);
  const nlohmann::json holder = {{"metadata", parsed}};
  if (parsed.is_object())
    made.metadata = field_reader{holder}.pairs("metadata").value.value_or(made.metadata);
  else if (!metadata.empty())
    return error_answer(400, "failed to parse metadata: " + metadata);
  if (id.empty())
    id = uuid_text(call.draw());
  if (of.secret_ids.find(id) != of.secret_ids.end())
    return error_answer(400, "SecretID is already registered");
  made.accessor = uuid_text(call.draw());
  auto result = data_answer({{"secret_id", id},
                             {"secret_id_accessor", made.accessor},
                             {"secret_id_num_uses", made.num_uses},
                             {"secret_id_ttl", whole_seconds(made.ttl)}});
  of.secret_ids.emplace(std::move(id), std::move(made));
  return result;
}

answer approle_method::look_up(const engine_call& call, role& of, std::string_view by,
                               bool destroy) {
  if (!is_write(call.op) && !(destroy && call.op == operation::delete_))
    return unsupported_operation();
  std::string wanted;
  std::string error;
  if (!assign(field_reader{call.what.body}.text(by), wanted, error))
    return field_validation_failed(error);
  if (wanted.empty())
    return error_answer(400, "missing " + std::string{by});
  auto i = of.secret_ids.begin();
  while (i != of.secret_ids.end() && (by == "secret_id" ? i->first : i->second.accessor) != wanted)
    ++i;
  if (i == of.secret_ids.end())
    return no_content();
  if (destroy) {
    of.secret_ids.erase(i);
    return no_content();
  }
  const auto& found = i->second;
  const auto time = [&](instant at) { return rfc3339(at, call.start_unix_s); };
  const bool ends = found.ttl.count() != 0;
  return data_answer(
      {{"cidr_list", found.cidrs},
       {"creation_time", time(found.created)},
       {"expiration_time", ends ? time(later(found.created, found.ttl)) : "0001-01-01T00:00:00Z"},
       {"last_updated_time", time(found.created)},
       {"metadata", found.metadata},
       {"secret_id_accessor", found.accessor},
       {"secret_id_num_uses", found.num_uses},
       {"secret_id_ttl", whole_seconds(found.ttl)},
       {"token_bound_cidrs", found.token_cidrs}});
}

} // namespace lapse
