// Engines with leases (R-1719, R-1720), and entities as far as logins make them (R-1723).

#include "tests/model/model.hpp"
#include "tests/model/model_replies.hpp"

namespace lapse::sequential {

using nlohmann::json;

answer model::secrets(call& c) {
  auto& type = c.at->type;
  if (type == "cubbyhole")
    return cubbyhole(c);
  if (type == "identity")
    return identity(c);
  if (type == "kv")
    return c.at->version == "2" ? kv2(c) : kv1(c);
  if (type == "generic" && !config_.generic_is_leased)
    return kv1(c);
  if (type == "database")
    return database(c);
  return type == "pki" ? pki(c) : not_modelled(c.path);
}

answer model::identity(call& c) {
  bool by_id = c.rest.starts_with("entity/id/") || c.rest == "entity/id";
  bool by_name = c.rest.starts_with("entity/name/") || c.rest == "entity/name";
  if (!by_id && !by_name)
    return not_modelled(c.path);
  if (c.what.op == operation::list) {
    names keys;
    for (auto& [alias, id] : entities_)
      keys.push_back(by_id ? id : "entity_" + id.substr(0, 8));
    return key_list(keys);
  }
  if (c.what.op != operation::read)
    return not_modelled(c.path);
  auto wanted = c.rest.substr(c.rest.rfind('/') + 1);
  for (auto& [alias, id] : entities_)
    if (wanted == id || wanted == "entity_" + id.substr(0, 8))
      return not_modelled(c.path);
  return nothing_found();
}

namespace {

// Only what is given changes.
void read_role(fields& f, const char* ttl_name, secret_role& role) {
  auto ttl = f.whole_seconds(ttl_name);
  auto max = f.whole_seconds("max_ttl");
  if (f.has(ttl_name))
    role.default_ttl = ttl;
  if (f.has("max_ttl"))
    role.max_ttl = max;
}

} // namespace

answer model::database(call& c) {
  auto op = c.what.op;
  bool update = op == operation::update || op == operation::create;
  auto slash = c.rest.find('/');
  auto kind = c.rest.substr(0, slash);
  auto name = slash == std::string::npos ? std::string{} : c.rest.substr(slash + 1);
  if (kind == "config" && update && !name.empty()) {
    c.at->connections[name] = c.what.body;
    return no_content();
  }
  if (kind == "roles") {
    auto& roles = c.at->roles;
    if (name.empty()) {
      names keys;
      for (auto& [key, role] : roles)
        keys.push_back(key);
      return op == operation::list ? key_list(keys) : unsupported_operation();
    }
    if (update) {
      fields f(c.what.body);
      auto role = roles.contains(name) ? roles[name] : secret_role{};
      read_role(f, "default_ttl", role);
      auto connection = f.text("db_name");
      if (!f.error().empty())
        return error_answer(400, f.error());
      if (f.has("db_name"))
        role.connection = connection;
      if (role.connection.empty())
        return error_answer(400, "empty database name attribute");
      roles[name] = role;
      return no_content();
    }
    if (op == operation::delete_) {
      roles.erase(name);
      return no_content();
    }
    return roles.contains(name) ? not_modelled(c.path) : nothing_found();
  }
  if (kind == "creds" && !name.empty()) {
    if (op != operation::read)
      return unsupported_operation();
    auto at = c.at->roles.find(name);
    if (at == c.at->roles.end())
      return error_answer(400, "unknown role: " + name);
    if (!c.at->connections.contains(at->second.connection))
      return wrapped_error(500, "failed to find entry for connection with name: \"" +
                                    at->second.connection + '"');
    if (auto down = down_.find(c.at->path); down != down_.end() && !down->second)
      return wrapped_error(500, "backend unavailable");
    auto number = std::to_string(made_ + 1);
    return issue_lease(c, {{"username", "v-" + name + '-' + number}, {"password", "p-" + number}},
                       at->second.default_ttl, at->second.max_ttl, true, name);
  }
  return kind == "config" ? not_modelled(c.path) : unsupported_path();
}

namespace {

// What a role reads back with where nothing was said.
json pki_role_defaults() {
  return json::parse(R"({
    "allow_any_name": false, "allow_bare_domains": false, "allow_glob_domains": false,
    "allow_globs_in_identity_templates": false, "allow_ip_sans": true, "allow_localhost": true,
    "allow_subdomains": false, "allow_token_displayname": false,
    "allow_wildcard_certificates": true, "allowed_domains": [], "allowed_domains_template": false,
    "allowed_ip_sans_cidr": [], "allowed_other_sans": [], "allowed_serial_numbers": [],
    "allowed_uri_sans": [], "allowed_uri_sans_template": false, "allowed_user_ids": [],
    "basic_constraints_valid_for_non_ca": false, "client_flag": true,
    "cn_validations": ["email", "hostname"], "code_signing_flag": false, "country": [],
    "email_protection_flag": false, "enforce_hostnames": true, "ext_key_usage": [],
    "ext_key_usage_oids": [], "generate_lease": false, "issuer_ref": "default", "key_bits": 2048,
    "key_type": "rsa", "key_usage": ["DigitalSignature", "KeyAgreement", "KeyEncipherment"],
    "locality": [], "max_ttl": 0, "no_store": false, "not_after": "", "not_after_bound": "permit",
    "not_before": "", "not_before_bound": "permit", "not_before_duration": 30, "organization": [],
    "ou": [], "policy_identifiers": [], "postal_code": [], "province": [], "require_cn": true,
    "server_flag": true, "signature_bits": 256, "street_address": [], "ttl": 0,
    "use_csr_common_name": true, "use_csr_sans": true, "use_pss": false})");
}

} // namespace

