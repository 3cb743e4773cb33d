// What kv 2 keeps of a key beside its versions, and the settings of the mount.

#include "actors/api/answers.hpp"
#include "actors/api/custom_metadata.hpp"
#include "actors/api/key_tree.hpp"
#include "actors/protocol/quote.hpp"
#include "actors/secrets/kv2.hpp"
#include "actors/ttl/duration.hpp"

#include <utility>

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

/// Custom metadata out of a request; null values are left out if `null_is_absent`. The error is
/// the whole text of the answer.
tl::expected<std::map<std::string, std::string>, std::string>
read_custom_metadata(const json& from, bool null_is_absent) {
  std::map<std::string, std::string> result;
  if (from.is_object())
    for (const auto& [key, value] : from.items()) {
      if (null_is_absent && value.is_null())
        continue;
      auto text = api::decode_text(value);
      if (!text)
        return tl::unexpected{"custom_metadata validation failed: " + text.error()};
      result[key] = std::move(*text);
    }
  if (auto why = api::custom_metadata_error(result); !why.empty())
    return tl::unexpected{std::move(why)};
  return result;
}

std::vector<api::field_row> settings_fields(api::field_kind deletion) {
  return {{"max_versions", api::field_kind::integer},
          {"cas_required", api::field_kind::boolean},
          {"metadata_cas_required", api::field_kind::boolean},
          {"delete_version_after", deletion}};
}

std::string ignored_setting(std::string_view name) {
  return quote(name) +
         " set to false, but is mandated by backend config. This value will be ignored.";
}

} // namespace

std::vector<runtime::engine_paths::row> kv2_engine::metadata_rows() {
  using enum operation;
  auto metadata = settings_fields(api::field_kind::seconds);
  for (const auto& more : {api::field_row{"path"},
                           {"custom_metadata", api::field_kind::object},
                           {"metadata_cas", api::field_kind::integer},
                           {"after"},
                           {"limit", api::field_kind::integer}})
    metadata.push_back(more);
  return {{.pattern = "config",
           .fields = settings_fields(api::field_kind::signed_seconds),
           .operations = {{read, runtime::on<&kv2_engine::read_config>},
                          {update, runtime::on<&kv2_engine::write_config>}},
           .help = "what holds for all keys"},
          {.pattern = "metadata/{path*}",
           .fields = std::move(metadata),
           .operations = {{read, runtime::on<&kv2_engine::read_metadata>},
                          {update, runtime::on<&kv2_engine::write_metadata>},
                          {patch, runtime::on<&kv2_engine::patch_metadata>},
                          {delete_, runtime::on<&kv2_engine::delete_metadata>},
                          {list, runtime::on<&kv2_engine::list_keys>},
                          {scan, runtime::on<&kv2_engine::scan_keys>}},
           .exists = runtime::has<&kv2_engine::has_entry>,
           .help = "what is kept of a key beside its versions"},
          {.pattern = "detailed-metadata/{path*}",
           .fields = {{"path"}, {"after"}, {"limit", api::field_kind::integer}},
           .operations = {{list, runtime::on<&kv2_engine::list_detailed>},
                          {scan, runtime::on<&kv2_engine::scan_detailed>}},
           .exists = runtime::has<&kv2_engine::has_entry>,
           .help = "the keys of a folder, each with its metadata"}};
}

// -- listings ----------------------------------------------------------------------

answer kv2_engine::list_keys(const runtime::engine_call& call) const {
  return api::key_list(api::page_of(api::keys_below(entries_, call.in.captured("path")), call.in));
}

answer kv2_engine::scan_keys(const runtime::engine_call& call) const {
  return api::scanned(api::all_keys_below(entries_, call.in.captured("path")));
}

answer kv2_engine::list_detailed(const runtime::engine_call& call) const {
  return with_details(call,
                      api::page_of(api::keys_below(entries_, call.in.captured("path")), call.in));
}

answer kv2_engine::scan_detailed(const runtime::engine_call& call) const {
  return with_details(call, api::all_keys_below(entries_, call.in.captured("path")));
}

answer kv2_engine::with_details(const runtime::engine_call& call,
                                std::vector<std::string> keys) const {
  if (keys.empty())
    return call.op == operation::scan ? api::scanned({}) : nothing_found();
  std::string folder{call.in.captured("path")};
  if (!folder.empty() && folder.back() != '/')
    folder += '/';
  auto infos = json::object();
  for (const auto& key : keys) {
    const auto i = entries_.find(folder + key);
    infos[key] = i == entries_.end() ? json::object() : describe(call, i->second);
  }
  return data_answer({{"keys", std::move(keys)}, {"key_info", std::move(infos)}});
}

// -- metadata of a key ---------------------------------------------------------------

