#include "actors/secrets/pki.hpp"

#include "actors/protocol/ids.hpp"
#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/runtime/placeholder.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse {

namespace {

using json = nlohmann::json;

bool is_write(operation op) { return op == operation::create || op == operation::update; }

/// A role as a server fills it in (pki-leases 1.005).
const json& default_role() {
  static const json role = {{"allow_any_name", false},
                            {"allow_bare_domains", false},
                            {"allow_glob_domains", false},
                            {"allow_globs_in_identity_templates", false},
                            {"allow_ip_sans", true},
                            {"allow_localhost", true},
                            {"allow_subdomains", false},
                            {"allow_token_displayname", false},
                            {"allow_wildcard_certificates", true},
                            {"allowed_domains", json::array()},
                            {"allowed_domains_template", false},
                            {"allowed_ip_sans_cidr", json::array()},
                            {"allowed_other_sans", json::array()},
                            {"allowed_serial_numbers", json::array()},
                            {"allowed_uri_sans", json::array()},
                            {"allowed_uri_sans_template", false},
                            {"allowed_user_ids", json::array()},
                            {"basic_constraints_valid_for_non_ca", false},
                            {"client_flag", true},
                            {"cn_validations", {"email", "hostname"}},
                            {"code_signing_flag", false},
                            {"country", json::array()},
                            {"email_protection_flag", false},
                            {"enforce_hostnames", true},
                            {"ext_key_usage", json::array()},
                            {"ext_key_usage_oids", json::array()},
                            {"generate_lease", false},
                            {"issuer_ref", "default"},
                            {"key_bits", 2048},
                            {"key_type", "rsa"},
                            {"key_usage", {"DigitalSignature", "KeyAgreement", "KeyEncipherment"}},
                            {"locality", json::array()},
                            {"max_ttl", 0},
                            {"no_store", false},
                            {"not_after", ""},
                            {"not_after_bound", "permit"},
                            {"not_before", ""},
                            {"not_before_bound", "permit"},
                            {"not_before_duration", 30},
                            {"organization", json::array()},
                            {"ou", json::array()},
                            {"policy_identifiers", json::array()},
                            {"postal_code", json::array()},
                            {"province", json::array()},
                            {"require_cn", true},
                            {"server_flag", true},
                            {"signature_bits", 256},
                            {"street_address", json::array()},
                            {"ttl", 0},
                            {"use_csr_common_name", true},
                            {"use_csr_sans", true},
                            {"use_pss", false}};
  return role;
}

bool is_duration_field(std::string_view name) {
  return name == "ttl" || name == "max_ttl" || name == "not_before_duration";
}

/// Converts the field `name` to the type its default has and stores it in `role`. An error text,
/// or empty.
std::string take_field(const field_reader& fields, const std::string& name, json& role) {
  auto store = [&](auto read) -> std::string {
    if (!read.ok())
      return std::move(read.error);
    if (read.given())
      role[name] = std::move(*read.value);
    return {};
  };
  const auto& before = role.at(name);
  if (is_duration_field(name)) {
    auto read = fields.seconds(name);
    if (read.given())
      role[name] = whole_seconds(*read.value);
    return std::move(read.error);
  }
  if (before.is_boolean())
    return store(fields.boolean(name));
  if (before.is_number())
    return store(fields.integer(name));
  if (before.is_array())
    return store(fields.comma_list(name));
  return store(fields.text(name));
}

/// `default_ttl` is what scenario files call the TTL of any role.
json with_server_names(const json& body) {
  auto result = body.is_object() ? body : json::object();
  if (result.contains("default_ttl") && !result.contains("ttl"))
    result["ttl"] = result["default_ttl"];
  return result;
}

duration seconds_of(const json& role, const char* name) {
  return std::chrono::seconds{role.at(name).get<std::int64_t>()};
}

std::int64_t unix_second(const engine_call& call) {
  return call.start_unix_s + std::chrono::floor<std::chrono::seconds>(call.now).count();
}

/// Paths a real server has and lapse leaves out.
bool is_unmodelled(std::string_view first) {
  for (auto name : {"acme", "ca", "ca_chain", "cert", "certs", "config", "crl", "intermediate",
                    "issuer", "issuers", "key", "keys", "revoke", "sign", "sign-verbatim", "tidy",
                    "tidy-cancel", "tidy-status", "unified-crl"})
    if (first == name)
      return true;
  return false;
}

} // namespace

engine_reply pki_engine::handle(const engine_call& call) {
  auto rest = call.path;
  const auto first = take_segment(rest);
  if (first == "roles" && rest.find('/') == std::string_view::npos)
    return {roles(call, rest), {}, {}};
  if (first == "issue" && !rest.empty() && rest.find('/') == std::string_view::npos)
    return issue(call, rest);
  if (call.path == "root/generate/internal" || call.path == "root/generate/exported")
    return {generate_root(call), {}, {}};
  if (first == "root" || is_unmodelled(first))
    return {unmodelled(call.at.path, call.path), {}, {}};
  return {unsupported_path(), {}, {}};
}

