#include "actors/vault/mount_settings.hpp"

#include "actors/api/field_kind.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::vault {

namespace {

using json = nlohmann::json;

constexpr std::string_view names_of_lists[] = {
    "audit_non_hmac_request_keys", "audit_non_hmac_response_keys", "passthrough_request_headers",
    "allowed_response_headers"};

// -- values that must have their own type; false: another one ----------------------------------

/// A number is as good as its text.
bool take_text(const json& from, std::string_view name, std::string& into) {
  const auto i = from.find(std::string{name});
  if (i == from.end() || i->is_null())
    return true;
  if (!i->is_string() && !i->is_number())
    return false;
  into = i->is_string() ? i->get<std::string>() : i->dump();
  return true;
}

bool take_flag(const json& from, std::string_view name, bool& into) {
  const auto i = from.find(std::string{name});
  if (i == from.end() || i->is_null())
    return true;
  if (!i->is_boolean())
    return false;
  into = i->get<bool>();
  return true;
}

bool whole_number(const json& from, std::string_view name) {
  const auto i = from.find(std::string{name});
  return i == from.end() || i->is_null() || i->is_number_integer();
}

/// A text is split at its commas.
bool take_list(const json& from, std::string_view name, std::vector<std::string>& into) {
  const auto i = from.find(std::string{name});
  if (i == from.end() || i->is_null())
    return true;
  if (i->is_string()) {
    into = api::decode_comma_list(*i).value();
    return true;
  }
  if (!i->is_array())
    return false;
  for (const auto& element : *i) {
    if (element.is_structured() || element.is_boolean())
      return false;
    into.push_back(element.is_null()     ? std::string{}
                   : element.is_string() ? element.get<std::string>()
                                         : element.dump());
  }
  return true;
}

/// What a new mount says of lockouts is read, and then forgotten.
bool good_lockout(const json& config) {
  const auto i = config.find("user_lockout_config");
  if (i == config.end() || i->is_null())
    return true;
  bool disabled = false;
  return i->is_object() && whole_number(*i, "lockout_threshold") &&
         whole_number(*i, "lockout_duration") && whole_number(*i, "lockout_counter_reset") &&
         take_flag(*i, "disable_lockout", disabled);
}

bool take_config(const json& from, mount_config& into, std::string& default_ttl,
                 std::string& max_ttl) {
  for (const auto name : names_of_lists)
    if (!take_list(from, name, into.lists[std::string{name}]))
      return false;
  return take_text(from, "default_lease_ttl", default_ttl) &&
         take_text(from, "max_lease_ttl", max_ttl) &&
         take_flag(from, "force_no_cache", into.force_no_cache) &&
         take_text(from, "listing_visibility", into.listing_visibility) &&
         take_text(from, "token_type", into.token_type) &&
         take_text(from, "plugin_name", into.plugin_name) &&
         take_text(from, "plugin_version", into.plugin_version) && good_lockout(from);
}

} // namespace

tl::expected<mount_config, answer> read_mount_config(const json& config, std::string_view kind) {
  auto refused = [](std::string why) { return tl::unexpected{error_answer(400, std::move(why))}; };
  mount_config result;
  std::string default_ttl;
  std::string max_ttl;
  if (config.is_object() && !take_config(config, result, default_ttl, max_ttl))
    return refused("unable to convert given " + std::string{kind} + " config information");
  const auto shortest = read_lease_ttl(default_ttl);
  if (!shortest)
    return refused("unable to parse default TTL of " + default_ttl + ": " + shortest.error());
  const auto longest = read_lease_ttl(max_ttl);
  if (!longest)
    return refused("unable to parse max TTL of " + max_ttl + ": " + longest.error());
  result.default_lease_ttl = shortest->value_or(duration::zero());
  result.max_lease_ttl = longest->value_or(duration::zero());
  return result;
}

tl::expected<lockout_texts, std::string> convert_lockout(const json& sent) {
  lockout_texts result;
  bool disabled = false;
  if (!take_text(sent, "lockout_threshold", result.threshold) ||
      !take_text(sent, "lockout_duration", result.lasts) ||
      !take_text(sent, "lockout_counter_reset_duration", result.counter_reset) ||
      !take_flag(sent, "lockout_disable", disabled))
    return tl::unexpected{std::string{"unable to convert given user lockout config information"}};
  if (sent.contains("lockout_disable") && !sent["lockout_disable"].is_null())
    result.disabled = disabled;
  return result;
}

tl::expected<runtime::lockout_settings, std::string>
read_lockout(const lockout_texts& said, runtime::lockout_settings before) {
  if (!said.threshold.empty()) {
    const auto read = parse_unsigned(said.threshold);
    if (!read)
      return tl::unexpected{"unable to parse user lockout threshold: " +
                            integer_error("ParseUint", said.threshold, read.error())};
    before.threshold = *read;
  }
  before.disabled = said.disabled.value_or(before.disabled);
  for (auto [text, into] : {std::pair{&said.lasts, &before.lasts},
                            std::pair{&said.counter_reset, &before.counter_reset}}) {
    const auto read = read_lease_ttl(*text);
    if (!read)
      return tl::unexpected{read.error()};
    *into = read->value_or(*into);
  }
  return before;
}

json to_json(const runtime::lockout_settings& from) {
  return {{"user_lockout_counter_reset_duration", whole_seconds(from.counter_reset)},
          {"user_lockout_disable", from.disabled},
          {"user_lockout_duration", whole_seconds(from.lasts)},
          {"user_lockout_threshold", from.threshold}};
}

bool system_mount(const runtime::mount& m) noexcept {
  return m.type == "system" || m.type == "identity" || m.type == "cubbyhole";
}

std::string shown_type(const runtime::mount& m) {
  return m.type == "kv-v2" || m.type == "kv-v1" ? "kv" : m.type;
}

std::string table_path(std::string_view path, bool auth) {
  std::string full = auth ? "auth/" : "";
  full += path;
  if (full.back() != '/')
    full += '/';
  return full;
}

std::span<const std::string_view> list_settings() noexcept { return names_of_lists; }

void set_list(json& settings, std::string_view name, std::vector<std::string> value) {
  if (value.empty())
    settings.erase(std::string{name});
  else
    settings[std::string{name}] = std::move(value);
}

void set_visibility(json& settings, const std::string& value) {
  settings.erase("listing_visibility");
  if (!value.empty())
    settings["listing_visibility"] = value;
}

bool known_visibility(std::string_view value) noexcept {
  return value.empty() || value == "hidden" || value == "unauth";
}

bool known_token_type(std::string_view type) noexcept {
  return type == "default-service" || type == "default-batch" || type == "service" ||
         type == "batch";
}

tl::expected<std::optional<duration>, std::string> read_lease_ttl(const std::string& text) {
  if (text.empty())
    return std::nullopt;
  if (text == "system")
    return duration::zero();
  return parse_duration(text).map([](duration found) { return std::optional{found}; });
}

} // namespace lapse::vault
