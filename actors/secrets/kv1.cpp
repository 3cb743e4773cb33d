#include "actors/secrets/kv1.hpp"

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/secrets/key_tree.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse {

namespace {

/// The TTL an entry gives itself with `ttl` or `lease`; none if it has neither, or no duration.
std::optional<duration> own_ttl(const nlohmann::json& entry) {
  const field_reader fields{entry};
  return fields.seconds(entry.contains("ttl") ? "ttl" : "lease").value;
}

} // namespace

std::optional<bool> kv1_engine::exists(std::string_view path) const {
  return entries_.find(path) != entries_.end();
}

engine_reply kv1_engine::handle(const engine_call& call) {
  switch (call.op) {
    case operation::read:
      return read(call);
    case operation::create:
    case operation::update:
      return {write(call), {}, {}};
    case operation::delete_:
      if (const auto i = entries_.find(call.path); i != entries_.end())
        entries_.erase(i);
      return {no_content(), {}, {}};
    case operation::list:
      return {key_list(keys_below(entries_, call.path)), {}, {}};
    default:
      return {unsupported_operation(), {}, {}};
  }
}

engine_reply kv1_engine::read(const engine_call& call) const {
  const auto i = entries_.find(call.path);
  if (i == entries_.end())
    return {nothing_found(), {}, {}};
  const auto own = own_ttl(i->second);
  engine_reply result{data_answer(i->second), {}, {}};
  if (leased_) {
    secret_terms terms;
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

answer kv1_engine::write(const engine_call& call) {
  if (call.path.empty() || call.path.back() == '/')
    return error_answer(400, "cannot write to a path ending in '/'");
  const auto& body = call.what.body;
  if (!body.is_object() || body.empty())
    return error_answer(400, "missing data fields");
  entries_.insert_or_assign(std::string{call.path}, body);
  return no_content();
}

std::variant<secret_terms, std::string, std::monostate>
kv1_engine::renew(std::string_view role) const {
  const auto i = entries_.find(role);
  if (i == entries_.end())
    return std::monostate{};
  const auto own = own_ttl(i->second);
  secret_terms result;
  result.ttl = own.value_or(duration::zero());
  result.renewable = own.has_value();
  result.role = i->first;
  return result;
}

} // namespace lapse
