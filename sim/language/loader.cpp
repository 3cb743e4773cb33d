#include "sim/language/loader.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/overrides.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/scalar.hpp"
#include "sim/input/read_whole.hpp"
#include "sim/language/client_compiler.hpp"
#include "sim/language/load_context.hpp"
#include "sim/language/pasted.hpp"
#include "sim/language/property_compiler.hpp"
#include "sim/language/setup_compiler.hpp"
#include "sim/language/shape_check.hpp"
#include "sim/language/step_compiler.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tl/expected.hpp>

namespace lapse::language {

namespace {

using load_result = tl::expected<plan::plan, std::vector<document::load_error>>;

// `L07`: L and two digits.
bool rule_like(std::string_view id) {
  return id.size() == 3 && id[0] == 'L' && id[1] >= '0' && id[1] <= '9' && id[2] >= '0' &&
         id[2] <= '9';
}

std::vector<std::string> compile_rules(load_context& context,
                                       const document::document_node& scenario) {
  std::vector<std::string> off;
  const auto& known = context.options.rule_ids;
  for (const auto& rule : document::entries_of(scenario.find("rules"))) {
    auto unknown = known.empty() ? !rule_like(rule.key)
                                 : std::find(known.begin(), known.end(), rule.key) == known.end();
    if (unknown) {
      auto hint = document::did_you_mean(rule.key, {known.begin(), known.end()});
      context.faults.report(rule.key_at,
                            fmt::format("unknown rule {}{}", document::in_quotes(rule.key),
                                        hint.empty() ? "; `lapse rules` lists them" : hint));
    } else if (!document::to_flag(rule).value_or(true))
      off.push_back(rule.key);
  }
  return off;
}

// Handles that steps bind, as written: texts of bodies may name any of them.
void announce_handles(const document::document_node& steps, handle_registry& handles) {
  for (const auto& step : steps.items()) {
    for (auto key : binding_keys())
      if (auto name = step.text_of(key); !name.empty())
        handles.announce(std::string{name});
    if (const auto* inner = inner_steps(step))
      announce_handles(*inner, handles);
  }
}

std::optional<engine::decision_list> compile_decisions(load_context& context,
                                                       const document::document_node& scenario) {
  const auto* node = scenario.find("decisions");
  if (node == nullptr || !node->is_scalar())
    return std::nullopt;
  auto parsed = engine::parse_decisions(node->text);
  if (!parsed) {
    context.faults.report(node->at,
                          fmt::format("line {} of the decision log: {}; take it as `lapse "
                                      "check` wrote it, or leave `decisions` out",
                                      parsed.error().line, parsed.error().text));
    return std::nullopt;
  }
  return *std::move(parsed);
}

plan::plan compile(load_context& context, const document::document_node& scenario) {
  plan::plan result;
  result.name = scenario.text_of("name");
  result.about = scenario.text_of("about");
  result.server = compile_server(context, scenario);
  result.seed = result.server.seed;
  result.setup = compile_setup(context, scenario, result.server);
  result.until = context.fixed_duration("until", scenario.find("until"));
  result.clients = compile_clients(context, scenario);
  instant last{0};
  if (const auto* steps = scenario.find("steps"); steps != nullptr && steps->is_sequence()) {
    announce_handles(*steps, context.handles);
    step_compiler timeline{context};
    timeline.charge_mounts(scenario);
    result.steps = timeline.compile(*steps);
    if (const auto* until = scenario.find("until"); result.until)
      timeline.check_end(until, *result.until);
    last = timeline.end();
  }
  check_client_rounds(context, result.clients, result.until.value_or(last));
  result.properties = compile_properties(context, scenario);
  if (const auto* strict = scenario.find("strict"))
    result.strict = document::to_flag(*strict).value_or(false);
  result.rules_off = compile_rules(context, scenario);
  result.decisions = compile_decisions(context, scenario);
  context.handles.judge(context.faults);
  result.names_earlier = !result.clients.empty() && context.handles.speaks_of_earlier();
  result.warnings = std::move(context.warnings);
  result.ranges = context.ranges;
  result.range_places = std::move(context.range_places);
  return result;
}

tl::unexpected<std::vector<document::load_error>> refused(std::string_view file, std::string text) {
  return tl::unexpected(
      std::vector<document::load_error>{{std::string{file}, {1, 1}, std::move(text)}});
}

} // namespace

load_result load_scenario(std::string_view text, std::string_view file_name,
                          const load_options& options) {
  document::diagnostics faults{file_name, options.overrides};
  auto document = document::read_document(text, faults);
  if (!document)
    return tl::unexpected(faults.sorted());
  if (document->is_map())
    document::apply_overrides(*document, scenario_table(), options.overrides, faults);
  if (document->is_map())
    accept_pasted(*document, faults, options.folder);
  shape_check{faults}.check_scenario(*document);
  if (!document->is_map())
    return tl::unexpected(faults.sorted());
  handle_registry handles;
  auto names = collect_names(*document);
  load_context context{faults, handles, names, options, text, {}, {}, 0, {}, {}};
  auto result = compile(context, *document);
  if (!faults.empty())
    return tl::unexpected(faults.sorted());
  result.source = file_name;
  return result;
}

tl::expected<std::string, std::vector<document::load_error>>
read_scenario_file(const std::string& path) {
  // A little over the limit is enough for the error.
  auto text = input::read_whole(path, document::scenario_bytes_max);
  if (!text)
    return refused(path, text.error());
  return *std::move(text);
}

load_result load_scenario_file(const std::string& path, const load_options& options) {
  auto text = read_scenario_file(path);
  if (!text)
    return tl::unexpected(std::move(text.error()));
  auto with_folder = options;
  if (with_folder.folder.empty())
    with_folder.folder = std::filesystem::path{path}.parent_path().string();
  return load_scenario(*text, path, with_folder);
}

} // namespace lapse::language
