#include "actors/secrets/kv2.hpp"

#include "actors/api/answers.hpp"
#include "actors/api/field.hpp"

#include <algorithm>
#include <utility>

namespace lapse::secrets {

namespace {

using json = nlohmann::json;

/// Where a version's data is gone: 404 with the normal envelope (R-1202).
answer gone(json data) {
  auto result = data_answer(std::move(data));
  result.status = 404;
  return result;
}

/// `data` with its values left out, down to `depth` levels; 0: all.
json keys_only(const json& data, std::int64_t depth, std::int64_t level) {
  json result = json::object();
  for (const auto& [key, value] : data.items())
    result[key] = value.is_object() && !value.empty() && (depth == 0 || level < depth)
                      ? keys_only(value, depth, level + 1)
                      : json{};
  return result;
}

/// How many versions a key keeps if nobody says.
constexpr std::uint32_t versions_kept_default = 10;

} // namespace

const runtime::engine_paths& kv2_engine::table() {
  static const runtime::engine_paths paths = [] {
    using enum operation;
    const std::vector<api::field_row> versions = {{"path"},
                                                  {"versions", api::field_kind::comma_integers}};
    auto rows = metadata_rows();
    std::vector<runtime::engine_paths::row> own = {
        {.pattern = "data/{path*}",
         .fields = {{"path"},
                    {"version", api::field_kind::integer},
                    {"options", api::field_kind::object},
                    {"data", api::field_kind::object}},
         .operations = {{read, runtime::on<&kv2_engine::read_data>},
                        {update, runtime::on<&kv2_engine::write_data>},
                        {patch, runtime::on<&kv2_engine::patch_data>},
                        {delete_, runtime::on<&kv2_engine::delete_data>}},
         .exists = runtime::has<&kv2_engine::has_entry>,
         .help = "the versions of a key"},
        {.pattern = "delete/{path*}",
         .fields = versions,
         .operations = {{update, runtime::on<&kv2_engine::change<fate::deleted>>}},
         .help = "delete versions of a key, so that they can be brought back"},
        {.pattern = "undelete/{path*}",
         .fields = versions,
         .operations = {{update, runtime::on<&kv2_engine::change<fate::undeleted>>}},
         .help = "bring deleted versions of a key back"},
        {.pattern = "destroy/{path*}",
         .fields = versions,
         .operations = {{update, runtime::on<&kv2_engine::change<fate::destroyed>>}},
         .help = "remove versions of a key for good"},
        {.pattern = "subkeys/{path*}",
         .fields = {{"path"},
                    {"depth", api::field_kind::integer},
                    {"version", api::field_kind::integer}},
         .operations = {{read, runtime::on<&kv2_engine::read_subkeys>}},
         .help = "what a version of a key holds, without the values"},
        {.pattern = "{path*}",
         .fields = {{"path"}},
         .operations = {{read, runtime::on<&kv2_engine::wrong_path>},
                        {update, runtime::on<&kv2_engine::wrong_path>},
                        {patch, runtime::on<&kv2_engine::wrong_path>},
                        {delete_, runtime::on<&kv2_engine::wrong_path>},
                        {list, runtime::on<&kv2_engine::wrong_path>},
                        {scan, runtime::on<&kv2_engine::wrong_path>}},
         .help = "no path of this engine: says how to ask"}};
    rows.insert(rows.end(), own.begin(), own.end());
    return runtime::engine_paths{{}, std::move(rows)};
  }();
  return paths;
}

kv2_engine::kv2_engine(const std::map<std::string, json, std::less<>>& values, instant created) {
  for (const auto& [key, value] : values) {
    entry made;
    version first;
    first.created = created;
    first.data = value;
    made.versions.emplace(1, std::move(first));
    made.current = 1;
    made.created = made.updated = created;
    entries_.emplace(key, std::move(made));
  }
}

answer kv2_engine::wrong_path(const runtime::engine_call& call) const {
  // kv2-basics 1.0
  const auto path = call.in.captured("path");
  answer result;
  result.status = 404;
  result.shape = envelope::normal;
  for (auto root : {"metadata", "data", "delete", "undelete", "destroy"})
    if (path == root) {
      result.warnings.emplace_back(
          "Non-listing operations on the root of a K/V v2 mount are not supported.");
      return result;
    }
  const auto* command = call.op == operation::read      ? "get"
                        : call.op == operation::list    ? "list"
                        : call.op == operation::scan    ? "scan"
                        : call.op == operation::patch   ? "patch"
                        : call.op == operation::delete_ ? "delete"
                                                        : "put";
  result.warnings.push_back(
      "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API "
      "endpoints to use. If using the OpenBao CLI, use 'bao kv " +
      std::string{command} + "' for this operation.");
  return result;
}

std::string_view kv2_engine::key_of(const api::field_data& in) noexcept {
  auto key = in.captured("path");
  while (key.ends_with('/'))
    key.remove_suffix(1);
  return key;
}

bool kv2_engine::has_entry(const api::field_data& in) const {
  return entries_.find(key_of(in)) != entries_.end();
}

json kv2_engine::metadata_of(const entry& of, std::uint64_t number, const version& item,
                             std::int64_t start_unix_s) {
  return {{"created_time", rfc3339(item.created, start_unix_s)},
          {"custom_metadata", of.custom_metadata.empty() ? json{} : json(of.custom_metadata)},
          {"deletion_time", item.deleted ? rfc3339(*item.deleted, start_unix_s) : std::string{}},
          {"destroyed", item.destroyed},
          {"version", number}};
}

// -- reading -----------------------------------------------------------------------

answer kv2_engine::read_data(const runtime::engine_call& call) const {
  return read_version(call, "data",
                      [](const json& data, const runtime::engine_call&) { return data; });
}

answer kv2_engine::read_subkeys(const runtime::engine_call& call) const {
  return read_version(call, "subkeys", [](const json& data, const runtime::engine_call& by) {
    return keys_only(data, by.in.integer("depth"), 1);
  });
}

answer kv2_engine::read_version(const runtime::engine_call& call, const char* key,
                                json (*show)(const json&, const runtime::engine_call&)) const {
  const auto i = entries_.find(key_of(call.in));
  if (i == entries_.end())
    return nothing_found();
  const auto& of = i->second;
  const auto wanted = call.in.integer("version");
  const auto number = wanted > 0 ? static_cast<std::uint64_t>(wanted) : of.current;
  const auto found = of.versions.find(number);
  if (found == of.versions.end())
    return nothing_found();
  const auto& item = found->second;
  json result = {{key, nullptr}, {"metadata", metadata_of(of, number, item, call.start_unix_s)}};
  if (item.gone(call.now))
    return gone(std::move(result));
  if (call.in.captured("path") != i->first)
    return wrapped_error(500, "could not find version data");
  result[key] = show(item.data, call);
  return data_answer(std::move(result));
}

// -- writing -----------------------------------------------------------------------

std::string kv2_engine::refuses(const runtime::engine_call& call, const entry* existing) const {
  const auto options = call.in.object("options");
  if (!options.is_object() || !options.contains("cas"))
    return all_.cas_required || (existing && existing->own.cas_required)
               ? "check-and-set parameter required for this call"
               : "";
  const auto cas = api::decode_integer(options["cas"]);
  if (!cas)
    return "error parsing check-and-set parameter";
  return static_cast<std::uint64_t>(*cas) == (existing ? existing->current : 0)
             ? ""
             : "check-and-set parameter did not match the current version";
}

answer kv2_engine::write_data(const runtime::engine_call& call) {
  const auto key = call.in.captured("path");
  if (key.empty())
    return error_answer(400, "missing path");
  if (!call.in.given("data"))
    return error_answer(400, "no data provided");
  const auto i = entries_.find(key);
  if (auto why = refuses(call, i == entries_.end() ? nullptr : &i->second); !why.empty())
    return error_answer(400, std::move(why));
  auto data = call.in.object("data");
  return add_version(call, key, data.is_null() ? json::object() : std::move(data));
}

answer kv2_engine::patch_data(const runtime::engine_call& call) {
  const auto key = call.in.captured("path");
  if (!call.in.given("data"))
    return error_answer(400, "no data provided");
  const auto i = entries_.find(key);
  if (i == entries_.end())
    return bodiless(404);
  if (auto why = refuses(call, &i->second); !why.empty())
    return error_answer(400, std::move(why));
  const auto& of = i->second;
  const auto latest = of.versions.find(of.current);
  if (latest == of.versions.end())
    return nothing_found();
  if (latest->second.gone(call.now))
    return gone(metadata_of(of, of.current, latest->second, call.start_unix_s));
  auto merged = latest->second.data;
  merged.merge_patch(call.in.object("data"));
  return add_version(call, key, std::move(merged));
}

std::optional<instant> kv2_engine::deletion_of(const entry& of, instant now) const {
  if (all_.delete_version_after < duration::zero())
    return std::nullopt;
  auto after = of.own.delete_version_after;
  if (after.count() == 0 ||
      (all_.delete_version_after.count() != 0 && all_.delete_version_after < after))
    after = all_.delete_version_after;
  return after.count() != 0 ? std::optional{later(now, after)} : std::nullopt;
}

answer kv2_engine::add_version(const runtime::engine_call& call, std::string_view key, json data) {
  auto i = entries_.find(key);
  if (i == entries_.end())
    i = entries_.emplace(std::string{key}, entry{}).first;
  auto& of = i->second;
  if (!of.created)
    of.created = call.now;
  of.updated = call.now;
  version made;
  made.created = call.now;
  made.data = std::move(data);
  made.deleted = deletion_of(of, call.now);
  auto shown = metadata_of(of, ++of.current, made, call.start_unix_s);
  of.versions.emplace(of.current, std::move(made));
  auto kept = std::max(of.own.max_versions, all_.max_versions);
  if (kept == 0)
    kept = versions_kept_default;
  if (static_cast<std::uint32_t>(of.current - of.oldest) >= kept) {
    of.oldest = of.current - std::min<std::uint64_t>(kept, of.current) + 1;
    of.versions.erase(of.versions.begin(), of.versions.lower_bound(of.oldest));
  }
  return data_answer(std::move(shown));
}

answer kv2_engine::delete_data(const runtime::engine_call& call) {
  const auto i = entries_.find(key_of(call.in));
  if (i == entries_.end())
    return no_content();
  const auto latest = i->second.versions.find(i->second.current);
  if (latest != i->second.versions.end() && !latest->second.gone(call.now))
    latest->second.deleted = call.now;
  return no_content();
}

template <kv2_engine::fate To>
answer kv2_engine::change(const runtime::engine_call& call) {
  const auto numbers = call.in.integers("versions");
  if (numbers.empty())
    return error_answer(400, To == fate::destroyed ? "no version number provided"
                                                   : "No version number provided");
  const auto i = entries_.find(key_of(call.in));
  if (i == entries_.end())
    return no_content();
  for (const auto number : numbers) {
    const auto found = i->second.versions.find(static_cast<std::uint64_t>(number));
    if (found == i->second.versions.end() || found->second.destroyed)
      continue;
    auto& item = found->second;
    if (To == fate::destroyed) {
      item.destroyed = true;
      item.data = nullptr;
    } else if (To == fate::undeleted) {
      item.deleted = deletion_of(i->second, call.now);
    } else if (!item.gone(call.now)) {
      item.deleted = call.now;
    }
  }
  return no_content();
}

} // namespace lapse::secrets