answer pki_engine::generate_root(const engine_call& call) {
  if (!is_write(call.op))
    return unsupported_operation();
  const field_reader fields{call.what.body};
  auto common_name = fields.text("common_name");
  auto ttl = fields.seconds("ttl");
  if (!common_name.ok() || !ttl.ok())
    return field_validation_failed(common_name.ok() ? ttl.error : common_name.error);
  if (!common_name.given() || common_name.value->empty())
    return error_answer(400, "the common_name field is required, or must be provided in a CSR with "
                             "\"use_csr_common_name\" set to true, unless \"require_cn\" is set to "
                             "false");
  authority_ = placeholder_pem(call.draw, "CERTIFICATE");
  const auto issuer = uuid_text(call.draw());
  const auto key = uuid_text(call.draw());
  const auto serial = random_serial(call.draw);
  json data = {
      {"certificate", authority_},
      {"expiration", unix_second(call) + whole_seconds(ttl.value.value_or(call.default_lease_ttl))},
      {"issuer_id", issuer},
      {"issuer_name", ""},
      {"issuing_ca", authority_},
      {"key_id", key},
      {"key_name", ""},
      {"serial_number", serial}};
  if (call.path == "root/generate/exported") {
    data["private_key"] = placeholder_pem(call.draw, "RSA PRIVATE KEY");
    data["private_key_type"] = "rsa";
  }
  auto result = data_answer(std::move(data));
  result.warnings.emplace_back(
      "This mount hasn't configured any authority information access (AIA) fields; this may make "
      "it "
      "harder for systems to find missing certificates in the chain or to validate revocation "
      "status "
      "of certificates. Consider updating /config/urls or the newly generated issuer with this "
      "information.");
  return result;
}

// -- roles -----------------------------------------------------------------------

answer pki_engine::roles(const engine_call& call, std::string_view name) {
  if (name.empty())
    return call.op == operation::list ? key_list(roles_) : unsupported_operation();
  const auto i = roles_.find(name);
  switch (call.op) {
    case operation::read:
      return i == roles_.end() ? nothing_found() : data_answer(i->second);
    case operation::create:
    case operation::update:
    case operation::patch:
      return write_role(call, name);
    case operation::delete_:
      if (i != roles_.end())
        roles_.erase(i);
      return no_content();
    default:
      return unsupported_operation();
  }
}

answer pki_engine::write_role(const engine_call& call, std::string_view name) {
  const auto i = roles_.find(name);
  if (call.op == operation::patch && i == roles_.end())
    return error_answer(404, "unable to fetch role entry to patch");
  // A write sets the whole role; only a patch keeps what is not given.
  auto role = call.op == operation::patch ? i->second : default_role();
  const auto body = with_server_names(call.what.body);
  const field_reader fields{body};
  for (const auto& [key, value] : default_role().items())
    if (auto error = take_field(fields, key, role); !error.empty())
      return field_validation_failed(error);
  const auto ttl = seconds_of(role, "ttl");
  const auto max_ttl = seconds_of(role, "max_ttl");
  if (ttl.count() > 0 && max_ttl.count() > 0 && ttl > max_ttl)
    return error_answer(400, "\"ttl\" value must be less than \"max_ttl\" value");
  auto result = data_answer(role);
  if (role.at("generate_lease").get<bool>())
    result.warnings.emplace_back(
        "it is encouraged to disable generate_lease and rely on PKI's native capabilities when "
        "possible; this option can cause instance-wide issues with large numbers of issued "
        "certificates");
  roles_.insert_or_assign(std::string{name}, std::move(role));
  return result;
}

// -- certificates ----------------------------------------------------------------

engine_reply pki_engine::issue(const engine_call& call, std::string_view name) const {
  if (!is_write(call.op))
    return {unsupported_operation(), {}, {}};
  const auto i = roles_.find(name);
  if (i == roles_.end())
    return {error_answer(400, "unknown role: " + std::string{name}), {}, {}};
  auto asked = field_reader{call.what.body}.seconds("ttl");
  if (!asked.ok())
    return {field_validation_failed(asked.error), {}, {}};
  secret_terms terms;
  terms.ttl = asked.value.value_or(duration::zero());
  if (terms.ttl.count() == 0)
    terms.ttl = seconds_of(i->second, "ttl");
  terms.max_ttl = seconds_of(i->second, "max_ttl");
  terms.renewable = false;
  terms.from_whole_second = true;
  terms.role = name;
  // A certificate ends at a whole second, and its lease with it (R-1720).
  auto lasts = terms.ttl.count() != 0 ? terms.ttl : call.default_lease_ttl;
  if (terms.max_ttl.count() != 0 && lasts > terms.max_ttl)
    lasts = terms.max_ttl;
  const auto authority =
      authority_.empty() ? placeholder_pem(call.draw, "CERTIFICATE") : authority_;
  const auto certificate = placeholder_pem(call.draw, "CERTIFICATE");
  const auto key = placeholder_pem(call.draw, "RSA PRIVATE KEY");
  const auto serial = random_serial(call.draw);
  const auto now_s = unix_second(call);
  engine_reply result;
  result.reply =
      data_answer({{"ca_chain", json::array({authority})},
                   {"certificate", certificate},
                   {"expiration", now_s + whole_seconds(lasts)},
                   {"issuing_ca", authority},
                   {"not_before", now_s - i->second.at("not_before_duration").get<std::int64_t>()},
                   {"private_key", key},
                   {"private_key_type", i->second.at("key_type")},
                   {"serial_number", serial}});
  if (i->second.at("generate_lease").get<bool>())
    result.secret = std::move(terms);
  return result;
}

} // namespace lapse
