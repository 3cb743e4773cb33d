#include "sim/language/shape_check.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/plan/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::language {

namespace {

// YAML reads an unquoted `{i}` as a mapping with the key `i`.
bool reads_as_counter(const document::document_node& value) {
  return value.is_map() && value.children.size() == 1 && value.children.front().is_null();
}

std::string seen(const document::document_node& value) {
  if (reads_as_counter(value))
    return fmt::format("a mapping (quote a counter: \"{{{}}}\")", value.children.front().key);
  switch (value.what) {
    case document::document_node::kind::null:
      return "nothing";
    case document::document_node::kind::scalar:
      return document::in_quotes(value.text);
    case document::document_node::kind::sequence:
      return "a list";
    case document::document_node::kind::map:
      return "a mapping";
  }
  return {};
}

// The text with every counter replaced by 1, for checking what it will be.
std::string probe(std::string_view text, const counter_names& counters) {
  return has_counter(text, counters) ? first_round(to_counted(text, counters)) : std::string{text};
}

bool is_among(std::string_view text, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// What Vault's own command line and answers call a key that scenarios name as the API does.
struct habit {
  std::string_view written;
  std::string_view key;
};
constexpr habit habits[] = {{"max_ttl", "explicit_max_ttl"}, {"metadata", "meta"},
                            {"use_limit", "num_uses"},       {"use-limit", "num_uses"},
                            {"max_uses", "num_uses"},        {"ttl", "default_ttl"}};

} // namespace

// -- messages ------------------------------------------------------------------------

void shape_check::wrong(const document::document_node& value, document::value_shape shape) {
  wrong_item(value, value, shape);
}

void shape_check::wrong_item(const document::document_node& entry,
                             const document::document_node& item, document::value_shape shape) {
  auto at = item.is_null() ? entry.key_at : item.at;
  auto why = item.is_scalar() ? document::too_large(item.text, shape) : std::string_view{};
  faults_->report(at, fmt::format("{} is {}{}; expected {}", document::in_quotes(entry.key),
                                  seen(item), why, document::describe(shape)));
}

void shape_check::unknown_key(const document::document_node& entry,
                              const document::key_table& table) {
  auto hint = document::did_you_mean(entry.key, table.names());
  for (const auto& one : habits)
    if (one.written == entry.key && table.find(one.key) != nullptr)
      hint = ", did you mean " + document::in_quotes(one.key) + "?";
  // `{ at_most 15 }` is a key without a value.
  const auto word = entry.key.substr(0, entry.key.find(' '));
  if (entry.is_null() && word.size() + 1 < entry.key.size() && table.find(word) != nullptr)
    hint = "; write " + document::in_quotes(word + ':' + entry.key.substr(word.size()));
  if (hint.empty())
    hint = table.keys.size() <= 24
               ? "; " + std::string{table.what} + " has " + document::alternatives(table.names())
               : "; remove it, or see `lapse schema` for the keys";
  faults_->report(entry.key_at, fmt::format("unknown key {} in {}{}",
                                            document::in_quotes(entry.key), table.what, hint));
}

void shape_check::require(const document::document_node& map, std::string_view key,
                          std::string_view what) {
  if (map.find(key) == nullptr)
    faults_->report(map.at, fmt::format("{} needs `{}:`; add it", what, key));
}

// -- mappings ------------------------------------------------------------------------

void shape_check::check_scenario(const document::document_node& root) {
  if (!root.is_map()) {
    faults_->report({1, 1}, fmt::format("the file is {}; expected a mapping that begins with "
                                        "`lapse: 1`",
                                        root.is_scalar() ? "one text" : seen(root)));
    return;
  }
  if (root.find("lapse") == nullptr)
    faults_->report({1, 1}, "`lapse: 1` is missing; a scenario begins with the version of its "
                            "format");
  check_keys(root, scenario_table());
}

void shape_check::check_keys(const document::document_node& map, const document::key_table& table) {
  for (const auto& entry : map.entries()) {
    if (const auto* spec = table.find(entry.key))
      check_value(entry, *spec);
    else if (table.other != document::value_shape::json)
      check_value(entry, {entry.key, table.other});
    else
      unknown_key(entry, table);
  }
  for (const auto& spec : table.keys)
    if (spec.required && &table != &scenario_table())
      require(map, spec.name, table.what);
}

// Inside of a repeat its counter may stand in values.
void shape_check::check_mapping(const document::document_node& value,
                                const document::key_table& table) {
  auto repeats = &table == &repeat_table();
  if (repeats)
    counters_.push_back(counter_of(value));
  check_keys(value, table);
  if (repeats)
    counters_.pop_back();
}

void shape_check::check_map_of(const document::document_node& value,
                               const document::key_spec& spec) {
  for (const auto& item : value.entries()) {
    if (item.key.empty() || item.key == "/")
      faults_->report(item.key_at, fmt::format("an empty name in {}; write one",
                                               document::in_quotes(spec.name)));
    if (spec.table == nullptr)
      check_value(item, {item.key, spec.element});
    else if (item.is_map())
      check_keys(item, spec.table());
    else if (item.is_null())
      faults_->report(item.key_at,
                      fmt::format("{} has no value; expected {}: write {{}} if all is as by "
                                  "default",
                                  document::in_quotes(item.key), spec.table().what));
    else
      faults_->report(item.at,
                      fmt::format("{} is {}; expected {} as a mapping",
                                  document::in_quotes(item.key), seen(item), spec.table().what));
  }
}

void shape_check::check_list_of(const document::document_node& value,
                                const document::key_spec& spec) {
  const auto& table = spec.table();
  for (const auto& item : value.items()) {
    if (!item.is_map()) {
      auto at = item.is_null() && item.at.line > value.at.line ? value.at : item.at;
      faults_->report(at, fmt::format("{} in {} is {}; expected a mapping", table.what,
                                      document::in_quotes(value.key), seen(item)));
    } else if (&table == &step_table()) {
      check_step(item);
    } else {
      check_keys(item, table);
      check_property(item);
    }
  }
}

// -- values --------------------------------------------------------------------------

void shape_check::check_value(const document::document_node& value,
                              const document::key_spec& spec) {
  using shape = document::value_shape;
  if (value.is_null() && spec.shape != shape::json) {
    faults_->report(value.key_at,
                    fmt::format("{} has no value; expected {}, or leave the key out",
                                document::in_quotes(value.key), document::describe(spec.shape)));
    return;
  }
  switch (spec.shape) {
    case shape::json:
      return;
    case shape::bounds:
    case shape::integer:
    case shape::amount:
      return check_bounds(value, spec);
    case shape::states:
      return check_states(value);
    case shape::names:
      return check_names(value, spec.shape);
    case shape::policy:
      return check_policy(value);
    case shape::object:
    case shape::mapping:
    case shape::map_of:
    case shape::expect:
      if (value.is_scalar() && is_among(value.text, spec.words))
        return;
      if (value.is_scalar() && spec.shape == shape::mapping && spec.element != shape::json)
        return check_scalar(value, {spec.name, spec.element});
      if (!value.is_map() && !spec.words.empty())
        return faults_->report(
            value.at,
            fmt::format("{} is {}; expected a mapping, or {}{}", document::in_quotes(value.key),
                        seen(value), document::alternatives(spec.words),
                        value.is_scalar() ? document::did_you_mean(value.text, spec.words)
                                          : std::string{}));
      if (!value.is_map())
        return wrong(value, spec.shape);
      if (spec.shape == shape::map_of)
        return check_map_of(value, spec);
      if (spec.shape == shape::mapping)
        check_mapping(value, spec.table());
      return;
    case shape::list_of:
      return value.is_sequence() ? check_list_of(value, spec) : wrong(value, spec.shape);
    default:
      return value.is_scalar() ? check_scalar(value, spec) : wrong(value, spec.shape);
  }
}

void shape_check::check_scalar(const document::document_node& value,
                               const document::key_spec& spec) {
  using shape = document::value_shape;
  switch (spec.shape) {
    case shape::word:
      if (!is_among(value.text, spec.words)) {
        auto hint = document::did_you_mean(value.text, spec.words);
        faults_->report(value.at,
                        fmt::format("{} is {}; expected {}{}", document::in_quotes(value.key),
                                    seen(value), document::alternatives(spec.words), hint));
      }
      return;
    case shape::flag:
      if (!document::to_flag(value))
        wrong(value, spec.shape);
      return;
    case shape::number:
      return check_number(value, spec.shape);
    case shape::duration:
    case shape::span:
      return check_duration(value, spec.shape);
    case shape::timestamp:
      if (!document::to_unix_seconds(value.text))
        wrong(value, spec.shape);
      return;
    case shape::handle:
    case shape::new_handle:
    case shape::path:
      if (value.text.empty())
        faults_->report(value.at,
                        fmt::format("{} is empty; expected {}", document::in_quotes(value.key),
                                    document::describe(spec.shape)));
      return;
    default:
      return;
  }
}

void shape_check::check_duration(const document::document_node& value,
                                 document::value_shape shape) {
  auto text = probe(value.text, counters_);
  auto ends = document::split_range(text);
  auto low = document::to_duration(ends ? ends->first : std::string_view{text});
  auto high = ends ? document::to_duration(ends->second) : low;
  if (shape == document::value_shape::duration && text.empty())
    return; // the server takes it as absent (R-1710)
  if (!low || !high)
    return wrong(value, shape);
  if (shape == document::value_shape::span && *low < duration::zero())
    return wrong(value, shape);
  if (*high < *low)
    faults_->report(value.at,
                    fmt::format("range {} ends before it begins; write the lower end first",
                                document::in_quotes(value.text)));
}

void shape_check::check_number(const document::document_node& value, document::value_shape shape) {
  auto text = probe(value.text, counters_);
  auto ends = document::split_range(text);
  auto low = document::to_integer(ends ? ends->first : std::string_view{text});
  auto high = ends ? document::to_integer(ends->second) : low;
  if (!low || !high || (*low < 0 && shape != document::value_shape::integer))
    return wrong(value, shape);
  if (*high < *low)
    faults_->report(value.at,
                    fmt::format("range {} ends before it begins; write the lower end first",
                                document::in_quotes(value.text)));
}

void shape_check::check_bounds(const document::document_node& value,
                               const document::key_spec& spec) {
  auto plain = spec.shape == document::value_shape::amount    ? document::value_shape::duration
               : spec.shape == document::value_shape::integer ? document::value_shape::integer
                                                              : document::value_shape::number;
  auto check_one = [&](const document::document_node& item) {
    if (!item.is_scalar())
      wrong(item, plain);
    else if (plain == document::value_shape::duration)
      check_duration(item, plain);
    else
      check_number(item, plain);
  };
  if (value.is_scalar())
    return check_one(value);
  if (!value.is_map() || value.children.empty())
    return wrong(value, spec.shape);
  if (spec.table != nullptr)
    return check_keys(value, spec.table());
  static const document::key_table ends{"bounds", "bounds", {{"at_least"}, {"at_most"}}};
  for (const auto& item : value.entries()) {
    if (ends.find(item.key) == nullptr)
      unknown_key(item, ends);
    else
      check_one(item);
  }
}

void shape_check::check_states(const document::document_node& value) {
  auto check_word = [&](const document::document_node& word) {
    const auto& words = plan::state_words();
    if (!word.is_scalar())
      wrong_item(value, word, document::value_shape::states);
    else if (std::find(words.begin(), words.end(), word.text) == words.end())
      faults_->report(word.at,
                      fmt::format("unknown state {}; expected {}{}", document::in_quotes(word.text),
                                  document::alternatives(words),
                                  document::did_you_mean(word.text, words)));
  };
  if (value.is_map()) {
    if (value.key == "state" || value.children.empty())
      return wrong(value, document::value_shape::states);
    return check_keys(value, state_table());
  }
  if (!value.is_sequence())
    return check_word(value);
  if (value.children.empty())
    wrong(value, document::value_shape::states);
  for (const auto& word : value.items())
    check_word(word);
}

void shape_check::check_names(const document::document_node& value, document::value_shape shape) {
  if (value.is_scalar())
    return;
  if (!value.is_sequence())
    return wrong(value, shape);
  for (const auto& item : value.items())
    if (!item.is_scalar())
      faults_->report(item.is_null() ? value.at : item.at,
                      fmt::format("an item of {} is {}; expected a name",
                                  document::in_quotes(value.key), seen(item)));
}

void shape_check::check_policy(const document::document_node& value) {
  if (value.is_scalar())
    return;
  const auto* file = value.find("file");
  if (!value.is_map() || value.children.size() != 1 || file == nullptr || !file->is_scalar() ||
      file->text.empty())
    wrong(value, document::value_shape::policy);
}

// -- steps and properties ------------------------------------------------------------

void shape_check::check_step(const document::document_node& step) {
  const auto* verb = verb_of(step);
  for (const auto& entry : step.entries()) {
    if (verb != nullptr && entry.key != verb->name && find_verb(entry.key) != nullptr)
      faults_->report(entry.key_at,
                      fmt::format("two verbs in one step, {} and {}; put the second into a step of "
                                  "its own",
                                  document::in_quotes(verb->name), document::in_quotes(entry.key)));
    else
      check_step_key(entry, verb);
  }
  if (const auto* after = step.find("after"); after != nullptr && step.find("at") != nullptr)
    faults_->report(after->key_at, "`at` and `after` in one step; keep one of them");
  if (step.children.empty())
    faults_->report(step.at, "an empty step; expected a time, a verb or `expect`");
  if (verb == nullptr)
    return;
  for (const auto& parameter : verb->parameters)
    if (parameter.required)
      require(step, parameter.name, document::in_quotes(verb->name));
}

void shape_check::check_step_key(const document::document_node& entry, const verb_spec* verb) {
  const auto* spec = step_table().find(entry.key);
  if (spec == nullptr)
    return unknown_key(entry, step_table());
  auto among = [&](const std::vector<std::string_view>& keys) {
    return std::find(keys.begin(), keys.end(), entry.key) != keys.end();
  };
  if (verb == nullptr ? !among(step_keys()) : !verb->takes(entry.key)) {
    std::vector<std::string_view> takers;
    for (const auto& other : verbs())
      if (other.find(entry.key) != nullptr)
        takers.push_back(other.name);
    auto goes_with = among(request_keys()) ? std::string{"a verb that makes a request"}
                                           : document::alternatives(takers);
    faults_->report(entry.key_at, fmt::format("{} does not go with {}; it goes with {}",
                                              document::in_quotes(entry.key),
                                              verb == nullptr ? std::string{"a step without a verb"}
                                                              : document::in_quotes(verb->name),
                                              goes_with));
    return;
  }
  check_value(entry, *spec);
  if (entry.key == "repeat" && entry.is_map())
    check_repeat(entry);
  if (entry.key == "expect" && entry.is_map())
    check_keys(entry, verb != nullptr && verb->answered() ? answer_table() : world_table());
}

void shape_check::check_repeat(const document::document_node& repeat) {
  auto times = repeat.find("times") != nullptr;
  auto until = repeat.find("until") != nullptr;
  if (times == until)
    faults_->report(repeat.key_at, times ? "`repeat` has `times` and `until`; keep one of them"
                                         : "`repeat` needs `times:` or `until:`; add one of them");
}

void shape_check::check_property(const document::document_node& property) {
  auto entries = property.entries();
  auto says = std::any_of(entries.begin(), entries.end(),
                          [](const auto& entry) { return !is_window(entry.key); });
  if (!says)
    faults_->report(property.at,
                    "a property says nothing; expected a state such as `alive: app`, a "
                    "count, or `status`");
}

} // namespace lapse::language
