// The methods whose logins are vouched for outside: their paths, their fields, and who a login is.

#include "actors/auth/vouched_method.hpp"

#include "actors/protocol/quote.hpp"

#include <iterator>

namespace lapse::auth {

namespace {

using json = nlohmann::json;
using fk = api::field_kind;

const json& object_at(const json& object, std::string_view key) {
  static const json nothing = json::object();
  const auto i = object.is_object() ? object.find(std::string{key}) : object.end();
  return i != object.end() && i->is_object() ? *i : nothing;
}

// -- who logs in -----------------------------------------------------------------------------

// What no claim says is the name of the role.

void identify_by_role(const std::string& role, const json&, const json&,
                      runtime::login_terms& into) {
  into.alias = role;
  into.display_name = role;
  into.metadata = {{"role", role}};
  into.alias_metadata = into.metadata;
}

void identify_certificate(const std::string& role, const json& kept, const json&,
                          runtime::login_terms& into) {
  into.alias = role;
  into.display_name = text_at(kept, "display_name", role);
  into.metadata = {{"cert_name", role}, {"common_name", role}};
}

/// A service account, in the form of bound tokens or in that of older ones.
void identify_account(const std::string& role, const json& kept, const json& claims,
                      runtime::login_terms& into) {
  const auto& bound = object_at(claims, "kubernetes.io");
  const auto& account = object_at(bound, "serviceaccount");
  const std::string old = "kubernetes.io/serviceaccount/";
  const auto space = text_at(bound, "namespace", text_at(claims, old + "namespace", "default"));
  const auto name = text_at(account, "name", text_at(claims, old + "service-account.name", role));
  const auto uid = text_at(account, "uid", text_at(claims, old + "service-account.uid", role));
  into.metadata = {{"service_account_name", name},
                   {"service_account_namespace", space},
                   {"service_account_secret_name", text_at(claims, old + "secret.name", "")},
                   {"service_account_uid", uid}};
  into.alias_metadata = into.metadata;
  into.metadata["role"] = role;
  into.alias =
      text_at(kept, "alias_name_source", "") == "serviceaccount_name" ? space + '/' + name : uid;
  into.display_name = space + '-' + name;
}

void identify_claims(const std::string& role, const json& kept, const json& claims,
                     runtime::login_terms& into) {
  into.alias = text_at(claims, text_at(kept, "user_claim", "sub"), role);
  into.display_name = into.alias;
  for (const auto& [claim, key] : object_at(kept, "claim_mappings").items())
    if (const auto value = text_at(claims, claim, ""); key.is_string() && !value.empty())
      into.metadata[key.get<std::string>()] = value;
  into.metadata["role"] = role;
  into.alias_metadata = into.metadata;
  const auto groups = claims.find(text_at(kept, "groups_claim", ""));
  if (groups == claims.end())
    return;
  for (const auto& group : groups->is_array() ? *groups : json::array({*groups}))
    if (group.is_string() && !group.get_ref<const std::string&>().empty())
      into.groups.push_back(group.get<std::string>());
}

// -- how scenario files set them up
// ------------------------------------------------------------------

constexpr std::string_view who = "Kept for reading: who may log in is not asked here.";

std::vector<runtime::setup_key> kept(std::initializer_list<std::string_view> lists,
                                     std::initializer_list<std::string_view> texts) {
  std::vector<runtime::setup_key> result;
  for (const auto name : lists)
    result.push_back({name, fk::comma_list, who, true});
  for (const auto name : texts)
    result.push_back({name, fk::text, who, true});
  return result;
}

/// A role that `login` names beside its proof.
login_setup of_role(std::vector<runtime::setup_key> keys, std::string_view proof) {
  login_setup result{.keys = std::move(keys), .principal = "role", .folder = "role"};
  result.name_in_path = false;
  result.proof = proof.empty() ? "role" : proof;
  if (!proof.empty())
    result.second_proof = "role";
  return result;
}

login_setup of_kubernetes() {
  return of_role(
      kept({"bound_service_account_names", "bound_service_account_namespaces"},
           {"bound_service_account_namespace_selector", "audience", "alias_name_source"}),
      "jwt");
}

login_setup of_jwt() {
  auto keys = kept({"bound_audiences", "allowed_redirect_uris", "oidc_scopes", "oauth2_metadata"},
                   {"role_type", "user_claim", "bound_subject", "bound_claims_type", "groups_claim",
                    "callback_mode"});
  for (const std::string_view name :
       {"user_claim_json_pointer", "verbose_oidc_logging", "token_policies_template_claims",
        "oidc_disable_confirmation"})
    keys.push_back({name, fk::boolean, who, true});
  for (const std::string_view name : {"bound_claims", "claim_mappings"})
    keys.push_back({name, fk::object, who, true});
  for (const std::string_view name :
       {"expiration_leeway", "not_before_leeway", "clock_skew_leeway", "max_age", "poll_interval"})
    keys.push_back({name, fk::signed_seconds, who, true});
  return of_role(std::move(keys), "jwt");
}

login_setup of_aws() {
  auto keys = kept({"bound_ami_id", "bound_account_id", "bound_region", "bound_vpc_id",
                    "bound_subnet_id", "bound_iam_role_arn", "bound_iam_instance_profile_arn",
                    "bound_ec2_instance_id", "bound_iam_principal_arn"},
                   {"auth_type", "inferred_entity_type", "inferred_aws_region", "role_tag"});
  for (const std::string_view name :
       {"resolve_aws_unique_ids", "allow_instance_migration", "disallow_reauthentication"})
    keys.push_back({name, fk::boolean, who, true});
  return of_role(std::move(keys), {});
}

login_setup of_gcp() {
  auto keys = kept({"bound_service_accounts", "bound_projects", "bound_zones", "bound_regions",
                    "bound_instance_groups", "bound_labels"},
                   {});
  for (const std::string_view name : {"add_group_aliases", "allow_gce_inference"})
    keys.push_back({name, fk::boolean, who, true});
  keys.push_back({"max_jwt_exp", fk::signed_seconds, who, true});
  return of_role(std::move(keys), "jwt");
}

login_setup of_azure() {
  return of_role(kept({"bound_service_principal_ids", "bound_group_ids", "bound_locations",
                       "bound_subscription_ids", "bound_resource_groups", "bound_scale_sets",
                       "bound_resource_ids"},
                      {}),
                 "jwt");
}

login_setup of_cert() {
  auto keys = kept({"allowed_names", "allowed_common_names", "allowed_dns_sans",
                    "allowed_email_sans", "allowed_uri_sans", "allowed_organizational_units",
                    "required_extensions", "allowed_metadata_extensions", "ocsp_servers_override"},
                   {"certificate", "ocsp_ca_certificates"});
  keys.push_back({"display_name", fk::text, "What the names of a certificate's tokens end in."});
  for (const std::string_view name : {"ocsp_enabled", "ocsp_fail_open", "ocsp_query_all_servers"})
    keys.push_back({name, fk::boolean, who, true});
  login_setup result{.keys = std::move(keys), .principal = "role", .folder = "certs"};
  result.name_in_path = false;
  result.proof = "name";
  return result;
}

login_setup of_ldap() {
  return {.keys = {{"groups", fk::comma_list, "Groups of an ldap user."}}, .folder = "users"};
}

std::string role_not_found(const std::string& role) {
  return "role " + quote(role) + " could not be found";
}

/// A provider's signed claims are the proof.
vouched_kind of_claims(std::string_view type) {
  return {.type = type,
          .setup = of_jwt,
          .item_pattern = "role/{name}",
          .list_patterns = {"role/?"},
          .role_field = "role",
          .proof_field = "jwt",
          .missing_proof = "missing token",
          .unknown_role = role_not_found,
          .identify = identify_claims,
          .left_out = {{"oidc/{rest+}", "nobody logs in with a browser"},
                       {"cel/{rest+}", "no expressions"}}};
}

const vouched_kind kinds[] = {
    {.type = "aws",
     .setup = of_aws,
     .item_pattern = "role/{name}",
     .list_patterns = {"role/?", "roles/?"},
     .role_field = "role",
     .unknown_role =
         [](const std::string& role) { return "entry for role " + quote(role) + " not found"; },
     .identify = identify_by_role,
     .left_out = {{"role/{name}/tag", "no instances"},
                  {"identity-accesslist{/rest}", "no instances"},
                  {"identity-whitelist{/rest}", "no instances"},
                  {"roletag-denylist{/rest}", "no instances"},
                  {"roletag-blacklist{/rest}", "no instances"},
                  {"tidy/{rest+}", "no instances"}}},
    {.type = "azure",
     .setup = of_azure,
     .item_pattern = "role/{name}",
     .list_patterns = {"role/?"},
     .role_field = "role",
     .proof_field = "jwt",
     .missing_proof = "jwt is required",
     .unknown_role = [](const std::string& role) { return "invalid role name " + quote(role); },
     .identify = identify_by_role},
    {.type = "cert",
     .setup = of_cert,
     .item_pattern = "certs/{name}",
     .list_patterns = {"certs/?"},
     .role_field = "name",
     .unknown_role =
         [](const std::string&) {
           return std::string{"invalid certificate or no client certificate supplied"};
         },
     .role_in_proof = true,
     .identify = identify_certificate,
     .left_out = {{"crls{/rest}", "certificates are not checked"}}},
    {.type = "gcp",
     .setup = of_gcp,
     .item_pattern = "role/{name}",
     .list_patterns = {"role/?", "roles/?"},
     .role_field = "role",
     .proof_field = "jwt",
     .unknown_role = [](const std::string& role) { return "role " + quote(role) + " not found"; },
     .identify = identify_by_role,
     .left_out = {{"role/{name}/service-accounts", "no cloud"},
                  {"role/{name}/labels", "no cloud"}}},
    of_claims("jwt"),
    {.type = "kubernetes",
     .setup = of_kubernetes,
     .item_pattern = "role/{name}",
     .list_patterns = {"role/?"},
     .role_field = "role",
     .proof_field = "jwt",
     .missing_proof = "missing jwt",
     .proof_first = true,
     .unknown_role = [](const std::string& role) { return "invalid role name " + quote(role); },
     .identify = identify_account},
    {.type = "ldap",
     .setup = of_ldap,
     .item_pattern = "users/{name+}",
     .list_patterns = {"users/?"},
     .identify = identify_by_role},
    of_claims("oidc")};

} // namespace

std::string text_at(const json& object, std::string_view key, std::string fallback) {
  const auto i = object.is_object() ? object.find(std::string{key}) : object.end();
  return i != object.end() && i->is_string() && !i->get_ref<const std::string&>().empty()
             ? i->get<std::string>()
             : std::move(fallback);
}

static_assert(std::size(kinds) == vouched_kinds);

const vouched_kind& vouched(std::size_t at) { return kinds[at]; }

} // namespace lapse::auth
