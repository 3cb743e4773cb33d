#include "actors/auth/approle.hpp"

#include "actors/api/answers.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/address.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse::auth {

const runtime::engine_paths& approle_method::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    std::vector<runtime::engine_paths::row> rows = {
        {.pattern = "login",
         .fields = {{"role_id", api::field_kind::text, {}, true}, {"secret_id"}},
         .operations = {{update, runtime::on<&approle_method::login>}},
         .help = "log in with a role id and a secret id"},
        {.pattern = "role/?",
         .fields = {{"after"}, {"limit", api::field_kind::integer}},
         .operations = {{list, runtime::on<&approle_method::list_roles>}},
         .help = "the names of all roles"},
        {.pattern = "role/{role_name}",
         .fields = with_token_fields({{"role_name"},
                                      {"bind_secret_id", api::field_kind::boolean, "true"},
                                      {"bound_cidr_list", api::field_kind::comma_list},
                                      {"secret_id_bound_cidrs", api::field_kind::comma_list},
                                      {"secret_id_num_uses", api::field_kind::integer},
                                      {"secret_id_ttl", api::field_kind::seconds},
                                      {"role_id"},
                                      {"local_secret_ids", api::field_kind::boolean}},
                                     {"policies", "period"}),
         .operations = {{read, runtime::on<&approle_method::read_role>},
                        {update, runtime::on<&approle_method::write_role>},
                        {delete_, runtime::on<&approle_method::delete_role>}},
         .exists = runtime::has<&approle_method::has_role>,
         .help = "a role that machines log in with"},
        {.pattern = "tidy/secret-id",
         .fields = {},
         .operations = {{update, runtime::on<&approle_method::tidy>}},
         .help = "remove the secret ids that have expired"}};
    for (auto more : {part_rows(), secret_id_rows()})
      rows.insert(rows.end(), more.begin(), more.end());
    return runtime::engine_paths{{.unauthenticated = {"login"}}, std::move(rows)};
  }();
  return paths;
}

const login_setup& approle_method::setup() {
  static const login_setup setup{
      .keys =
          {{"role_id", api::field_kind::text, "Role id of an approle role; its name if left out."},
           {"bind_secret_id", api::field_kind::boolean,
            "Logins of an approle role need a secret id (true); `login` knows one of the role's "
            "name."},
           {"secret_id_ttl", api::field_kind::seconds, "Life of an approle role's secret ids."},
           {"secret_id_num_uses", api::field_kind::integer,
            "Uses of an approle role's secret ids."},
           {"secret_id_bound_cidrs", api::field_kind::comma_list,
            "Addresses secret ids may be used from."},
           {"bound_cidr_list", api::field_kind::comma_list, "Old name of `secret_id_bound_cidrs`."},
           {"local_secret_ids", api::field_kind::boolean,
            "An approle role's secret ids stay in one cluster (false)."}},
      .principal = "role",
      .folder = "role",
      .name_in_path = false,
      .proof = "role_id",
      .proof_set_up = true,
      .second_proof = "secret_id",
      .second_proof_path = "custom-secret-id",
      .second_proof_flag = "bind_secret_id"};
  return setup;
}

const approle_method::role* approle_method::find_role(const api::field_data& in) const {
  const auto i = roles_.find(lower_case(in.captured("role_name")));
  return i == roles_.end() ? nullptr : &i->second;
}

approle_method::role* approle_method::find_role(const api::field_data& in) {
  return const_cast<role*>(std::as_const(*this).find_role(in));
}

approle_method::roles::iterator approle_method::find_by_id(std::string_view role_id) {
  auto i = roles_.begin();
  while (i != roles_.end() && i->second.role_id != role_id)
    ++i;
  return i;
}

runtime::login_renewal approle_method::renew_login(std::string_view principal,
                                                   const std::vector<std::string>&) const {
  const auto i = roles_.find(principal);
  if (i != roles_.end())
    return renewal_of(i->second.params);
  runtime::login_renewal result;
  result.error = "role \"" + std::string{principal} + "\" does not exist during renewal";
  return result;
}

