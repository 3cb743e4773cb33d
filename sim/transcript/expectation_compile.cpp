// Turns recorded JSON into the typed forms of an expectation. Each function returns whether the
// JSON has the form; if not, the plain comparison is used.

#include "sim/transcript/expectation.hpp"

#include <algorithm>
#include <array>

namespace lapse::transcript {

using json = nlohmann::json;

namespace {

bool is_any(const json& from) {
  return from.is_string() && from.get_ref<const std::string&>() == "$any";
}

/// The members of an object, each asked for by name, so that at the end none is left over.
class members {
public:
  members(const json& from, symbol_table& symbols)
    : from_{from}, symbols_{symbols}, good_{from.is_object()} {}

  void read(const char* key, text_pattern& to) {
    if (const auto* value = take(key))
      compile(*value, to);
  }
  void read(const char* key, recorded::number& to) {
    if (const auto* value = take(key))
      compile(*value, to);
  }
  void read(const char* key, recorded::flag& to) {
    if (const auto* value = take(key)) {
      to.any = is_any(*value);
      if (value->is_boolean())
        to.value = value->get<bool>();
      else
        good_ = good_ && to.any;
    }
  }
  void read(const char* key, recorded::time& to) {
    if (const auto* value = take(key))
      compile(*value, to);
  }
  void read(const char* key, recorded::names& to) {
    if (const auto* value = take(key))
      compile(*value, to);
  }
  void read(const char* key, token_type& to) {
    if (const auto* value = take(key)) {
      if (*value == "service")
        to = token_type::service;
      else if (*value == "batch")
        to = token_type::batch;
      else
        good_ = false;
    }
  }
  void read(const char* key, recorded::literals& to) {
    if (const auto* value = take(key))
      compile(*value, to);
  }
  void read_null(const char* key) {
    if (const auto* value = take(key))
      good_ = good_ && value->is_null();
  }

  /// A member that may be absent, but not null.
  template <class T>
  void read(const char* key, std::optional<T>& to) {
    if (!good_ || !from_.contains(key))
      return;
    good_ = good_ && !from_.at(key).is_null();
    to.emplace();
    read(key, *to);
  }

  [[nodiscard]] bool complete() const { return good_ && taken_ == from_.size(); }

private:
  const json* take(const char* key) {
    if (!good_)
      return nullptr;
    const auto found = from_.find(key);
    if (found == from_.end()) {
      good_ = false;
      return nullptr;
    }
    ++taken_;
    return &*found;
  }

  void compile(const json& from, text_pattern& to) {
    if (from.is_string())
      to = text_pattern{from.get_ref<const std::string&>(), symbols_, true};
    else
      good_ = false;
  }

  void compile(const json& from, recorded::number& to) {
    to.any = is_any(from);
    // Beyond 64 signed bits only JSON compares rightly.
    if (from.is_number_unsigned() && from.get<std::uint64_t>() > std::uint64_t(INT64_MAX))
      good_ = false;
    else if (from.is_number_integer())
      to.value = from.get<std::int64_t>();
    else
      good_ = good_ && to.any;
  }

  void compile(const json& from, recorded::time& to) {
    to.any = is_any(from);
    to.is_null = from.is_null();
    if (const auto at = recorded_instant(from))
      to.at = *at;
    else
      good_ = good_ && (to.any || to.is_null);
  }

  void compile(const json& from, recorded::names& to) {
    if (from.is_null())
      return;
    to.patterns.emplace();
    if (!from.is_array()) {
      good_ = false;
      return;
    }
    for (const auto& item : from) {
      text_pattern pattern;
      compile(item, pattern);
      to.all_literal = to.all_literal && pattern.is_literal();
      to.literals.push_back(pattern.source());
      to.patterns->push_back(std::move(pattern));
    }
  }

  void compile(const json& from, recorded::literals& to) {
    if (from.is_null())
      return;
    to.emplace();
    if (!from.is_object()) {
      good_ = false;
      return;
    }
    for (const auto& [key, value] : from.items()) {
      text_pattern name{key, symbols_, true}, pattern;
      compile(value, pattern);
      good_ = good_ && name.is_literal() && pattern.is_literal() && key != "keys";
      to->emplace(key, pattern.source());
    }
  }

