#include "actors/secrets/kv2.hpp"

#include "actors/runtime/engine_answer.hpp"
#include "actors/runtime/field.hpp"
#include "actors/secrets/key_tree.hpp"
#include "actors/ttl/duration.hpp"

#include <charconv>
#include <utility>

namespace lapse {

namespace {

using json = nlohmann::json;

bool is_write(operation op) { return op == operation::create || op == operation::update; }

/// Where a version's data is gone: 404 with the normal envelope (R-1202).
answer gone(json data) {
  auto result = data_answer(std::move(data));
  result.status = 404;
  return result;
}

/// A path no versioned store has (kv2-basics 1.0).
answer wrong_path(operation op, std::string_view path) {
  answer result;
  result.status = 404;
  result.shape = envelope::normal;
  for (auto root : {"metadata", "data", "delete", "undelete", "destroy"})
    if (path == root) {
      result.warnings.emplace_back(
          "Non-listing operations on the root of a K/V v2 mount are not supported.");
      return result;
    }
  const auto* command = op == operation::read      ? "get"
                        : op == operation::list    ? "list"
                        : op == operation::delete_ ? "delete"
                        : is_write(op)             ? "put"
                                                   : "";
  result.warnings.push_back(
      "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API "
      "endpoints to use. If using the OpenBao CLI, use 'bao kv " +
      std::string{command} + "' for this operation.");
  return result;
}

/// A duration with all units below its largest, as `1h0m0s`.
std::string full_duration(duration d) {
  const auto s = whole_seconds(d);
  auto result = std::to_string(s % 60) + 's';
  if (s >= 60)
    result = std::to_string(s / 60 % 60) + 'm' + result;
  if (s >= 3600)
    result = std::to_string(s / 3600) + 'h' + result;
  return result;
}

std::string time_text(const std::optional<instant>& at, std::int64_t start_unix_s) {
  return at ? rfc3339(*at, start_unix_s) : std::string{};
}

/// The numbers of a `versions` field; empty if there are none that can be read.
std::vector<std::int64_t> version_numbers(const json& body) {
  std::vector<std::int64_t> result;
  for (const auto& text :
       field_reader{body}.comma_list("versions").value.value_or(std::vector<std::string>{})) {
    std::int64_t number = 0;
    const auto* last = text.data() + text.size();
    if (const auto [end, code] = std::from_chars(text.data(), last, number);
        end == last && code == std::errc{})
      result.push_back(number);
  }
  return result;
}

/// How many versions a key keeps if nobody says.
constexpr std::int64_t versions_kept_default = 10;

} // namespace

std::optional<bool> kv2_engine::exists(std::string_view path) const {
  if (take_prefix(path, "data/") || take_prefix(path, "metadata/"))
    return entries_.find(path) != entries_.end();
  return std::nullopt;
}

engine_reply kv2_engine::handle(const engine_call& call) {
  auto key = call.path;
  const auto first = take_segment(key);
  if (first == "config" && key.empty())
    return {config(call), {}, {}};
  if (first == "metadata" && call.op == operation::list)
    return {key_list(keys_below(entries_, key)), {}, {}};
  if (key.empty())
    return {wrong_path(call.op, without_slash(call.path)), {}, {}};
  if (first == "data")
    return {data(call, key), {}, {}};
  if (first == "metadata")
    return {metadata(call, key), {}, {}};
  if (first == "delete")
    return {change(call, key, fate::deleted), {}, {}};
  if (first == "undelete")
    return {change(call, key, fate::undeleted), {}, {}};
  if (first == "destroy")
    return {change(call, key, fate::destroyed), {}, {}};
  if (first == "subkeys")
    return {unmodelled(call.at.path, call.path), {}, {}};
  return {wrong_path(call.op, call.path), {}, {}};
}

// -- data ------------------------------------------------------------------------

answer kv2_engine::data(const engine_call& call, std::string_view key) {
  const auto i = entries_.find(key);
  switch (call.op) {
    case operation::read:
      return i == entries_.end() ? nothing_found() : read_data(call, i->second);
    case operation::create:
    case operation::update:
      return write_data(call, key);
    case operation::patch:
      return patch_data(call, key);
    case operation::delete_: {
      if (i == entries_.end())
        return no_content();
      const auto latest = i->second.versions.find(i->second.current);
      if (latest != i->second.versions.end() && !latest->second.destroyed &&
          (!latest->second.deleted || *latest->second.deleted > call.now))
        latest->second.deleted = call.now;
      return no_content();
    }
    default:
      return unsupported_operation();
  }
}

answer kv2_engine::read_data(const engine_call& call, const entry& of) const {
  auto wanted = field_reader{call.what.body}.integer("version");
  if (!wanted.ok())
    return error_answer(400, std::move(wanted.error));
  auto number = wanted.value.value_or(0);
  if (number == 0)
    number = of.current;
  const auto i = of.versions.find(number);
  if (i == of.versions.end())
    return nothing_found();
  const auto& found = i->second;
  json result = {{"data", nullptr},
                 {"metadata",
                  {{"created_time", rfc3339(found.created, call.start_unix_s)},
                   {"custom_metadata", of.custom_metadata},
                   {"deletion_time", time_text(found.deleted, call.start_unix_s)},
                   {"destroyed", found.destroyed},
                   {"version", number}}}};
  if (found.destroyed || (found.deleted && *found.deleted <= call.now))
    return gone(std::move(result));
  result["data"] = found.data;
  return data_answer(std::move(result));
}

std::string kv2_engine::refuses(const engine_call& call, const entry* existing) const {
  const auto options = field_reader{call.what.body}.object("options");
  if (!options.ok())
    return options.error;
  const auto none = json::object();
  const auto& given = options.value ? *options.value : none;
  auto cas = field_reader{given}.integer("cas");
  if (!cas.ok())
    return "error parsing check-and-set parameter";
  const bool required = all_.cas_required || (existing && existing->own.cas_required);
  if (required && !cas.given())
    return "check-and-set parameter required for this call";
  if (cas.given() && *cas.value != (existing ? existing->current : 0))
    return "check-and-set parameter did not match the current version";
  return {};
}

answer kv2_engine::write_data(const engine_call& call, std::string_view key) {
  if (key.back() == '/')
    return error_answer(400, "cannot write to a path ending in '/'");
  auto data = field_reader{call.what.body}.object("data");
  if (!data.ok())
    return error_answer(400, std::move(data.error));
  if (!data.given())
    return error_answer(400, "no data provided");
  const auto i = entries_.find(key);
  if (auto why = refuses(call, i == entries_.end() ? nullptr : &i->second); !why.empty())
    return error_answer(400, std::move(why));
  return add_version(call, key, std::move(*data.value));
}

answer kv2_engine::patch_data(const engine_call& call, std::string_view key) {
  const auto i = entries_.find(key);
  if (i == entries_.end() || i->second.current == 0)
    return nothing_found();
  auto change = field_reader{call.what.body}.object("data");
  if (!change.ok())
    return error_answer(400, std::move(change.error));
  if (!change.given())
    return error_answer(400, "no data provided");
  if (auto why = refuses(call, &i->second); !why.empty())
    return error_answer(400, std::move(why));
  const auto& latest = i->second.versions.at(i->second.current);
  if (latest.destroyed || (latest.deleted && *latest.deleted <= call.now))
    return nothing_found();
  auto merged = latest.data;
  merged.merge_patch(*change.value);
  return add_version(call, key, std::move(merged));
}

answer kv2_engine::add_version(const engine_call& call, std::string_view key, json data) {
  auto i = entries_.find(key);
  if (i == entries_.end())
    i = entries_.emplace(std::string{key}, entry{}).first;
  auto& of = i->second;
  if (of.current == 0)
    of.created = call.now;
  of.updated = call.now;
  version made;
  made.created = call.now;
  made.data = std::move(data);
  auto after = of.own.delete_version_after;
  if (after.count() == 0 ||
      (all_.delete_version_after.count() != 0 && all_.delete_version_after < after))
    after = all_.delete_version_after;
  if (after.count() != 0)
    made.deleted = later(call.now, after);
  const json shown = {{"created_time", rfc3339(made.created, call.start_unix_s)},
                      {"custom_metadata", of.custom_metadata},
                      {"deletion_time", time_text(made.deleted, call.start_unix_s)},
                      {"destroyed", false},
                      {"version", of.current + 1}};
  of.versions.emplace(++of.current, std::move(made));
  auto kept = of.own.max_versions != 0 ? of.own.max_versions : all_.max_versions;
  if (kept <= 0)
    kept = versions_kept_default;
  while (static_cast<std::int64_t>(of.versions.size()) > kept) {
    of.versions.erase(of.versions.begin());
    of.oldest = of.versions.begin()->first;
  }
  return data_answer(shown);
}

// -- metadata --------------------------------------------------------------------

answer kv2_engine::metadata(const engine_call& call, std::string_view key) {
  const auto i = entries_.find(key);
  switch (call.op) {
    case operation::read:
      return i == entries_.end() ? nothing_found() : read_metadata(call, i->second);
    case operation::create:
    case operation::update:
      return write_metadata(call, key);
    case operation::patch:
      return i == entries_.end() ? nothing_found() : write_metadata(call, key);
    case operation::delete_:
      if (i != entries_.end())
        entries_.erase(i);
      return no_content();
    default:
      return unsupported_operation();
  }
}

answer kv2_engine::read_metadata(const engine_call& call, const entry& of) const {
  auto versions = json::object();
  for (const auto& [number, item] : of.versions)
    versions[std::to_string(number)] = {
        {"created_time", rfc3339(item.created, call.start_unix_s)},
        {"deletion_time", time_text(item.deleted, call.start_unix_s)},
        {"destroyed", item.destroyed}};
  return data_answer({{"cas_required", of.own.cas_required},
                      {"created_time", rfc3339(of.created, call.start_unix_s)},
                      {"current_metadata_version", 0},
                      {"current_version", of.current},
                      {"custom_metadata", of.custom_metadata},
                      {"delete_version_after", full_duration(of.own.delete_version_after)},
                      {"max_versions", of.own.max_versions},
                      {"metadata_cas_required", false},
                      {"oldest_version", of.oldest},
                      {"updated_time", rfc3339(of.updated, call.start_unix_s)},
                      {"versions", std::move(versions)}});
}

std::string kv2_engine::read_settings(const json& body, settings& into) {
  const field_reader fields{body};
  std::string error;
  if (assign(fields.integer("max_versions"), into.max_versions, error) &&
      assign(fields.boolean("cas_required"), into.cas_required, error) &&
      assign(fields.seconds("delete_version_after"), into.delete_version_after, error) &&
      into.max_versions < 0)
    error = "max_versions cannot be negative";
  return error;
}

answer kv2_engine::write_metadata(const engine_call& call, std::string_view key) {
  const auto i = entries_.find(key);
  auto changed = i == entries_.end() ? entry{} : i->second;
  if (i == entries_.end())
    changed.created = changed.updated = call.now;
  if (auto error = read_settings(call.what.body, changed.own); !error.empty())
    return error_answer(400, std::move(error));
  auto custom = field_reader{call.what.body}.pairs("custom_metadata");
  if (!custom.ok())
    return error_answer(400, std::move(custom.error));
  if (custom.given())
    changed.custom_metadata = *custom.value;
  entries_.insert_or_assign(std::string{key}, std::move(changed));
  return no_content();
}

answer kv2_engine::config(const engine_call& call) {
  if (call.op == operation::read)
    return data_answer({{"cas_required", all_.cas_required},
                        {"delete_version_after", full_duration(all_.delete_version_after)},
                        {"max_versions", all_.max_versions}});
  if (!is_write(call.op))
    return unsupported_operation();
  auto changed = all_;
  if (auto error = read_settings(call.what.body, changed); !error.empty())
    return field_validation_failed(error);
  all_ = changed;
  return no_content();
}

answer kv2_engine::change(const engine_call& call, std::string_view key, fate to) {
  if (!is_write(call.op))
    return unsupported_operation();
  const auto numbers = version_numbers(call.what.body);
  if (numbers.empty())
    return error_answer(400, "No version number provided");
  const auto i = entries_.find(key);
  if (i == entries_.end())
    return no_content();
  for (const auto number : numbers) {
    const auto found = i->second.versions.find(number);
    if (found == i->second.versions.end() || found->second.destroyed)
      continue;
    auto& item = found->second;
    if (to == fate::destroyed) {
      item.destroyed = true;
      item.data = nullptr;
    } else if (to == fate::undeleted) {
      item.deleted.reset();
    } else if (!item.deleted || *item.deleted > call.now) {
      item.deleted = call.now;
    }
  }
  return no_content();
}

} // namespace lapse
