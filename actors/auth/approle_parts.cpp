// Single parameters of an AppRole role, each at a path of its own.

#include "actors/api/answers.hpp"
#include "actors/auth/approle.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/policy/policy_set.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/address.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::auth {

namespace {

/// A path `role/NAME/…` for one parameter. `field` goes before `old_name`, which sets the same.
struct part {
  std::string_view pattern;
  std::string_view field;
  api::field_kind kind;
  std::string_view old_name = {};
  /// What a write that sends nothing is told to be missing; empty: it changes nothing.
  std::string_view missing = {};
};

constexpr part parts[] = {
    {"role/{role_name}/policies", "token_policies", api::field_kind::comma_list, "policies",
     "token_policies"},
    {"role/{role_name}/bound-cidr-list", "bound_cidr_list", api::field_kind::comma_list},
    {"role/{role_name}/secret-id-bound-cidrs", "secret_id_bound_cidrs",
     api::field_kind::comma_list},
    {"role/{role_name}/token-bound-cidrs", "token_bound_cidrs", api::field_kind::comma_list},
    {"role/{role_name}/bind-secret-id",
     "bind_secret_id",
     api::field_kind::boolean,
     {},
     "bind_secret_id"},
    {"role/{role_name}/secret-id-num-uses",
     "secret_id_num_uses",
     api::field_kind::integer,
     {},
     "secret_id_num_uses"},
    {"role/{role_name}/secret-id-ttl",
     "secret_id_ttl",
     api::field_kind::seconds,
     {},
     "secret_id_ttl"},
    {"role/{role_name}/period", "token_period", api::field_kind::seconds, "period", "period"},
    {"role/{role_name}/token-num-uses",
     "token_num_uses",
     api::field_kind::integer,
     {},
     "token_num_uses"},
    {"role/{role_name}/token-ttl", "token_ttl", api::field_kind::seconds, {}, "token_ttl"},
    {"role/{role_name}/token-max-ttl",
     "token_max_ttl",
     api::field_kind::seconds,
     {},
     "token_max_ttl"},
    {"role/{role_name}/local-secret-ids", "local_secret_ids", api::field_kind::boolean},
};

/// The last of them, which can only be read.
constexpr std::size_t fixed_part = std::size(parts) - 1;

} // namespace

std::vector<runtime::engine_paths::row> approle_method::part_rows() {
  using enum operation;
  std::vector<runtime::engine_paths::row> rows;
  auto add = [&]<std::size_t... Part>(std::index_sequence<Part...>) {
    (rows.push_back({.pattern = parts[Part].pattern,
                     .fields = {{"role_name"}, {parts[Part].field, parts[Part].kind}},
                     .operations = {{read, runtime::on<&approle_method::read_part<Part>>}},
                     .help = "one parameter of a role"}),
     ...);
    ((Part == fixed_part ? void()
                         : (rows[Part].operations.push_back(
                                {update, runtime::on<&approle_method::write_part<Part>>}),
                            rows[Part].operations.push_back(
                                {delete_, runtime::on<&approle_method::delete_part<Part>>}))),
     ...);
  };
  add(std::make_index_sequence<std::size(parts)>{});
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!parts[i].old_name.empty())
      rows[i].fields.push_back({parts[i].old_name, parts[i].kind});
  rows.push_back({.pattern = "role/{role_name}/role-id",
                  .fields = {{"role_name"}, {"role_id"}},
                  .operations = {{read, runtime::on<&approle_method::read_id>},
                                 {update, runtime::on<&approle_method::write_id>}},
                  .help = "the role id of a role"});
  return rows;
}

template <int Part>
answer approle_method::read_part(const runtime::engine_call& call) const {
  constexpr const auto& what = parts[Part];
  const auto* found = find_role(call.in);
  if (!found)
    return nothing_found();
  if constexpr (what.field == std::string_view{"bound_cidr_list"}) {
    // What is written here reads as `secret_id_bound_cidrs`.
    auto reply = data_answer({{"bound_cidr_list", nullptr}});
    reply.warnings.emplace_back("The \"bound_cidr_list\" field is deprecated and will be removed. "
                                "Please use \"secret_id_bound_cidrs\" instead.");
    return reply;
  }
  auto all = read_all(*found);
  // Addresses never set are `[]` among all fields, and null by themselves.
  if (!found->token_cidrs_set)
    all["token_bound_cidrs"] = nullptr;
  auto data = nlohmann::json::object();
  for (const auto key : {what.field, what.old_name})
    if (const auto i = all.find(std::string{key}); i != all.end())
      data[std::string{key}] = *i;
  return data_answer(std::move(data));
}

