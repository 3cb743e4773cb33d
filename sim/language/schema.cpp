#include "sim/language/schema.hpp"

#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"
#include "sim/plan/checks.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace lapse::language {

namespace {

using json = nlohmann::ordered_json;

// Durations as the server reads them (R-1710): digits, digits and `d`, or number-unit pairs; from
// `low..high` a range. `{i}` of a repeat may stand anywhere in a value.
constexpr auto unsigned_duration =
    "(\\+?[0-9]+d?|\\+?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)";
constexpr auto signed_duration =
    "([-+]?[0-9]+d?|[-+]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)";
constexpr auto counter_pattern = "\\{[^{}]+\\}";

json scalar() { return {{"type", {"string", "number", "boolean"}}}; }

json whole_number(bool any_sign) {
  json number = {{"type", "integer"}};
  if (!any_sign)
    number["minimum"] = 0;
  auto digits = std::string{any_sign ? "[-+]?[0-9]+" : "\\+?[0-9]+"};
  return {{"anyOf",
           {number,
            {{"type", "string"}, {"pattern", "^" + digits + "(\\.\\." + digits + ")?$"}},
            {{"type", "string"}, {"pattern", counter_pattern}}}}};
}

json duration(bool any_sign) {
  json number = {{"type", "integer"}};
  if (!any_sign)
    number["minimum"] = 0;
  auto one = std::string{any_sign ? signed_duration : unsigned_duration};
  auto whole = "^" + one + "(\\.\\." + one + ")?$";
  return {{"anyOf",
           {number,
            {{"type", "string"}, {"pattern", any_sign ? "^$|" + whole : whole}},
            {{"type", "string"}, {"pattern", counter_pattern}}}}};
}

json names() { return {{"anyOf", {scalar(), {{"type", "array"}, {"items", scalar()}}}}}; }

json word(const std::vector<std::string_view>& words) {
  json values = json::array();
  for (auto text : words) {
    // YAML makes a number or a flag of some of them.
    if (text == "true" || text == "off")
      values.push_back(text == "true");
    if (text == "1" || text == "2")
      values.push_back(text == "1" ? 1 : 2);
    values.push_back(text);
  }
  return {{"enum", values}};
}

json limits(const json& one) {
  return {{"anyOf",
           {one,
            {{"type", "object"},
             {"properties", {{"at_least", one}, {"at_most", one}}},
             {"additionalProperties", false},
             {"minProperties", 1}}}}};
}

json reference(const document::key_table& table) {
  return {{"$ref", "#/$defs/" + std::string{table.name}}};
}

json states(bool long_form) {
  json one = word(plan::state_words());
  json forms = {one, {{"type", "array"}, {"items", one}, {"minItems", 1}}};
  if (long_form)
    forms.push_back(reference(state_table()));
  return {{"anyOf", forms}};
}

json policy() {
  return {{"anyOf",
           {scalar(),
            {{"type", "object"},
             {"properties", {{"file", {{"type", "string"}, {"minLength", 1}}}}},
             {"required", {"file"}},
             {"additionalProperties", false}}}}};
}

json shape_schema(const document::key_spec& spec);

json map_of(const document::key_spec& spec) {
  auto item = spec.table == nullptr ? shape_schema({"", spec.element}) : reference(spec.table());
  return {
      {"type", "object"}, {"additionalProperties", item}, {"propertyNames", {{"minLength", 1}}}};
}

json shape_schema(const document::key_spec& spec) {
  using shape = document::value_shape;
  switch (spec.shape) {
    case shape::text:
      return scalar();
    case shape::handle:
    case shape::new_handle:
    case shape::path:
      return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}};
    case shape::word:
      return word(spec.words);
    case shape::flag:
      return {{"type", "boolean"}};
    case shape::number:
      return whole_number(false);
    case shape::duration:
      return duration(true);
    case shape::span:
      return duration(false);
    case shape::timestamp:
      return {{"type", "string"},
              {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}"
                          "([Zz]|[-+][0-9]{2}:[0-9]{2})$"}};
    case shape::names:
      return names();
    case shape::policy:
      return policy();
    case shape::json:
      return json::object();
    case shape::object:
      return {{"type", "object"}};
    case shape::bounds:
      return limits(whole_number(false));
    case shape::integer:
      return limits(whole_number(true));
    case shape::amount:
      return limits(duration(true));
    case shape::states:
      return states(spec.name != "state");
    case shape::mapping:
      if (!spec.words.empty())
        return {{"anyOf", {reference(spec.table()), word(spec.words)}}};
      if (spec.element != shape::json)
        return {{"anyOf", {reference(spec.table()), shape_schema({"", spec.element})}}};
      return reference(spec.table());
    case shape::map_of:
      return map_of(spec);
    case shape::list_of:
      return {{"type", "array"}, {"items", reference(spec.table())}};
    case shape::expect:
      return {{"type", "object"}};
  }
  return json::object();
}

