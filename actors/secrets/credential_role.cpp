#include "actors/secrets/credential_role.hpp"

#include "actors/api/answers.hpp"

#include <algorithm>
#include <utility>

namespace lapse::secrets {

namespace {

/// What `credential_role` has a place for, and the name in the path.
const std::vector<api::field_row>& common_fields() {
  static const std::vector<api::field_row> rows = {{"name"},
                                                   {"default_ttl", api::field_kind::seconds},
                                                   {"max_ttl", api::field_kind::seconds},
                                                   {"renewable", api::field_kind::boolean},
                                                   {"lease", api::field_kind::boolean}};
  return rows;
}

bool is_common(std::string_view name) {
  return std::any_of(common_fields().begin(), common_fields().end(),
                     [&](const api::field_row& row) { return row.name == name; });
}

} // namespace

const credential_role* credential_roles::find(std::string_view name) const {
  const auto i = roles_.find(name);
  return i == roles_.end() ? nullptr : &i->second;
}

answer credential_roles::list() const { return api::key_list(roles_); }

answer credential_roles::write(const api::field_data& in) {
  const auto* existing = find(in.captured("name"));
  auto role = existing ? *existing : credential_role{};
  in.take("default_ttl", role.default_ttl);
  in.take("max_ttl", role.max_ttl);
  in.take("renewable", role.renewable);
  in.take("lease", role.lease);
  if (in.body().is_object())
    for (const auto& [key, value] : in.body().items())
      if (in.declares(key) && !is_common(key) && !value.is_null())
        role.more[key] = value;
  roles_.insert_or_assign(std::string{in.captured("name")}, std::move(role));
  return no_content();
}

answer credential_roles::remove(std::string_view name) {
  if (const auto i = roles_.find(name); i != roles_.end())
    roles_.erase(i);
  return no_content();
}

runtime::secret_terms credential_roles::terms(std::string_view name, const credential_role& role,
                                              std::string connection) {
  runtime::secret_terms result;
  result.ttl = role.default_ttl;
  result.max_ttl = role.max_ttl;
  result.renewable = role.renewable;
  result.leased = role.lease;
  result.origin = runtime::origin_of(std::string{name}, std::move(connection));
  return result;
}

// -- engines with such roles --------------------------------------------------------

const std::vector<runtime::setup_key>& credential_engine::role_keys() {
  static const std::vector<runtime::setup_key> keys = {
      {"default_ttl", api::field_kind::seconds, "TTL of its leases (the mount's)."},
      {"max_ttl", api::field_kind::seconds, "Longest life of its leases (the mount's)."},
      {"renewable", api::field_kind::boolean, "Its leases can be renewed (true)."},
      {"lease", api::field_kind::boolean, "false: credentials without a lease (true)."}};
  return keys;
}

std::vector<runtime::engine_paths::row> credential_engine::role_rows(
    std::string_view list_pattern, std::string_view item_pattern,
    const std::vector<api::field_row>& own,
    runtime::engine_reply (*read)(runtime::engine&, const runtime::engine_call&)) {
  auto fields = common_fields();
  fields.insert(fields.end(), own.begin(), own.end());
  return {{.pattern = list_pattern,
           .fields = {},
           .operations = {{operation::list, runtime::on<&credential_engine::list_roles>}},
           .help = "the names of all roles"},
          {.pattern = item_pattern,
           .fields = std::move(fields),
           .operations = {{operation::read, read},
                          {operation::update, runtime::on<&credential_engine::write_role>},
                          {operation::delete_, runtime::on<&credential_engine::delete_role>}},
           .exists = runtime::has<&credential_engine::has_role>,
           .help = "a role by which credentials are made"}};
}

bool credential_engine::has_role(const api::field_data& in) const {
  return roles_.find(in.captured("name")) != nullptr;
}

answer credential_engine::list_roles(const runtime::engine_call&) const { return roles_.list(); }

answer credential_engine::write_role(const runtime::engine_call& call) {
  return roles_.write(call.in);
}

answer credential_engine::delete_role(const runtime::engine_call& call) {
  return roles_.remove(call.in.captured("name"));
}

} // namespace lapse::secrets
