// Seal and status.

#include "actors/api/answers.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/base64.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/vault/vault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace lapse::vault {

namespace {

using json = nlohmann::json;

constexpr std::string_view running_version = "2.6.2";

json cluster() {
  return {{"cluster_name", "vault-cluster-" + uuid_text(1).substr(0, 8)},
          {"cluster_id", uuid_text(2)}};
}

answer raw(int status, json body) {
  answer reply;
  reply.status = status;
  reply.shape = envelope::raw;
  reply.body = std::move(body);
  return reply;
}

} // namespace

// -- seal (section 13) ----------------------------------------------------------------------------

void vault::seal(const runtime::exchange_ptr& x, const api::field_data&) {
  // on its last use the sealing token is revoked first; its own message does that.
  finish(x, no_content());
  env_.sealed = true;
  if (env_.observed())
    env_.emit(seal_changed{true});
}

namespace {

constexpr std::size_t key_bytes_min = 16;
constexpr std::size_t key_bytes_max = 33;

/// The body of `sys/unseal`: names count in any case.
struct unseal_request {
  std::string key;
  bool reset = false;
  bool migrate = false;
};

std::string_view json_type(const json& value) {
  return value.is_string()    ? "string"
         : value.is_boolean() ? "bool"
         : value.is_array()   ? "array"
         : value.is_object()  ? "object"
                              : "number";
}

tl::expected<unseal_request, std::string> read_unseal(const json& body) {
  unseal_request result;
  const auto refused = [](const json& value, std::string_view field, std::string_view type) {
    return tl::unexpected{fmt::format("failed to decode JSON input: json: cannot unmarshal {} into "
                                      "Go struct field UnsealRequest.{} of type {}",
                                      json_type(value), field, type)};
  };
  if (!body.is_object())
    return result;
  for (const auto& [written, value] : body.items()) {
    const auto name = lower_case(written);
    if (value.is_null() || (name != "key" && name != "reset" && name != "migrate"))
      continue;
    if (name == "key" ? !value.is_string() : !value.is_boolean())
      return refused(value,
                     name == "key"     ? "Key"
                     : name == "reset" ? "Reset"
                                       : "Migrate",
                     name == "key" ? "string" : "bool");
    if (name == "key")
      result.key = value.get<std::string>();
    else
      (name == "reset" ? result.reset : result.migrate) = value.get<bool>();
  }
  return result;
}

/// The bytes of a key in hexadecimal, or else in base 64; none if it is neither.
std::optional<std::string> key_bytes(const std::string& text) {
  std::string bytes;
  const auto is_hex = [](char c) { return hex_digit(c) >= 0; };
  if (text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), is_hex))
    for (std::size_t i = 0; i < text.size(); i += 2)
      bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  if (bytes.size() >= key_bytes_min && bytes.size() <= key_bytes_max)
    return bytes;
  return decode_base64(text);
}

} // namespace

void vault::unseal(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto refuse = [&](int status, std::string why) {
    finish(x, error_answer(status, std::move(why)));
  };
  auto asked = read_unseal(in.body());
  if (!asked)
    return refuse(400, std::move(asked.error()));
  if (asked->reset)
    return env_.sealed ? seal_status(x, in) : refuse(400, "vault is unsealed");
  if (asked->key.empty())
    return refuse(400, "'key' must be specified in request body as JSON, or 'reset' set to true");
  const auto key = key_bytes(asked->key);
  if (!key)
    return refuse(400, "'key' must be a valid hex or base64 string");
  if (asked->migrate)
    return refuse(500, "can't perform a seal migration, no migration seal found");
  if (!env_.sealed)
    return seal_status(x, in);
  if (key->size() < key_bytes_min)
    return refuse(400,
                  fmt::format("invalid key: key is shorter than minimum {} bytes", key_bytes_min));
  if (key->size() > key_bytes_max)
    return refuse(400,
                  fmt::format("invalid key: key is longer than maximum {} bytes", key_bytes_max));
  if (*key != key_bytes(std::string{unseal_key}))
    return refuse(500, "unable to retrieve stored keys: failed to decrypt keys from storage: "
                       "cipher: message authentication failed");
  env_.sealed = false;
  if (env_.observed())
    env_.emit(seal_changed{false});
  // the attempts made so far are forgotten.
  for (const auto& [path, m] : env_.mounts.all())
    notify(m->queue, runtime::forget_attempts{});
  seal_status(x, in);
}

void vault::seal_status(const runtime::exchange_ptr& x, const api::field_data&) {
  json status = {{"type", "shamir"},
                 {"initialized", true},
                 {"sealed", env_.sealed},
                 {"t", 1},
                 {"n", 1},
                 {"progress", 0},
                 {"nonce", ""},
                 {"recovery_seal", false},
                 {"version", running_version},
                 {"commit_date", ""},
                 {"migration", false},
                 {"storage_type", "inmem"}};
  if (!env_.sealed)
    status.update(cluster());
  finish(x, raw(200, std::move(status)));
}

namespace {

/// What the query calls `name`; the first, if it does so several times. Null: nothing.
const std::string* queried(const json& query, const char* name) {
  if (!query.is_object() || !query.contains(name))
    return nullptr;
  const auto& value = query[name];
  return (value.is_array() ? value.front() : value).get_ptr<const std::string*>();
}

/// Puts the status that the query names into `status`; false if that is no number.
bool read_status(const json& query, const char* name, int& status) {
  const auto* text = queried(query, name);
  if (text == nullptr)
    return true;
  const auto read = parse_integer(*text);
  if (!read || *read < std::numeric_limits<int>::min() || *read > std::numeric_limits<int>::max())
    return false;
  status = static_cast<int>(*read);
  return true;
}

} // namespace

// R-1301: which status stands for which state is the client's choice.
void vault::health(const runtime::exchange_ptr& x, const api::field_data& in) {
  const auto& query = in.body();
  int active = 200;
  int sealed_status = 503;
  int unused = 0;
  if (const auto* text = queried(query, "standbyok"); text && !api::decode_boolean(*text))
    return finish(x, bare_error(400));
  if (!read_status(query, "uninitcode", unused) ||
      !read_status(query, "sealedcode", sealed_status) ||
      !read_status(query, "standbycode", unused) || !read_status(query, "activecode", active))
    return finish(x, bare_error(400));
  const auto sealed = env_.sealed;
  json status = {{"initialized", true},
                 {"sealed", sealed},
                 {"standby", sealed},
                 {"replication_performance_mode", sealed ? "unknown" : "disabled"},
                 {"replication_dr_mode", sealed ? "unknown" : "disabled"},
                 {"server_time_utc", env_.config().start_unix_s + whole_seconds(env_.now())},
                 {"version", running_version}};
  if (!sealed)
    status.update(cluster());
  finish(x, raw(sealed ? sealed_status : active, std::move(status)));
}

void vault::initialised(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, raw(200, {{"initialized", true}}));
}

void vault::initialise(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, error_answer(400, "invalid seal configuration: shares must be at least one"));
}

void vault::leader(const runtime::exchange_ptr& x, const api::field_data&) {
  finish(x, raw(200, {{"ha_enabled", false}}));
}

void vault::list_audit_devices(const runtime::exchange_ptr& x, const api::field_data&) {
  // None can be enabled here.
  auto reply = data_answer(json::object());
  reply.shape = envelope::top_level;
  finish(x, std::move(reply));
}

} // namespace lapse::vault