json table_schema(const document::key_table& table) {
  json result = {{"type", "object"}};
  json properties = json::object();
  json required = json::array();
  for (const auto& spec : table.keys) {
    auto schema = shape_schema(spec);
    if (!spec.doc.empty())
      schema["description"] = spec.doc;
    properties[std::string{spec.name}] = schema;
    if (spec.required)
      required.push_back(spec.name);
  }
  result["properties"] = properties;
  if (table.other == document::value_shape::json)
    result["additionalProperties"] = false;
  else
    result["additionalProperties"] = shape_schema({"", table.other});
  if (!required.empty())
    result["required"] = required;
  return result;
}

// A step has at most one verb; which other keys it may have depends on the verb.
json verb_rule(const verb_spec& verb) {
  json keys = json::array();
  for (const auto& key : step_table().keys)
    if (verb.takes(key.name))
      keys.push_back(key.name);
  json then = {
      {"propertyNames", {{"enum", keys}}},
      {"properties", {{"expect", reference(verb.answered() ? answer_table() : world_table())}}}};
  json required = json::array();
  for (const auto& parameter : verb.parameters)
    if (parameter.required)
      required.push_back(parameter.name);
  if (!required.empty())
    then["required"] = required;
  return {{"if", {{"required", {verb.name}}}}, {"then", then}};
}

json step_schema() {
  auto result = table_schema(step_table());
  json rules = json::array();
  json any_verb = json::array();
  for (const auto& verb : verbs()) {
    rules.push_back(verb_rule(verb));
    any_verb.push_back({{"required", {verb.name}}});
  }
  json keys = json::array();
  for (auto key : step_keys())
    keys.push_back(key);
  rules.push_back({{"if", {{"not", {{"anyOf", any_verb}}}}},
                   {"then",
                    {{"propertyNames", {{"enum", keys}}},
                     {"properties", {{"expect", reference(world_table())}}}}}});
  rules.push_back({{"not", {{"required", {"at", "after"}}}}});
  result["minProperties"] = 1;
  result["allOf"] = rules;
  return result;
}

json repeat_schema() {
  auto result = table_schema(repeat_table());
  result["oneOf"] = {{{"required", {"times"}}}, {{"required", {"until"}}}};
  return result;
}

json property_schema() {
  auto result = table_schema(property_table());
  json one_of = json::array();
  for (const auto& spec : property_table().keys)
    if (!is_window(spec.name))
      one_of.push_back({{"required", {spec.name}}});
  result["anyOf"] = one_of;
  return result;
}

} // namespace

std::string scenario_schema() {
  json result = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "lapse scenario, version 1"},
                 {"description",
                  "What a Vault or OpenBao server is told, asked and expected to do over time."}};
  auto top = table_schema(scenario_table());
  for (const auto& [key, value] : top.items())
    result[key] = value;
  json definitions = json::object();
  for (const auto* table :
       {&server_table(),         &auth_table(),           &user_table(),
        &token_role_table(),     &identity_table(),       &identity_entity_table(),
        &identity_group_table(), &secrets_table(),        &secrets_role_table(),
        &raw_request_table(),    &outage_table(),         &slow_table(),
        &lose_answers_table(),   &renewals_fail_table(),  &client_table(),
        &client_start_table(),   &client_create_table(),  &client_renew_table(),
        &client_parts_table(),   &client_retry_table(),   &client_loss_table(),
        &client_stop_table(),    &client_restart_table(), &answer_table(),
        &world_table(),          &state_table()})
    definitions[std::string{table->name}] = table_schema(*table);
  definitions["state"]["minProperties"] = 1;
  definitions["step"] = step_schema();
  definitions["repeat"] = repeat_schema();
  definitions["property"] = property_schema();
  result["$defs"] = definitions;
  return result.dump(2) + "\n";
}

} // namespace lapse::language