bool approle_method::has_role(const api::field_data& in) const { return find_role(in) != nullptr; }

answer approle_method::list_roles(const runtime::engine_call& call) const {
  return api::key_page(roles_, call.in);
}

nlohmann::json approle_method::read_all(const role& from) {
  auto data = to_json(from.params);
  data["bind_secret_id"] = from.bind_secret_id;
  data["local_secret_ids"] = from.local_secret_ids;
  data["secret_id_bound_cidrs"] = nullptr;
  if (from.secret_id_cidrs)
    data["secret_id_bound_cidrs"] = *from.secret_id_cidrs;
  data["secret_id_num_uses"] = from.secret_id_num_uses;
  data["secret_id_ttl"] = whole_seconds(from.secret_id_ttl);
  return data;
}

answer approle_method::read_role(const runtime::engine_call& call) const {
  const auto* found = find_role(call.in);
  return found ? data_answer(read_all(*found)) : nothing_found();
}

answer approle_method::delete_role(const runtime::engine_call& call) {
  roles_.erase(lower_case(call.in.captured("role_name")));
  return no_content();
}

answer approle_method::store(const std::string& name, role changed,
                             std::vector<std::string> warnings) {
  if (!changed.constrained())
    return wrapped_error(500, "at least one constraint should be enabled on the role");
  if (const auto other = find_by_id(changed.role_id); other != roles_.end() && other->first != name)
    return wrapped_error(500, "role_id already in use");
  roles_.insert_or_assign(name, std::move(changed));
  return no_content(std::move(warnings));
}

answer approle_method::write_role(const runtime::engine_call& call) {
  const auto& in = call.in;
  const auto* existing = find_role(in);
  auto result = existing ? *existing : role{};
  std::vector<std::string> warnings;
  auto parsed = parse(in, std::move(result.params), [&](std::string& type) {
    if (type != "default-service" && type != "default-batch")
      return;
    auto plain = type.substr(8);
    warnings.push_back(type + " has no useful meaning; adjusting to " + plain);
    type = std::move(plain);
  });
  if (!parsed)
    return error_answer(400, std::move(parsed.error()));
  result.params = std::move(*parsed);
  result.token_cidrs_set |= in.given("token_bound_cidrs");
  if (in.take("local_secret_ids", result.local_secret_ids) && existing)
    return error_answer(400, "local_secret_ids can only be modified during role creation");
  if (!in.take("role_id", result.role_id) && !existing)
    result.role_id = uuid_text(call.draw());
  if (result.role_id.empty())
    return error_answer(400, "invalid role_id supplied, or failed to generate a role_id");
  in.take("bind_secret_id", result.bind_secret_id);
  for (const auto* name : {"bound_cidr_list", "secret_id_bound_cidrs"}) // the latter wins
    if (in.given(name))
      result.secret_id_cidrs = in.list(name);
  if (auto bad = runtime::bad_block(result.secret_id_cidrs.value_or(std::vector<std::string>{})))
    return wrapped_error(500, "failed to validate CIDR blocks: invalid CIDR address: " + *bad);
  in.take("secret_id_num_uses", result.secret_id_num_uses);
  if (result.secret_id_num_uses < 0)
    return error_answer(400, "secret_id_num_uses cannot be negative");
  in.take("secret_id_ttl", result.secret_id_ttl);
  if (auto error = take_old_names(in, {"policies", "period"}, result.params); !error.empty())
    return error_answer(400, std::move(error));
  if (result.params.old_names.contains("period") && result.params.period > call.max_lease_ttl)
    return error_answer(400, "period of " + quote(ttl::full_duration(result.params.period)) +
                                 " is greater than the backend's maximum lease TTL of " +
                                 quote(ttl::full_duration(call.max_lease_ttl)));
  if (result.params.max_ttl > call.max_lease_ttl)
    warnings.emplace_back("token_max_ttl is greater than the backend mount's maximum TTL value; "
                          "issued tokens' max TTL value will be truncated");
  return store(lower_case(in.captured("role_name")), std::move(result), std::move(warnings));
}

} // namespace lapse::auth