answer model::pki(call& c) {
  bool update = c.what.op == operation::update || c.what.op == operation::create;
  auto name = c.rest.substr(c.rest.rfind('/') + 1);
  if (!update)
    return not_modelled(c.path);
  auto text_of = [&](const char* what) { return std::string("placeholder ") + what; };
  if (c.rest == "root/generate/internal") {
    auto out = data_answer({{"certificate", text_of("certificate")},
                            {"expiration", config_.start_unix_s + seconds(now_)},
                            {"issuer_id", uuid_text(derive(8, ++made_))},
                            {"issuer_name", ""},
                            {"issuing_ca", text_of("certificate")},
                            {"key_id", uuid_text(derive(9, made_))},
                            {"key_name", ""},
                            {"serial_number", "00:01"}});
    out.warnings = {"This mount hasn't configured any authority information access (AIA) fields; "
                    "this may make it harder for systems to find missing certificates in the chain "
                    "or to validate revocation status of certificates. Consider updating "
                    "/config/urls or the newly generated issuer with this information."};
    return out;
  }
  if (c.rest.starts_with("roles/")) {
    fields f(c.what.body);
    secret_role role;
    read_role(f, "ttl", role);
    role.generate_lease = f.flag("generate_lease");
    if (!f.error().empty())
      return field_error(f.error());
    role.written = pki_role_defaults();
    for (auto& [key, value] : c.what.body.items())
      if (role.written.contains(key) && role.written[key].type() == value.type())
        role.written[key] = value;
    role.written["ttl"] = seconds(role.default_ttl);
    role.written["max_ttl"] = seconds(role.max_ttl);
    c.at->roles[name] = role;
    auto out = data_answer(role.written);
    if (role.generate_lease)
      out.warnings = {"it is encouraged to disable generate_lease and rely on PKI's native "
                      "capabilities when possible; this option can cause instance-wide issues with "
                      "large numbers of issued certificates"};
    return out;
  }
  if (!c.rest.starts_with("issue/"))
    return not_modelled(c.path);
  auto at = c.at->roles.find(name);
  if (at == c.at->roles.end())
    return error_answer(400, "unknown role: " + name);
  auto ttl = at->second.default_ttl.count() > 0 ? at->second.default_ttl : default_ttl(*c.at);
  auto end = floor1(now_) + ttl;
  json data = {{"ca_chain", json::array({text_of("certificate")})},
               {"certificate", text_of("certificate")},
               {"expiration", config_.start_unix_s + seconds(end)},
               {"issuing_ca", text_of("certificate")},
               {"not_before", config_.start_unix_s + seconds(now_) - 30},
               {"private_key", text_of("key")},
               {"private_key_type", "rsa"},
               {"serial_number", "00:" + std::to_string(++made_)}};
  if (!at->second.generate_lease)
    return data_answer(std::move(data));
  return issue_lease(c, std::move(data), end - now_, duration{0}, false, name);
}

} // namespace lapse::sequential