json kv2_engine::describe(const runtime::engine_call& call, const entry& of) {
  auto time = [&](const std::optional<instant>& at) {
    return at ? rfc3339(*at, call.start_unix_s) : std::string{};
  };
  auto versions = json::object();
  for (const auto& [number, item] : of.versions)
    versions[std::to_string(number)] = {{"created_time", time(item.created)},
                                        {"deletion_time", time(item.deleted)},
                                        {"destroyed", item.destroyed}};
  return {{"cas_required", of.own.cas_required},
          {"created_time", time(of.created)},
          {"current_metadata_version", of.current_metadata},
          {"current_version", of.current},
          {"custom_metadata", of.custom_metadata.empty() ? json{} : json(of.custom_metadata)},
          {"delete_version_after", ttl::full_duration(of.own.delete_version_after)},
          {"max_versions", of.own.max_versions},
          {"metadata_cas_required", of.own.metadata_cas_required},
          {"oldest_version", of.oldest},
          {"updated_time", time(of.updated)},
          {"versions", std::move(versions)}};
}

answer kv2_engine::read_metadata(const runtime::engine_call& call) const {
  const auto i = entries_.find(key_of(call.in));
  return i == entries_.end() ? nothing_found() : data_answer(describe(call, i->second));
}

answer kv2_engine::delete_metadata(const runtime::engine_call& call) {
  entries_.erase(std::string{key_of(call.in)});
  return no_content();
}

answer kv2_engine::write_metadata(const runtime::engine_call& call) {
  const auto key = call.in.captured("path");
  if (key.empty())
    return error_answer(400, "missing path");
  const auto i = entries_.find(key);
  return store_metadata(call, i == entries_.end() ? nullptr : &i->second);
}

answer kv2_engine::patch_metadata(const runtime::engine_call& call) {
  const auto i = entries_.find(key_of(call.in));
  return store_metadata(call, i == entries_.end() ? nullptr : &i->second);
}

answer kv2_engine::store_metadata(const runtime::engine_call& call, entry* existing) {
  const auto& in = call.in;
  const bool patches = call.op == operation::patch;
  bool says_something = in.given("custom_metadata");
  for (const auto* name :
       {"max_versions", "cas_required", "metadata_cas_required", "delete_version_after"})
    says_something = says_something || in.given(name);
  if (!says_something)
    return no_content();
  const auto sent = in.object("custom_metadata");
  auto custom = read_custom_metadata(sent, patches);
  if (!custom)
    return error_answer(400, std::move(custom.error()));
  if (patches && !existing)
    return bodiless(404);
  std::vector<std::string> warnings;
  if (in.given("cas_required") && all_.cas_required && !in.boolean("cas_required"))
    warnings.push_back(ignored_setting("cas_required"));
  if (in.given("metadata_cas_required") && all_.metadata_cas_required &&
      !in.boolean("metadata_cas_required"))
    warnings.push_back(ignored_setting("metadata_cas_required"));
  auto changed = existing ? *existing : entry{};
  if ((changed.own.metadata_cas_required || all_.metadata_cas_required) &&
      !in.given("metadata_cas"))
    return error_answer(400, "metadata check-and-set parameter required for this call");
  if (in.given("metadata_cas") &&
      static_cast<std::uint64_t>(in.integer("metadata_cas")) != changed.current_metadata)
    return error_answer(400, existing ? "metadata check-and-set parameter does not match the "
                                        "current version"
                                      : "metadata_cas must be 0 when creating new metadata");
  ++changed.current_metadata;
  changed.updated = call.now;
  if (!existing)
    changed.created = call.now;
  if (in.given("max_versions"))
    changed.own.max_versions = static_cast<std::uint32_t>(in.integer("max_versions"));
  in.take("cas_required", changed.own.cas_required);
  in.take("metadata_cas_required", changed.own.metadata_cas_required);
  in.take("delete_version_after", changed.own.delete_version_after);
  if (in.given("custom_metadata") && !patches)
    changed.custom_metadata = std::move(*custom);
  else if (sent.is_object())
    for (const auto& [key, value] : sent.items()) {
      changed.custom_metadata.erase(key);
      if (!value.is_null())
        changed.custom_metadata[key] = custom->at(key);
    }
  entries_.insert_or_assign(std::string{in.captured("path")}, std::move(changed));
  return no_content(std::move(warnings));
}

// -- settings of the mount -------------------------------------------------------------

answer kv2_engine::read_config(const runtime::engine_call&) const {
  return data_answer({{"cas_required", all_.cas_required},
                      {"delete_version_after", ttl::full_duration(all_.delete_version_after)},
                      {"max_versions", all_.max_versions},
                      {"metadata_cas_required", all_.metadata_cas_required}});
}

answer kv2_engine::write_config(const runtime::engine_call& call) {
  if (call.in.given("max_versions"))
    all_.max_versions = static_cast<std::uint32_t>(call.in.integer("max_versions"));
  call.in.take("cas_required", all_.cas_required);
  call.in.take("metadata_cas_required", all_.metadata_cas_required);
  if (call.in.given("delete_version_after")) {
    const auto after = call.in.seconds("delete_version_after");
    all_.delete_version_after = after < duration::zero() ? std::chrono::seconds{-1} : after;
  }
  return no_content();
}

} // namespace lapse::secrets
