#include "sim/language/pasted.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/read_document.hpp"
#include "sim/language/scenario_files.hpp"

#include <fmt/format.h>

namespace lapse::language {

namespace {

using node = document::document_node;

/// Gives `role` the content of `other`; it keeps its key.
void become(node& role, node other) {
  other.key = role.key;
  other.key_at = role.key_at;
  role = std::move(other);
}

/// Whether the map is a server's whole answer: no role has such keys.
bool is_answer(const node& value) {
  const auto* data = value.find("data");
  return data != nullptr && data->is_map() &&
         (value.find("request_id") != nullptr || value.find("lease_duration") != nullptr);
}

void read_file(node& role, document::diagnostics& faults, const std::string& folder) {
  const auto* file = role.find("file");
  if (role.children.size() != 1 || file == nullptr || !file->is_scalar() || file->text.empty())
    return;
  const auto at = file->at;
  const auto name = document::in_quotes(file->text);
  const auto text = named_file(faults, folder, *file, "file");
  auto read = text ? document::read_value(*text, at) : std::nullopt;
  if (text && (!read || !read->is_map()))
    faults.report(
        at, fmt::format("{} is no JSON object; save what `vault read -format=json` prints", name));
  become(role, read && read->is_map() ? std::move(*read) : document::empty_map());
}

void accept(node& role, document::diagnostics& faults, const std::string& folder) {
  if (!role.is_map())
    return;
  read_file(role, faults, folder);
  if (is_answer(role))
    become(role, node{*role.find("data")});
  std::erase_if(role.children, [&](const node& entry) {
    return entry.is_null() || (entry.key == "name" && entry.is_scalar() && entry.text == role.key);
  });
}

void accept_all(node* names, document::diagnostics& faults, const std::string& folder) {
  if (names != nullptr && names->is_map())
    for (auto& one : names->children)
      accept(one, faults, folder);
}

} // namespace

void accept_pasted(node& scenario, document::diagnostics& faults, const std::string& folder) {
  for (const auto* section : {"auth", "secrets"})
    if (auto* mounts = scenario.find(section); mounts != nullptr && mounts->is_map())
      for (auto& mount : mounts->children)
        for (const auto* names : {"users", "roles"})
          accept_all(mount.find(names), faults, folder);
  accept_all(scenario.find("token_roles"), faults, folder);
}

} // namespace lapse::language
