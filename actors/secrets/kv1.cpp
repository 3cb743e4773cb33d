#include "actors/secrets/kv1.hpp"

#include "actors/api/answers.hpp"
#include "actors/api/field.hpp"
#include "actors/secrets/key_tree.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::secrets {

namespace {

/// The TTL an entry gives itself with `ttl` or `lease`; none if it has neither, or no duration.
std::optional<duration> own_ttl(const nlohmann::json& entry) {
  const api::field_reader fields{entry};
  return fields.seconds(entry.contains("ttl") ? "ttl" : "lease").value;
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
  return api::key_list(keys_below(entries_, call.in.captured("path")));
}

answer kv1_engine::scan(const runtime::engine_call& call) const {
  return api::key_list(all_keys_below(entries_, call.in.captured("path")));
}

runtime::engine_reply kv1_engine::read(const runtime::engine_call& call) const {
  const auto i = entries_.find(call.in.captured("path"));
  if (i == entries_.end())
    return nothing_found();
  const auto own = own_ttl(i->second);
  runtime::engine_reply result = data_answer(i->second);
  if (leased_) {
    runtime::secret_terms terms;
    terms.ttl = own.value_or(duration::zero());
    terms.renewable = own.has_value();
    terms.role = i->first;
    result.secret = std::move(terms);
    return result;
  }
  const auto shown = own.value_or(call.default_lease_ttl);
  result.reply.lease_duration_s = whole_seconds(shown);
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

std::variant<runtime::secret_terms, std::string, std::monostate>
kv1_engine::renew(std::string_view role) const {
  const auto i = entries_.find(role);
  if (i == entries_.end())
    return std::monostate{};
  const auto own = own_ttl(i->second);
  runtime::secret_terms result;
  result.ttl = own.value_or(duration::zero());
  result.renewable = own.has_value();
  result.role = i->first;
  return result;
}

} // namespace lapse::secrets