  const json& from_;
  symbol_table& symbols_;
  bool good_;
  std::size_t taken_ = 0;
};

std::optional<recorded::auth> compile_auth(const json& from, symbol_table& symbols) {
  recorded::auth to;
  members m{from, symbols};
  m.read("client_token", to.token);
  m.read("accessor", to.accessor);
  m.read("policies", to.policies);
  m.read("token_policies", to.token_policies);
  m.read("identity_policies", to.identity_policies);
  m.read("metadata", to.metadata);
  m.read("lease_duration", to.lease_duration);
  m.read("renewable", to.renewable);
  m.read("entity_id", to.entity);
  m.read("token_type", to.type);
  m.read("orphan", to.orphan);
  m.read_null("mfa_requirement");
  m.read("num_uses", to.num_uses);
  return m.complete() ? std::optional{std::move(to)} : std::nullopt;
}

std::optional<recorded::token> compile_token(const json& from, symbol_table& symbols) {
  recorded::token to;
  members m{from, symbols};
  m.read("id", to.id);
  m.read("accessor", to.accessor);
  m.read("policies", to.policies);
  m.read("path", to.path);
  m.read("meta", to.meta);
  m.read("display_name", to.display_name);
  m.read("num_uses", to.num_uses);
  m.read("orphan", to.orphan);
  m.read("creation_time", to.creation_time);
  m.read("creation_ttl", to.creation_ttl);
  m.read("expire_time", to.expire_time);
  m.read("ttl", to.ttl);
  m.read("explicit_max_ttl", to.explicit_max_ttl);
  m.read("entity_id", to.entity);
  m.read("type", to.type);
  m.read("role", to.role);
  m.read("period", to.period);
  m.read("bound_cidrs", to.bound_cidrs);
  m.read("identity_policies", to.identity_policies);
  m.read("last_renewal", to.last_renewal);
  m.read("last_renewal_time", to.last_renewal_time);
  m.read("renewable", to.renewable);
  m.read("issue_time", to.issue_time);
  return m.complete() ? std::optional{std::move(to)} : std::nullopt;
}

std::optional<recorded::lease> compile_lease(const json& from, symbol_table& symbols) {
  recorded::lease to;
  members m{from, symbols};
  m.read("id", to.id);
  m.read("path", to.path);
  m.read("issue_time", to.issue_time);
  m.read("expire_time", to.expire_time);
  m.read("last_renewal", to.last_renewal);
  m.read("ttl", to.ttl);
  m.read("renewable", to.renewable);
  m.read("revoke_error", to.revoke_error);
  return m.complete() ? std::optional{std::move(to)} : std::nullopt;
}

std::optional<recorded::wrapping> compile_wrapping(const json& from, symbol_table& symbols) {
  recorded::wrapping to;
  members m{from, symbols};
  m.read("token", to.token);
  m.read("accessor", to.accessor);
  m.read("ttl", to.ttl);
  m.read("creation_time", to.creation_time);
  m.read("creation_path", to.creation_path);
  m.read("wrapped_accessor", to.wrapped_accessor);
  return m.complete() ? std::optional{std::move(to)} : std::nullopt;
}

constexpr std::array envelope_keys{"lease_id", "renewable", "lease_duration", "data", "wrap_info",
                                   "warnings", "auth"};

/// Whether each key of `data` stands at top level again (R-1702), and nothing else.
bool repeats_data(const json& reply) {
  const auto& data = reply.at("data");
  if (!data.is_object() || data.empty())
    return false;
  std::size_t keys = envelope_keys.size();
  for (const auto& [key, value] : data.items()) {
    if (std::find(envelope_keys.begin(), envelope_keys.end(), key) != envelope_keys.end())
      continue;
    const auto again = reply.find(key);
    if (again == reply.end() || *again != value)
      return false;
    ++keys;
  }
  return keys == reply.size();
}

} // namespace

bool expectation::compile_envelope(const json& reply, symbol_table& symbols) {
  if (std::any_of(envelope_keys.begin(), envelope_keys.end(),
                  [&](const char* key) { return !reply.contains(key); }))
    return false;
  shape_ = reply.size() == envelope_keys.size() ? envelope::normal : envelope::top_level;
  if (shape_ == envelope::top_level && !repeats_data(reply))
    return false;
  json head = {{"lease_id", reply["lease_id"]},
               {"renewable", reply["renewable"]},
               {"lease_duration", reply["lease_duration"]}};
  if (!reply["warnings"].is_null())
    head["warnings"] = reply["warnings"];
  members m{head, symbols};
  m.read("lease_id", lease_id_);
  m.read("renewable", renewable_);
  m.read("lease_duration", lease_duration_);
  m.read("warnings", warnings_);
  if (!m.complete())
    return false;
  if (!reply["wrap_info"].is_null() && !(wrap_ = compile_wrapping(reply["wrap_info"], symbols)))
    return false;
  return compile_body(reply["data"], reply["auth"], symbols);
}

bool expectation::compile_body(const json& data, const json& block_json, symbol_table& symbols) {
  if (!block_json.is_null()) {
    auto block = compile_auth(block_json, symbols);
    if (!block || !data.is_null())
      return false;
    body_ = std::move(*block);
  } else if (auto found = compile_token(data, symbols)) {
    body_ = std::move(*found);
  } else if (auto one = compile_lease(data, symbols)) {
    body_ = std::move(*one);
  } else if (!data.is_null()) {
    body_.emplace<json_pattern>(data, symbols);
  }
  return true;
}

expectation::expectation(const transcript_line& line, symbol_table& symbols)
  : status_{line.status}, reply_{line.reply ? &*line.reply : nullptr} {
  if (!line.reply) {
    form_ = form::none;
    return;
  }
  const auto& reply = *line.reply;
  if (!reply.is_object()) {
    whole_.emplace(reply, symbols);
    return;
  }
  if (reply.contains("errors")) {
    members m{reply, symbols};
    m.read("errors", errors_);
    m.read("warnings", warnings_);
    if (m.complete() && errors_.patterns)
      form_ = form::errors;
  } else if (compile_envelope(reply, symbols)) {
    form_ = form::envelope;
  }
  // Its symbols have to be known before the replay.
  if (form_ == form::untyped)
    whole_.emplace(reply, symbols);
}

} // namespace lapse::transcript
