#include "sim/language/setup_requests.hpp"

#include "actors/protocol/ascii.hpp"
#include "sim/language/body_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::language {

plan::looked_up look_up(std::string path, std::string key, body_pointer at) {
  auto ask = std::make_shared<request>();
  ask->op = operation::read;
  ask->path = std::move(path);
  return {std::move(ask), std::move(key), std::move(at)};
}

plan::setup_request& setup_requests::add(std::string path, document::file_position at,
                                         nlohmann::json body) {
  plan::setup_request made;
  made.where = at;
  made.words = "write " + path;
  auto what = std::make_shared<request>();
  what->op = operation::update;
  what->path = std::move(path);
  what->body = std::move(body);
  made.what = std::move(what);
  made_.push_back(std::move(made));
  return made_.back();
}

plan::setup_request& setup_requests::add(std::string path, const document::document_node& value,
                                         const document::key_table& table, nlohmann::json more) {
  std::vector<plan::body_hole> holes;
  std::vector<plan::body_key_hole> keys;
  body_writer writer{context_, more, holes, keys};
  for (const auto& item : document::entries_of(&value)) {
    const auto* spec = table.find(item.key);
    const auto as_it_is =
        !item.is_map() || (spec != nullptr && spec->shape == document::value_shape::object);
    if (spec != nullptr && !item.is_null() && as_it_is)
      writer.parameter(body_pointer{} / item.key, item, spec->shape);
  }
  auto& made = add(std::move(path), value.key_at, std::move(more));
  made.holes = std::move(holes);
  return made;
}

void setup_requests::warn_of_policies(const document::document_node* names) {
  if (names == nullptr)
    return;
  auto warn = [&](const document::document_node& node, std::string_view name) {
    while (!name.empty() && name.front() == ' ')
      name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ')
      name.remove_suffix(1);
    const auto& known = context_.names.policies;
    auto same = [&](const std::string& other) { return equals_ignoring_case(name, other); };
    if (!name.empty() && std::none_of(known.begin(), known.end(), same) &&
        context_.warnings.size() < document::load_errors_max)
      context_.warnings.push_back({node.at, fmt::format("Policy \"{}\" does not exist", name)});
  };
  for (const auto& name : names->items())
    warn(name, name.text);
  if (!names->is_scalar())
    return;
  std::string_view rest = names->text;
  while (!rest.empty()) {
    auto comma = rest.find(',');
    warn(*names, rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
}

} // namespace lapse::language
