#include "actors/api/path_help.hpp"

#include <algorithm>
#include <utility>

namespace lapse::api {

namespace {

using json = nlohmann::json;

std::string_view type_name(field_kind kind) noexcept {
  switch (kind) {
    case field_kind::text:
      return "string";
    case field_kind::lower_text:
      return "lowercase string";
    case field_kind::integer:
      return "int";
    case field_kind::boolean:
      return "bool";
    case field_kind::seconds:
    case field_kind::signed_seconds:
      return "duration (sec)";
    case field_kind::time:
      return "time";
    case field_kind::list:
    case field_kind::comma_list:
    case field_kind::comma_integers:
      return "slice";
    case field_kind::pairs:
      return "keypair";
    case field_kind::object:
      return "map";
  }
  return {};
}

std::string_view or_nothing(std::string_view text) noexcept {
  return text.empty() ? "<no description>" : text;
}

/// A pattern as OpenAPI writes paths.
std::string open_api_path(std::string_view pattern) {
  std::string result = "/";
  if (pattern.ends_with("/?"))
    pattern.remove_suffix(2);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i).starts_with("{/")) {
      result += "/{";
      ++i;
    } else if (pattern[i] != '+' && pattern[i] != '*') {
      result += pattern[i];
    }
  }
  return result;
}

/// Null for an operation without a method of its own.
const char* open_api_method(operation op) noexcept {
  switch (op) {
    case operation::read:
    case operation::list:
    case operation::scan:
      return "get";
    case operation::create:
    case operation::update:
      return "post";
    case operation::delete_:
      return "delete";
    case operation::patch:
      return "patch";
    default:
      return nullptr;
  }
}

json open_api(const std::vector<listed_path>& paths) {
  json shown = json::object();
  for (const auto& path : paths) {
    auto& entry = shown[open_api_path(path.pattern)];
    entry["description"] = path.help;
    for (const auto op : path.operations)
      if (const auto* method = open_api_method(op))
        entry[method] = {{"responses", {{"200", {{"description", "OK"}}}}}};
  }
  return {{"openapi", "3.0.2"},
          {"info", {{"title", "OpenBao API, as far as lapse models it"}, {"version", "2.6.2"}}},
          {"paths", std::move(shown)}};
}

answer help_answer(std::string text, const std::vector<listed_path>& paths) {
  answer result;
  result.status = 200;
  result.shape = envelope::raw;
  result.body =
      json{{"help", std::move(text)}, {"openapi", open_api(paths)}, {"see_also", nullptr}};
  return result;
}

} // namespace

std::string regular_expression(std::string_view pattern) {
  std::string result = "^";
  const bool slash = pattern.ends_with("/?");
  if (slash)
    pattern.remove_suffix(2);
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    result += pattern.substr(0, open);
    if (open == std::string_view::npos)
      break;
    const auto close = pattern.find('}', open);
    auto name = pattern.substr(open + 1, close - open - 1);
    pattern.remove_prefix(close + 1);
    const auto group = [&](std::string_view text, std::string_view what) {
      ((((result += "(?P<") += text) += '>') += what) += ')';
    };
    if (name.starts_with('/')) {
      result += "(/";
      group(name.substr(1), ".+");
      result += ")?";
    } else if (name.ends_with('+') || name.ends_with('*')) {
      group(name.substr(0, name.size() - 1), name.ends_with('+') ? ".+" : ".*");
    } else {
      group(name, R"(\w(([\w-.]+)?\w)?)");
    }
  }
  return result += slash ? "/?$" : "$";
}

answer path_help(std::string_view asked, const listed_path& path) {
  std::string text = "Request:        ";
  ((text += asked) += "\nMatching Route: ") += regular_expression(path.pattern);
  ((text += "\n\n") += or_nothing(path.help)) += "\n\n";
  std::vector<const field_row*> rows;
  for (const auto& row : path.fields)
    rows.push_back(&row);
  std::sort(rows.begin(), rows.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  if (!rows.empty())
    text += "## PARAMETERS\n";
  for (const auto* row : rows) {
    ((((text += "\n    ") += row->name) += " (") += type_name(row->kind)) += ")\n\n        ";
    (text += or_nothing(row->help)) += '\n';
  }
  ((text += "\n## DESCRIPTION\n\n") += or_nothing(path.help));
  return help_answer(std::move(text), {path});
}

answer root_help(const std::vector<listed_path>& paths) {
  std::vector<std::pair<std::string, std::string_view>> lines;
  for (const auto& path : paths)
    lines.emplace_back(regular_expression(path.pattern), path.help);
  std::sort(lines.begin(), lines.end());
  std::string text = "## PATHS\n\nA request for help with any of these paths says what it takes.";
  for (const auto& [route, help] : lines)
    (((text += "\n\n    ") += route) += "\n        ") += or_nothing(help);
  return help_answer(std::move(text), paths);
}

} // namespace lapse::api