template <int Part>
answer approle_method::write_part(const runtime::engine_call& call) {
  constexpr const auto& what = parts[Part];
  const auto& in = call.in;
  const auto* existing = find_role(in);
  if (!existing)
    return api::unsupported_path();
  auto changed = *existing;
  auto& params = changed.params;
  const bool by_old_name = !what.old_name.empty() && !in.given(what.field);
  const auto field = by_old_name ? what.old_name : what.field;
  if (!in.given(field) && !what.missing.empty())
    return error_answer(400, "missing " + std::string{what.missing});
  if (!what.old_name.empty()) {
    params.old_names.erase(std::string{what.old_name});
    if (in.given(what.old_name))
      params.old_names.emplace(what.old_name);
  }
  if (what.field == "token_policies") {
    params.policies = policy::sanitize_policies(in.list(field), false);
    params.has_policies = true;
  } else if (what.field == "bound_cidr_list" || what.field == "secret_id_bound_cidrs") {
    if (in.given(field)) {
      changed.secret_id_cidrs = in.list(field);
      if (changed.secret_id_cidrs->empty())
        return error_answer(400, "missing bound_cidr_list");
      if (const auto bad = runtime::bad_block(*changed.secret_id_cidrs))
        return error_answer(400, "failed to validate CIDR blocks: invalid CIDR address: " + *bad);
    }
  } else if (what.field == "token_bound_cidrs") {
    auto parsed = runtime::parse_addresses(in.given(field) ? in.list(field) : params.bound_cidrs);
    if (!parsed)
      return error_answer(400, "failed to parse token_bound_cidrs: " + parsed.error());
    params.bound_cidrs = std::move(*parsed);
    changed.token_cidrs_set |= in.given(field);
  } else if (what.field == "bind_secret_id") {
    changed.bind_secret_id = in.boolean(field);
  } else if (what.field == "secret_id_num_uses") {
    changed.secret_id_num_uses = in.integer(field);
    if (changed.secret_id_num_uses < 0)
      return error_answer(400, "secret_id_num_uses cannot be negative");
  } else if (what.field == "secret_id_ttl") {
    changed.secret_id_ttl = in.seconds(field);
  } else if (what.field == "token_period") {
    params.period = in.seconds(field);
    if (params.period > call.max_lease_ttl)
      return error_answer(400, "period of " +
                                   quote(ttl::full_duration(
                                       in.given("period") ? params.period : duration::zero())) +
                                   " is greater than the backend's maximum lease TTL of " +
                                   quote(ttl::full_duration(call.max_lease_ttl)));
  } else if (what.field == "token_num_uses") {
    params.num_uses = in.integer(field);
  } else if (what.field == "token_ttl") {
    params.ttl = in.seconds(field);
    if (params.max_ttl > duration::zero() && params.ttl > params.max_ttl)
      return error_answer(400, "token_ttl should not be greater than token_max_ttl");
  } else if (what.field == "token_max_ttl") {
    params.max_ttl = in.seconds(field);
    if (params.max_ttl > duration::zero() && params.ttl > params.max_ttl)
      return error_answer(400, "token_max_ttl should be greater than or equal to token_ttl");
  }
  return store(lower_case(in.captured("role_name")), std::move(changed));
}

template <int Part>
answer approle_method::delete_part(const runtime::engine_call& call) {
  constexpr const auto& what = parts[Part];
  const auto* existing = find_role(call.in);
  if (!existing)
    return no_content();
  auto changed = *existing;
  auto& params = changed.params;
  params.old_names.erase(std::string{what.old_name});
  if (what.field == "token_policies")
    params.policies.clear(), params.has_policies = false;
  else if (what.field == "secret_id_bound_cidrs")
    changed.secret_id_cidrs.reset();
  else if (what.field == "token_bound_cidrs")
    params.bound_cidrs.clear(), changed.token_cidrs_set = false;
  else if (what.field == "bind_secret_id")
    changed.bind_secret_id = true;
  else if (what.field == "secret_id_num_uses")
    changed.secret_id_num_uses = 0;
  else if (what.field == "secret_id_ttl")
    changed.secret_id_ttl = duration::zero();
  else if (what.field == "token_period")
    params.period = duration::zero();
  else if (what.field == "token_num_uses")
    params.num_uses = 0;
  else if (what.field == "token_ttl")
    params.ttl = duration::zero();
  else if (what.field == "token_max_ttl")
    params.max_ttl = duration::zero();
  return store(lower_case(call.in.captured("role_name")), std::move(changed));
}

answer approle_method::read_id(const runtime::engine_call& call) const {
  const auto* found = find_role(call.in);
  return found ? data_answer({{"role_id", found->role_id}}) : nothing_found();
}

answer approle_method::write_id(const runtime::engine_call& call) {
  const auto* existing = find_role(call.in);
  if (!existing)
    return api::unsupported_path();
  auto changed = *existing;
  changed.role_id = call.in.text("role_id");
  if (changed.role_id.empty())
    return error_answer(400, "missing role_id");
  return store(lower_case(call.in.captured("role_name")), std::move(changed));
}

} // namespace lapse::auth
