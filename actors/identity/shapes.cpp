#include "actors/identity/shapes.hpp"

#include "actors/protocol/ascii.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>

namespace lapse::identity {

namespace {

using json = nlohmann::json;

std::string pair_error(const std::string& key, const std::string& value) {
  const auto good = [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view{"=/+_-"}.find(c) != std::string_view::npos;
  };
  if (key.empty())
    return "key cannot be blank";
  if (!std::all_of(key.begin(), key.end(), good))
    return "key contains invalid characters";
  if (key.size() > 128)
    return "key is too long (limit: 128 characters)";
  if (key.starts_with("vault-"))
    return "key prefix \"vault-\" is reserved for internal use";
  if (value.size() > 512)
    return "value is too long (limit: 512 characters)";
  return {};
}

} // namespace

json rendered(const identity_pairs& pairs) { return pairs ? json(*pairs) : json(); }

json rendered(const identity_names& names) { return names ? json(*names) : json(); }

void add_mount(json& data, const identity_alias& alias, const mount_by_accessor& mount_of) {
  if (const auto* mount = mount_of(alias.mount_accessor)) {
    data["mount_path"] = mount->path;
    data["mount_type"] = mount->type;
  }
}

json rendered(const identity_alias& alias, const mount_by_accessor& mount_of) {
  json data = {{"id", alias.id},
               {"canonical_id", alias.canonical_id},
               {"mount_accessor", alias.mount_accessor},
               {"metadata", rendered(alias.metadata)},
               {"name", alias.name},
               {"merged_from_canonical_ids", nullptr},
               {"creation_time", rfc3339(alias.created)},
               {"last_update_time", rfc3339(alias.updated)}};
  add_mount(data, alias, mount_of);
  return data;
}

answer alias_answer(const identity_alias& alias, const mount_by_accessor& mount_of) {
  auto data = rendered(alias, mount_of);
  data["custom_metadata"] = rendered(alias.custom_metadata);
  data["local"] = false;
  data["namespace_id"] = root_namespace;
  return data_answer(std::move(data));
}

json listed(const identity_alias& alias, const mount_by_accessor& mount_of) {
  json data = {{"id", alias.id}, {"name", alias.name}, {"mount_accessor", alias.mount_accessor}};
  add_mount(data, alias, mount_of);
  return data;
}

std::pair<std::string, json> alias_line(const identity_alias& alias,
                                        const mount_by_accessor& mount_of) {
  auto data = listed(alias, mount_of);
  data.erase("id");
  data["canonical_id"] = alias.canonical_id;
  data["custom_metadata"] = rendered(alias.custom_metadata);
  data["metadata"] = rendered(alias.metadata);
  data["local"] = false;
  return {alias.id, std::move(data)};
}

answer listing(std::vector<std::string> keys, json info) {
  if (keys.empty())
    return nothing_found();
  // Nothing is known of a key that is no id.
  json known = json::object();
  for (const auto& key : keys)
    if (const auto i = info.find(key); i != info.end())
      known[key] = *i;
  json data = {{"keys", std::move(keys)}};
  if (!known.empty())
    data["key_info"] = std::move(known);
  return data_answer(std::move(data));
}

std::vector<std::string> unique_names(std::vector<std::string> names, bool in_lower_case) {
  for (auto& name : names) {
    name = trimmed(name);
    if (in_lower_case)
      std::transform(name.begin(), name.end(), name.begin(), lower);
  }
  std::erase(names, "");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

identity_pairs sent_pairs(const api::field_data& in, std::string_view name) {
  const auto sent = in.body().find(std::string{name});
  return sent == in.body().end() || sent->is_null() ? identity_pairs{} : in.pairs(name);
}

std::string metadata_error(const identity_pairs& metadata) {
  if (!metadata)
    return {};
  if (metadata->size() > 64)
    return "metadata cannot contain more than 64 key/value pairs";
  for (const auto& [key, value] : *metadata)
    if (const auto why = pair_error(key, value); !why.empty())
      return "failed to load metadata pair (" + quote(key) + ", " + quote(value) + "): " + why;
  return {};
}

void drop_empty(identity_pairs& pairs) {
  if (pairs && pairs->empty())
    pairs.reset();
}

void drop_empty(identity_names& names) {
  if (names && names->empty())
    names.reset();
}

tl::expected<void, answer> check_lookup(const api::field_data& in) {
  int count = 0;
  for (const auto* name : {"id", "name", "alias_id", "alias_name", "alias_mount_accessor"})
    count += in.given(name) ? 1 : 0;
  const auto alias_name = !in.text("alias_name").empty();
  const auto accessor = !in.text("alias_mount_accessor").empty();
  if (count == 0)
    return tl::unexpected{error_answer(400, "query parameter not supplied")};
  if (count != 1 && !(count == 2 && alias_name && accessor))
    return tl::unexpected{error_answer(
        400, "query parameter conflict; please supply distinct set of query parameters")};
  if (count == 1 && (alias_name || accessor))
    return tl::unexpected{
        error_answer(400, "both 'alias_name' and 'alias_mount_accessor' needs to be set")};
  return {};
}

} // namespace lapse::identity
