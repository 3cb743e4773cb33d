#include "actors/secrets/pki.hpp"

#include "actors/api/answers.hpp"
#include "actors/protocol/ids.hpp"
#include "actors/runtime/placeholder.hpp"

#include <utility>

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

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

api::field_kind kind_of(const std::string& name, const json& before) {
  return is_duration_field(name) ? api::field_kind::seconds
         : before.is_boolean()   ? api::field_kind::boolean
         : before.is_number()    ? api::field_kind::integer
         : before.is_array()     ? api::field_kind::comma_list
                                 : api::field_kind::text;
}

/// What a role may be written with: each key of `default_role`, by the kind of its value.
/// `default_ttl` is what scenario files call the TTL of any role.
std::vector<api::field_row> role_fields() {
  std::vector<api::field_row> rows = {{"name"}, {"default_ttl", api::field_kind::seconds}};
  for (const auto& [key, value] : default_role().items())
    rows.push_back({key, kind_of(key, value)});
  return rows;
}

/// Stores the field `name` in `role` if it is given.
void take_field(const api::field_data& in, const std::string& name, json& role) {
  if (!in.given(name))
    return;
  switch (kind_of(name, role.at(name))) {
    case api::field_kind::seconds:
      role[name] = whole_seconds(in.seconds(name));
      break;
    case api::field_kind::boolean:
      role[name] = in.boolean(name);
      break;
    case api::field_kind::integer:
      role[name] = in.integer(name);
      break;
    case api::field_kind::comma_list:
      role[name] = in.list(name);
      break;
    default:
      role[name] = in.text(name);
  }
}

duration seconds_of(const json& role, const char* name) {
  return std::chrono::seconds{role.at(name).get<std::int64_t>()};
}

std::int64_t unix_second(const runtime::engine_call& call) {
  return call.start_unix_s + std::chrono::floor<std::chrono::seconds>(call.now).count();
}

/// Paths a real server has and lapse leaves out.
std::vector<runtime::engine_paths::row> rows_left_out() {
  constexpr std::string_view no_certificates =
      "certificates are placeholders; only their leases live";
  std::vector<runtime::engine_paths::row> rows;
  for (auto pattern : {"acme{/rest}",
                       "ca{/rest}",
                       "ca_chain",
                       "cel{/rest}",
                       "cert{/rest}",
                       "certs/?",
                       "certs/{rest+}",
                       "config{/rest}",
                       "crl{/rest}",
                       "delta-crl{/rest}",
                       "eab/?",
                       "eab/{rest+}",
                       "intermediate{/rest}",
                       "issuer{/rest}",
                       "issuers/?",
                       "issuers/{rest+}",
                       "key{/rest}",
                       "keys/?",
                       "keys/{rest+}",
                       "ocsp/?",
                       "ocsp/{rest+}",
                       "revoke",
                       "roles/{name}/acme{/rest}",
                       "revoke-with-key",
                       "root",
                       "root/{rest+}",
                       "sign/{rest+}",
                       "sign-verbatim{/rest}",
                       "tidy",
                       "tidy-cancel",
                       "tidy-status",
                       "unified-crl{/rest}",
                       "unified-ocsp{/rest}"})
    rows.push_back(
        {.pattern = pattern, .fields = {}, .operations = {}, .not_modelled = no_certificates});
  return rows;
}

} // namespace

const runtime::engine_paths& pki_engine::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    const std::vector<api::field_row> root_fields = {
        {"exported"},
        {"common_name", api::field_kind::text, {}, true},
        {"ttl", api::field_kind::seconds}};
    std::vector<runtime::engine_paths::row> rows = {
        {.pattern = "root/generate/internal",
         .fields = root_fields,
         .operations = {{update, runtime::on<&pki_engine::generate_root>}},
         .help = "make the certificate of the authority",
         .any_fields = true},
        {.pattern = "root/generate/exported",
         .fields = root_fields,
         .operations = {{update, runtime::on<&pki_engine::generate_root>}},
         .help = "make the certificate of the authority, and show its key",
         .any_fields = true},
        {.pattern = "roles/?",
         .fields = {},
         .operations = {{list, runtime::on<&pki_engine::list_roles>}},
         .help = "the names of all roles"},
        {.pattern = "roles/{name}",
         .fields = role_fields(),
         .operations = {{read, runtime::on<&pki_engine::read_role>},
                        {update, runtime::on<&pki_engine::write_role>},
                        {patch, runtime::on<&pki_engine::patch_role>},
                        {delete_, runtime::on<&pki_engine::delete_role>}},
         .help = "a role by which certificates are made"},
        {.pattern = "issue/{name}",
         .fields = {{"name"}, {"ttl", api::field_kind::seconds}},
         .operations = {{update, runtime::on<&pki_engine::issue>}},
         .help = "a certificate, with a lease if the role says so",
         .any_fields = true}};
    for (auto& row : rows_left_out())
      rows.push_back(std::move(row));
    return runtime::engine_paths{{}, std::move(rows)};
  }();
  return paths;
}

