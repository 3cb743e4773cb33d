// Secret ids of AppRole: made, looked up, destroyed, cleaned up.

#include "actors/api/answers.hpp"
#include "actors/auth/approle.hpp"
#include "actors/auth/principal_store.hpp"
#include "actors/auth/secret_id_metadata.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/runtime/address.hpp"
#include "actors/ttl/duration.hpp"

#include <algorithm>
#include <utility>

namespace lapse::auth {

namespace {

/// What a secret id may be made with, beside its role.
std::vector<api::field_row> secret_id_fields(std::initializer_list<api::field_row> more) {
  std::vector<api::field_row> result = {{"role_name"},
                                        {"metadata"},
                                        {"cidr_list", api::field_kind::comma_list},
                                        {"token_bound_cidrs", api::field_kind::comma_list},
                                        {"num_uses", api::field_kind::integer},
                                        {"ttl", api::field_kind::seconds}};
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

std::string no_such_role(const runtime::engine_call& call) {
  return "role " + quote(call.in.captured("role_name")) + " does not exist";
}

std::string no_such_accessor(std::string_view accessor) {
  return "failed to find accessor entry for secret_id_accessor: " + quote(accessor);
}

/// `["a" "b"]`, as Go prints a list of quoted texts.
std::string quoted(const std::vector<std::string>& texts) {
  std::string result = "[";
  for (const auto& text : texts) {
    if (result.size() > 1)
      result += ' ';
    result += quote(text);
  }
  return result += ']';
}

} // namespace

std::string cidr_subset_error(std::vector<std::string> role, const std::vector<std::string>& own) {
  if (own.empty() || role.empty())
    return {};
  for (auto& block : role)
    if (block.find('/') == std::string::npos)
      block += "/32";
  if (runtime::blocks_within(role, own))
    return {};
  return "failed to verify subset relationship between CIDR blocks on the role " + quoted(role) +
         " and CIDR blocks on the secret ID " + quoted(own) + ": %!w(<nil>)";
}

std::vector<runtime::engine_paths::row> approle_method::secret_id_rows() {
  using enum operation;
  const std::vector<api::field_row> by_id = {{"role_name"}, {"secret_id"}};
  const std::vector<api::field_row> by_accessor = {{"role_name"}, {"secret_id_accessor"}};
  return {{.pattern = "role/{role_name}/secret-id/?",
           .fields = secret_id_fields({{"after"}, {"limit", api::field_kind::integer}}),
           .operations = {{list, runtime::on<&approle_method::list_secret_ids>},
                          {update, runtime::on<&approle_method::make_secret_id>}},
           .help = "make a secret id, or list the accessors of all"},
          {.pattern = "role/{role_name}/custom-secret-id",
           .fields = secret_id_fields({{"secret_id"}}),
           .operations = {{update, runtime::on<&approle_method::make_custom_secret_id>}},
           .help = "make a secret id of one's own choice"},
          {.pattern = "role/{role_name}/secret-id/lookup/?",
           .fields = by_id,
           .operations = {{update, runtime::on<&approle_method::look_up_secret_id>}},
           .help = "what is known of a secret id"},
          {.pattern = "role/{role_name}/secret-id/destroy/?",
           .fields = by_id,
           .operations = {{update, runtime::on<&approle_method::destroy_secret_id>},
                          {delete_, runtime::on<&approle_method::destroy_secret_id>}},
           .help = "remove a secret id"},
          {.pattern = "role/{role_name}/secret-id-accessor/lookup/?",
           .fields = by_accessor,
           .operations = {{update, runtime::on<&approle_method::look_up_accessor>}},
           .help = "what is known of the secret id with an accessor"},
          {.pattern = "role/{role_name}/secret-id-accessor/destroy/?",
           .fields = by_accessor,
           .operations = {{update, runtime::on<&approle_method::destroy_accessor>},
                          {delete_, runtime::on<&approle_method::destroy_accessor>}},
           .help = "remove the secret id with an accessor"}};
}

// -- making ------------------------------------------------------------------------

answer approle_method::list_secret_ids(const runtime::engine_call& call) const {
  const auto* found = find_role(call.in);
  if (!found)
    return error_answer(400, no_such_role(call));
  std::vector<std::string> accessors;
  for (const auto& item : found->secret_ids)
    accessors.push_back(item.second.accessor);
  return api::key_list(accessors);
}

answer approle_method::make_secret_id(const runtime::engine_call& call) {
  return register_secret_id(call, uuid_text(call.draw()));
}

answer approle_method::make_custom_secret_id(const runtime::engine_call& call) {
  auto id = call.in.text("secret_id");
  return id.empty() ? error_answer(400, "missing secret_id")
                    : register_secret_id(call, std::move(id));
}

answer approle_method::register_secret_id(const runtime::engine_call& call, std::string id) {
  auto* of = find_role(call.in);
  if (!of)
    return error_answer(404, no_such_role(call));
  if (!of->bind_secret_id)
    return error_answer(400, "bind_secret_id is not set on the role");
  secret_id made;
  made.cidrs = call.in.list("cidr_list");
  made.token_cidrs = call.in.list("token_bound_cidrs");
  if (const auto bad = runtime::bad_block(made.cidrs))
    return wrapped_error(500, "failed to validate CIDR blocks: invalid CIDR address: " + *bad);
  if (auto why =
          cidr_subset_error(of->secret_id_cidrs.value_or(std::vector<std::string>{}), made.cidrs);
      !why.empty())
    return wrapped_error(500, why);
  if (const auto bad = runtime::bad_block(made.token_cidrs))
    return wrapped_error(500,
                         "failed to validate token CIDR blocks: invalid CIDR address: " + *bad);
  if (auto why = cidr_subset_error(of->params.bound_cidrs, made.token_cidrs); !why.empty())
    return wrapped_error(500, why);
  made.num_uses = of->secret_id_num_uses;
  if (call.in.take("num_uses", made.num_uses)) {
    if (made.num_uses < 0)
      return error_answer(400, "num_uses cannot be negative");
    if (of->secret_id_num_uses > 0 &&
        (made.num_uses == 0 || made.num_uses > of->secret_id_num_uses))
      return error_answer(400, "num_uses cannot be higher than the role's secret_id_num_uses");
  }
  made.ttl = of->secret_id_ttl;
  if (call.in.take("ttl", made.ttl) && of->secret_id_ttl.count() > 0 &&
      (made.ttl.count() == 0 || made.ttl > of->secret_id_ttl))
    return error_answer(400, "ttl cannot be longer than the role's secret_id_ttl");
  auto metadata = parse_metadata(call.in.text("metadata"));
  if (!metadata)
    return error_answer(400, "failed to parse metadata: " + metadata.error());
  made.metadata = std::move(*metadata);
  if (of->secret_ids.contains(id))
    return wrapped_error(500, "failed to store secret_id: SecretID is already registered");
  made.accessor = uuid_text(call.draw());
  made.created = made.updated = call.now;
  const auto lasts = std::min(made.ttl, call.max_lease_ttl);
  if (lasts.count() != 0)
    made.expires = later(call.now, lasts);
  auto reply = data_answer({{"secret_id", id},
                            {"secret_id_accessor", made.accessor},
                            {"secret_id_num_uses", made.num_uses},
                            {"secret_id_ttl", whole_seconds(lasts)}});
  of->secret_ids.emplace(std::move(id), std::move(made));
  return reply;
}

// -- reading and removing ------------------------------------------------------------

answer approle_method::describe(const runtime::engine_call& call, const secret_id& what) {
  const auto time = [&](instant at) { return rfc3339(at, call.start_unix_s); };
  return data_answer({{"cidr_list", what.cidrs},
                      {"creation_time", time(what.created)},
                      {"expiration_time",
                       what.expires ? time(*what.expires) : std::string{"0001-01-01T00:00:00Z"}},
                      {"last_updated_time", time(what.updated)},
                      {"metadata", what.metadata},
                      {"secret_id_accessor", what.accessor},
                      {"secret_id_num_uses", what.num_uses},
                      {"secret_id_ttl", whole_seconds(what.ttl)},
                      {"token_bound_cidrs", what.token_cidrs}});
}

tl::expected<approle_method::role*, answer>
approle_method::role_with(const runtime::engine_call& call, std::string_view field) {
  if (call.in.text(field).empty())
    return tl::unexpected{error_answer(400, "missing " + std::string{field})};
  auto* found = find_role(call.in);
  if (!found)
    return tl::unexpected{wrapped_error(500, no_such_role(call))};
  return found;
}

answer approle_method::look_up_secret_id(const runtime::engine_call& call) {
  const auto of = role_with(call, "secret_id");
  if (!of)
    return of.error();
  const auto id = call.in.text("secret_id");
  const auto i = (*of)->secret_ids.find(id);
  return i == (*of)->secret_ids.end() ? no_content() : describe(call, i->second);
}

answer approle_method::destroy_secret_id(const runtime::engine_call& call) {
  const auto of = role_with(call, "secret_id");
  if (!of)
    return of.error();
  const auto i = (*of)->secret_ids.find(call.in.text("secret_id"));
  if (i != (*of)->secret_ids.end())
    take_away(**of, i, "was destroyed at " + ttl::readable_duration(call.now));
  return no_content();
}

approle_method::secret_ids::iterator approle_method::find_accessor(role& of,
                                                                   std::string_view accessor) {
  auto i = of.secret_ids.begin();
  while (i != of.secret_ids.end() && i->second.accessor != accessor)
    ++i;
  return i;
}

bool approle_method::is_accessor(std::string_view accessor) {
  return std::any_of(roles_.begin(), roles_.end(), [&](auto& item) {
    return find_accessor(item.second, accessor) != item.second.secret_ids.end();
  });
}

answer approle_method::look_up_accessor(const runtime::engine_call& call) {
  const auto of = role_with(call, "secret_id_accessor");
  if (!of)
    return of.error();
  const auto accessor = call.in.text("secret_id_accessor");
  if (const auto i = find_accessor(**of, accessor); i != (*of)->secret_ids.end())
    return describe(call, i->second);
  if (is_accessor(accessor))
    return no_content(); // of another role
  auto reply = data_answer({{"error", no_such_accessor(accessor)}});
  reply.status = 404;
  return reply;
}

answer approle_method::destroy_accessor(const runtime::engine_call& call) {
  const auto of = role_with(call, "secret_id_accessor");
  if (!of)
    return of.error();
  const auto accessor = call.in.text("secret_id_accessor");
  const auto i = find_accessor(**of, accessor);
  if (i == (*of)->secret_ids.end())
    return is_accessor(accessor) ? error_answer(403, "invalid secret id accessor")
                                 : wrapped_error(500, no_such_accessor(accessor));
  take_away(**of, i, "was destroyed at " + ttl::readable_duration(call.now));
  return no_content();
}

// -- clean-up ------------------------------------------------------------------------

void approle_method::clean_up(role& of, instant now) {
  for (auto i = of.secret_ids.begin(); i != of.secret_ids.end();) {
    const auto one = i++;
    if (one->second.expires && *one->second.expires < now)
      take_away(of, one,
                "ended at " + ttl::readable_duration(*one->second.expires) +
                    ", its `secret_id_ttl` over");
  }
}

void approle_method::take_away(role& from, secret_ids::iterator which, std::string how) {
  constexpr std::size_t former_max = 1024;
  if (from.former_ids.size() >= former_max) {
    from.former_ids.clear();
    from.forgot_some = true;
  }
  from.former_ids.insert_or_assign(which->first, std::move(how));
  from.secret_ids.erase(which);
}

answer approle_method::tidy(const runtime::engine_call& call) {
  for (auto& item : roles_)
    clean_up(item.second, call.now);
  return api::tidy_started();
}

} // namespace lapse::auth
