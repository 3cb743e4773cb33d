#include "actors/secrets/kv1.hpp"

#include "actors/api/answers.hpp"
#include "actors/api/field_kind.hpp"
#include "actors/api/key_tree.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::secrets {

namespace {

/// The TTL an entry gives itself with `ttl` or `lease`. One that is no duration counts for nothing
/// but that there is one, by which a lease is renewable.
struct own_ttl {
  bool given = false;
  std::optional<duration> value;
};

own_ttl ttl_of(const nlohmann::json& entry) {
  for (const auto* name : {"ttl", "lease"})
    if (const auto i = entry.find(name); i != entry.end()) {
      const auto read = api::decode_signed_seconds(*i);
      return {true, read ? std::optional{*read} : std::nullopt};
    }
  return {};
}

runtime::secret_terms terms_of(const std::string& path, const nlohmann::json& entry) {
  const auto own = ttl_of(entry);
  runtime::secret_terms result;
  result.ttl = own.value.value_or(duration::zero());
  result.renewable = own.given;
  result.origin = runtime::origin_of(path);
  return result;
}

} // namespace

const runtime::engine_paths& kv1_engine::table() {
  static const runtime::engine_paths paths{
      {},
      {{.pattern = "{path*}",
        .fields = {{"path"}},
        .operations = {{operation::read, runtime::on<&kv1_engine::read>},
                       {operation::update, runtime::on<&kv1_engine::write>},
                       {operation::delete_, runtime::on<&kv1_engine::remove>},
                       {operation::list, runtime::on<&kv1_engine::list>},
                       {operation::scan, runtime::on<&kv1_engine::scan>}},
        .exists = runtime::has<&kv1_engine::has_entry>,
        .help = "a value at a path of the client's choice"}}};
  return paths;
}

const secrets_setup& kv1_engine::setup() {
  static const secrets_setup setup{.versioned = true};
  return setup;
}

bool kv1_engine::has_entry(const api::field_data& in) const {
  return entries_.find(in.captured("path")) != entries_.end();
}

answer kv1_engine::remove(const runtime::engine_call& call) {
  entries_.erase(std::string{call.in.captured("path")});
  return no_content();
}

answer kv1_engine::list(const runtime::engine_call& call) const {
  return api::key_list(api::keys_below(entries_, call.in.captured("path")));
}

answer kv1_engine::scan(const runtime::engine_call& call) const {
  return api::scanned(api::all_keys_below(entries_, call.in.captured("path")));
}

runtime::engine_reply kv1_engine::read(const runtime::engine_call& call) const {
  const auto i = entries_.find(call.in.captured("path"));
  if (i == entries_.end())
    return nothing_found();
  runtime::engine_reply result = data_answer(i->second);
  if (leased_)
    result.secret = terms_of(i->first, i->second);
  else
    result.reply.lease_duration_s =
        whole_seconds(ttl_of(i->second).value.value_or(call.default_lease_ttl));
  return result;
}

answer kv1_engine::write(const runtime::engine_call& call) {
  const auto path = call.in.captured("path");
  if (path.empty())
    return error_answer(400, "missing path");
  const auto& body = call.in.body();
  if (!body.is_object() || body.empty())
    return error_answer(400, "missing data fields");
  entries_.insert_or_assign(std::string{path}, body);
  return no_content();
}

runtime::renewal_terms kv1_engine::renew(const runtime::secret_origin& from) const {
  const auto i = entries_.find(from.role);
  if (i == entries_.end())
    return std::nullopt;
  return terms_of(i->first, i->second);
}

} // namespace lapse::secrets