const secrets_setup& pki_engine::setup() {
  static const secrets_setup setup{
      .role_keys = {{"ttl", api::field_kind::seconds, "pki's name of `default_ttl`."},
                    {"max_ttl", api::field_kind::seconds,
                     "Longest life of its leases (the mount's)."},
                    {"generate_lease", api::field_kind::boolean,
                     "pki: certificates come with a lease (false)."}},
      .gives_out = "issue/",
      .by_write = true};
  return setup;
}

answer pki_engine::generate_root(const runtime::engine_call& call) {
  if (call.in.text("common_name").empty())
    return error_answer(400, "the common_name field is required, or must be provided in a CSR with "
                             "\"use_csr_common_name\" set to true, unless \"require_cn\" is set to "
                             "false");
  const auto ttl = call.in.given("ttl") ? call.in.seconds("ttl") : call.default_lease_ttl;
  authority_ = runtime::placeholder_pem(call.draw, "CERTIFICATE");
  const auto issuer = uuid_text(call.draw());
  const auto key = uuid_text(call.draw());
  const auto serial = runtime::random_serial(call.draw);
  json data = {{"certificate", authority_},
               {"expiration", unix_second(call) + whole_seconds(ttl)},
               {"issuer_id", issuer},
               {"issuer_name", ""},
               {"issuing_ca", authority_},
               {"key_id", key},
               {"key_name", ""},
               {"serial_number", serial}};
  if (call.what.path.ends_with("/exported")) {
    data["private_key"] = runtime::placeholder_pem(call.draw, "RSA PRIVATE KEY");
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

answer pki_engine::list_roles(const runtime::engine_call&) const { return api::key_list(roles_); }

answer pki_engine::read_role(const runtime::engine_call& call) const {
  const auto i = roles_.find(call.in.captured("name"));
  return i == roles_.end() ? nothing_found() : data_answer(i->second);
}

answer pki_engine::delete_role(const runtime::engine_call& call) {
  roles_.erase(std::string{call.in.captured("name")});
  return no_content();
}

// A write sets the whole role; only a patch keeps what is not given.

answer pki_engine::write_role(const runtime::engine_call& call) {
  return store_role(call, default_role());
}

answer pki_engine::patch_role(const runtime::engine_call& call) {
  const auto i = roles_.find(call.in.captured("name"));
  if (i == roles_.end())
    return error_answer(404, "unable to fetch role entry to patch");
  return store_role(call, i->second);
}

answer pki_engine::store_role(const runtime::engine_call& call, json role) {
  if (call.in.given("default_ttl"))
    role["ttl"] = whole_seconds(call.in.seconds("default_ttl"));
  for (const auto& [key, value] : default_role().items())
    take_field(call.in, key, role);
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
  roles_.insert_or_assign(std::string{call.in.captured("name")}, std::move(role));
  return result;
}

// -- certificates ----------------------------------------------------------------

runtime::engine_reply pki_engine::issue(const runtime::engine_call& call) const {
  const auto name = call.in.text("name");
  const auto i = roles_.find(name);
  if (i == roles_.end())
    return error_answer(400, "unknown role: " + name);
  runtime::secret_terms terms;
  terms.ttl = call.in.seconds("ttl");
  if (terms.ttl.count() == 0)
    terms.ttl = seconds_of(i->second, "ttl");
  terms.max_ttl = seconds_of(i->second, "max_ttl");
  terms.renewable = false;
  terms.from_whole_second = true;
  terms.origin = runtime::origin_of(name);
  // A certificate ends at a whole second, and its lease with it (R-1720).
  auto lasts = terms.ttl.count() != 0 ? terms.ttl : call.default_lease_ttl;
  if (terms.max_ttl.count() != 0 && lasts > terms.max_ttl)
    lasts = terms.max_ttl;
  const auto authority =
      authority_.empty() ? runtime::placeholder_pem(call.draw, "CERTIFICATE") : authority_;
  const auto certificate = runtime::placeholder_pem(call.draw, "CERTIFICATE");
  const auto key = runtime::placeholder_pem(call.draw, "RSA PRIVATE KEY");
  const auto serial = runtime::random_serial(call.draw);
  const auto now_s = unix_second(call);
  runtime::engine_reply result;
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

} // namespace lapse::secrets
