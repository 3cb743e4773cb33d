#include "sim/language/shape_check.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/plan/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse {

namespace {

std::string seen(const yaml_node& value) {
  switch (value.what) {
    case yaml_node::kind::null:
      return "nothing";
    case yaml_node::kind::scalar:
      return in_quotes(value.text);
    case yaml_node::kind::sequence:
      return "a list";
    case yaml_node::kind::map:
      return "a mapping";
  }
  return {};
}

// The text with every counter replaced by 1, for checking what it will be.
std::string probe(std::string_view text, const counter_names& counters) {
  return has_counter(text, counters) ? first_round(to_counted(text, counters)) : std::string{text};
}

// Why a text of the right form is refused nevertheless: a reader would look for a fault in its
// form.
std::string_view too_large(std::string_view text, value_shape shape) {
  if (shape == value_shape::number || shape == value_shape::integer)
    return text.size() > 18 && text.find_first_not_of("0123456789") == std::string_view::npos
               ? ", above 9223372036854775807"
               : "";
  if (shape != value_shape::duration && shape != value_shape::span)
    return "";
  // With each number a 1 it reads, so it is the numbers.
  std::string small;
  for (auto c : text) {
    auto digit = c >= '0' && c <= '9';
    if (!digit || small.empty() || small.back() != '1')
      small += digit ? '1' : c;
  }
  return small.size() > 1 && small.size() < text.size() && to_duration(small)
             ? ", longer than 292 years"
             : "";
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

std::string counter_of(const yaml_node& repeat) {
  const auto* name = repeat.find("counter");
  return name != nullptr && name->is_scalar() && !name->text.empty() ? name->text : "i";
}

// -- messages ------------------------------------------------------------------------

void shape_check::wrong(const yaml_node& key, const yaml_node& value, value_shape shape) {
  auto at = value.is_null() ? key.at : value.at;
  auto why = value.is_scalar() ? too_large(value.text, shape) : std::string_view{};
  faults_->report(at, fmt::format("{} is {}{}; expected {}", in_quotes(key.text), seen(value), why,
                                  describe(shape)));
}

void shape_check::unknown_key(const yaml_node& key, const key_table& table) {
  auto hint = did_you_mean(key.text, table.names());
  for (const auto& one : habits)
    if (one.written == key.text && table.find(one.key) != nullptr)
      hint = ", did you mean " + in_quotes(one.key) + "?";
  if (hint.empty())
    hint = table.keys.size() <= 24
               ? "; " + std::string{table.what} + " has " + alternatives(table.names())
               : "; remove it, or see `lapse schema` for the keys";
  faults_->report(key.at,
                  fmt::format("unknown key {} in {}{}", in_quotes(key.text), table.what, hint));
}

void shape_check::require(const yaml_node& map, std::string_view key, std::string_view what) {
  if (map.find_key(key) == nullptr)
    faults_->report(map.at, fmt::format("{} needs `{}:`; add it", what, key));
}

// -- mappings ------------------------------------------------------------------------

void shape_check::check_scenario(const yaml_node& root) {
  if (!root.is_map()) {
    faults_->report({1, 1}, fmt::format("the file is {}; expected a mapping that begins with "
                                        "`lapse: 1`",
                                        root.is_scalar() ? "one text" : seen(root)));
    return;
  }
  if (root.find_key("lapse") == nullptr)
    faults_->report({1, 1}, "`lapse: 1` is missing; a scenario begins with the version of its "
                            "format");
  check_keys(root, scenario_table());
}

void shape_check::check_keys(const yaml_node& map, const key_table& table) {
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    const auto& key = *map.children[i];
    if (!key.is_scalar() || (key.plain && key.text == "<<"))
      continue; // the tree's reader has said so
    if (const auto* spec = table.find(key.text))
      check_value(key, *map.children[i + 1], *spec);
    else if (table.other != value_shape::json)
      check_value(key, *map.children[i + 1], {key.text, table.other});
    else
      unknown_key(key, table);
  }
  for (const auto& spec : table.keys)
    if (spec.required && &table != &scenario_table())
      require(map, spec.name, table.what);
}

// Inside of a repeat its counter may stand in values.
void shape_check::check_mapping(const yaml_node& value, const key_table& table) {
  auto repeats = &table == &repeat_table();
  if (repeats)
    counters_.push_back(counter_of(value));
  check_keys(value, table);
  if (repeats)
    counters_.pop_back();
}

void shape_check::check_map_of(const yaml_node& value, const key_spec& spec) {
  for (std::size_t i = 0; i + 1 < value.children.size(); i += 2) {
    const auto& name = *value.children[i];
    const auto& item = *value.children[i + 1];
    if (!name.is_scalar() || (name.plain && name.text == "<<"))
      continue;
    if (name.text.empty() || name.text == "/")
      faults_->report(name.at, fmt::format("an empty name in {}; write one", in_quotes(spec.name)));
    if (spec.table == nullptr)
      check_value(name, item, {name.text, spec.element});
    else if (item.is_map())
      check_keys(item, spec.table());
    else if (item.is_null())
      faults_->report(name.at,
                      fmt::format("{} has no value; expected {}: write {{}} if all is as by "
                                  "default",
                                  in_quotes(name.text), spec.table().what));
    else
      faults_->report(item.at, fmt::format("{} is {}; expected {} as a mapping",
                                           in_quotes(name.text), seen(item), spec.table().what));
  }
}

void shape_check::check_list_of(const yaml_node& key, const yaml_node& value,
                                const key_spec& spec) {
  const auto& table = spec.table();
  for (const auto* item : value.children) {
    if (!item->is_map()) {
      auto at = item->is_null() && item->at.line > value.at.line ? value.at : item->at;
      faults_->report(item->is_null() ? at : item->at,
                      fmt::format("{} in {} is {}; expected a mapping", table.what,
                                  in_quotes(key.text), seen(*item)));
    } else if (&table == &step_table()) {
      check_step(*item);
    } else {
      check_keys(*item, table);
      check_property(*item);
    }
  }
}

// -- values --------------------------------------------------------------------------

void shape_check::check_value(const yaml_node& key, const yaml_node& value, const key_spec& spec) {
  using shape = value_shape;
  if (value.is_null() && spec.shape != shape::json) {
    faults_->report(key.at, fmt::format("{} has no value; expected {}, or leave the key out",
                                        in_quotes(key.text), describe(spec.shape)));
    return;
  }
  switch (spec.shape) {
    case shape::json:
      return;
    case shape::bounds:
    case shape::integer:
    case shape::amount:
      return check_bounds(key, value, spec.shape);
    case shape::states:
      return check_states(key, value);
    case shape::names:
      return check_names(key, value, spec.shape);
    case shape::policy:
      return check_policy(key, value);
    case shape::object:
    case shape::mapping:
    case shape::map_of:
    case shape::expect:
      if (!value.is_map())
        return wrong(key, value, spec.shape);
      if (spec.shape == shape::map_of)
        return check_map_of(value, spec);
      if (spec.shape == shape::mapping)
        check_mapping(value, spec.table());
      return;
    case shape::list_of:
      return value.is_sequence() ? check_list_of(key, value, spec) : wrong(key, value, spec.shape);
    default:
      return value.is_scalar() ? check_scalar(key, value, spec) : wrong(key, value, spec.shape);
  }
}

void shape_check::check_scalar(const yaml_node& key, const yaml_node& value, const key_spec& spec) {
  using shape = value_shape;
  switch (spec.shape) {
    case shape::word:
      if (std::find(spec.words.begin(), spec.words.end(), value.text) == spec.words.end()) {
        auto hint = did_you_mean(value.text, spec.words);
        faults_->report(value.at, fmt::format("{} is {}; expected {}{}", in_quotes(key.text),
                                              seen(value), alternatives(spec.words), hint));
      }
      return;
    case shape::flag:
      if (!to_flag(value))
        wrong(key, value, spec.shape);
      return;
    case shape::number:
      return check_number(key, value, spec.shape);
    case shape::duration:
    case shape::span:
      return check_duration(key, value, spec.shape);
    case shape::timestamp:
      if (!to_unix_seconds(value.text))
        wrong(key, value, spec.shape);
      return;
    case shape::handle:
    case shape::new_handle:
    case shape::path:
      if (value.text.empty())
        faults_->report(value.at, fmt::format("{} is empty; expected {}", in_quotes(key.text),
                                              describe(spec.shape)));
      return;
    default:
      return;
  }
}

void shape_check::check_duration(const yaml_node& key, const yaml_node& value, value_shape shape) {
  auto text = probe(value.text, counters_);
  auto ends = split_range(text);
  auto low = to_duration(ends ? ends->first : std::string_view{text});
  auto high = ends ? to_duration(ends->second) : low;
  if (shape == value_shape::duration && text.empty())
    return; // the server takes it as absent (R-1710)
  if (!low || !high)
    return wrong(key, value, shape);
  if (shape == value_shape::span && *low < duration::zero())
    return wrong(key, value, shape);
  if (*high < *low)
    faults_->report(value.at,
                    fmt::format("range {} ends before it begins; write the lower end first",
                                in_quotes(value.text)));
}

void shape_check::check_number(const yaml_node& key, const yaml_node& value, value_shape shape) {
  auto text = probe(value.text, counters_);
  auto ends = split_range(text);
  auto low = to_integer(ends ? ends->first : std::string_view{text});
  auto high = ends ? to_integer(ends->second) : low;
  if (!low || !high || (*low < 0 && shape != value_shape::integer))
    return wrong(key, value, shape);
  if (*high < *low)
    faults_->report(value.at,
                    fmt::format("range {} ends before it begins; write the lower end first",
                                in_quotes(value.text)));
}

void shape_check::check_bounds(const yaml_node& key, const yaml_node& value, value_shape shape) {
  auto plain = shape == value_shape::amount    ? value_shape::duration
               : shape == value_shape::integer ? value_shape::integer
                                               : value_shape::number;
  auto check_one = [&](const yaml_node& name, const yaml_node& item) {
    if (!item.is_scalar())
      wrong(name, item, plain);
    else if (plain == value_shape::duration)
      check_duration(name, item, plain);
    else
      check_number(name, item, plain);
  };
  if (value.is_scalar())
    return check_one(key, value);
  if (!value.is_map() || value.children.empty())
    return wrong(key, value, shape);
  static const key_table ends{"bounds", "bounds", {{"at_least"}, {"at_most"}}};
  for (std::size_t i = 0; i + 1 < value.children.size(); i += 2) {
    const auto& name = *value.children[i];
    if (!name.is_scalar())
      continue;
    if (ends.find(name.text) == nullptr)
      unknown_key(name, ends);
    else
      check_one(name, *value.children[i + 1]);
  }
}

void shape_check::check_states(const yaml_node& key, const yaml_node& value) {
  auto check_word = [&](const yaml_node& word) {
    const auto& words = state_words();
    if (!word.is_scalar())
      wrong(key, word, value_shape::states);
    else if (std::find(words.begin(), words.end(), word.text) == words.end())
      faults_->report(word.at, fmt::format("unknown state {}; expected {}{}", in_quotes(word.text),
                                           alternatives(words), did_you_mean(word.text, words)));
  };
  if (value.is_map()) {
    if (key.text == "state")
      return wrong(key, value, value_shape::states);
    if (value.children.empty())
      return wrong(key, value, value_shape::states);
    return check_keys(value, state_table());
  }
  if (!value.is_sequence())
    return check_word(value);
  if (value.children.empty())
    wrong(key, value, value_shape::states);
  for (const auto* word : value.children)
    check_word(*word);
}

void shape_check::check_names(const yaml_node& key, const yaml_node& value, value_shape shape) {
  if (value.is_scalar())
    return;
  if (!value.is_sequence())
    return wrong(key, value, shape);
  for (const auto* item : value.children)
    if (!item->is_scalar())
      faults_->report(
          item->is_null() ? value.at : item->at,
          fmt::format("an item of {} is {}; expected a name", in_quotes(key.text), seen(*item)));
}

void shape_check::check_policy(const yaml_node& key, const yaml_node& value) {
  if (value.is_scalar())
    return;
  const auto* file = value.find("file");
  if (!value.is_map() || value.children.size() != 2 || file == nullptr || !file->is_scalar() ||
      file->text.empty())
    wrong(key, value, value_shape::policy);
}

// -- steps and properties ------------------------------------------------------------

void shape_check::check_step(const yaml_node& step) {
  const yaml_node* verb_key = nullptr;
  const auto* verb = verb_of(step, &verb_key);
  for (std::size_t i = 0; i + 1 < step.children.size(); i += 2) {
    const auto& key = *step.children[i];
    if (!key.is_scalar() || (key.plain && key.text == "<<"))
      continue;
    if (&key != verb_key && find_verb(key.text) != nullptr && key.text != verb_key->text)
      faults_->report(key.at, fmt::format("two verbs in one step, {} and {}; put the second into a "
                                          "step of its own",
                                          in_quotes(verb_key->text), in_quotes(key.text)));
    else
      check_step_key(key, *step.children[i + 1], verb);
  }
  if (const auto* after = step.find_key("after");
      after != nullptr && step.find_key("at") != nullptr)
    faults_->report(after->at, "`at` and `after` in one step; keep one of them");
  if (step.children.empty())
    faults_->report(step.at, "an empty step; expected a time, a verb or `expect`");
  if (verb == nullptr)
    return;
  for (const auto& parameter : verb->parameters)
    if (parameter.required)
      require(step, parameter.name, in_quotes(verb->name));
}

void shape_check::check_step_key(const yaml_node& key, const yaml_node& value,
                                 const verb_spec* verb) {
  const auto* spec = step_table().find(key.text);
  if (spec == nullptr)
    return unknown_key(key, step_table());
  auto among = [&](const std::vector<std::string_view>& keys) {
    return std::find(keys.begin(), keys.end(), key.text) != keys.end();
  };
  if (verb == nullptr ? !among(step_keys()) : !verb->takes(key.text)) {
    std::vector<std::string_view> takers;
    for (const auto& other : verbs())
      if (other.find(key.text) != nullptr)
        takers.push_back(other.name);
    auto goes_with =
        among(request_keys()) ? std::string{"a verb that makes a request"} : alternatives(takers);
    faults_->report(
        key.at,
        fmt::format("{} does not go with {}; it goes with {}", in_quotes(key.text),
                    verb == nullptr ? std::string{"a step without a verb"} : in_quotes(verb->name),
                    goes_with));
    return;
  }
  check_value(key, value, *spec);
  if (key.text == "repeat" && value.is_map())
    check_repeat(key, value);
  if (key.text == "expect" && value.is_map())
    check_keys(value, verb != nullptr && verb->answered() ? answer_table() : world_table());
}

void shape_check::check_repeat(const yaml_node& key, const yaml_node& repeat) {
  auto times = repeat.find_key("times") != nullptr;
  auto until = repeat.find_key("until") != nullptr;
  if (times == until)
    faults_->report(key.at, times ? "`repeat` has `times` and `until`; keep one of them"
                                  : "`repeat` needs `times:` or `until:`; add one of them");
}

void shape_check::check_property(const yaml_node& property) {
  auto says = false;
  for (std::size_t i = 0; i + 1 < property.children.size(); i += 2)
    says = says || !is_window(property.children[i]->text);
  if (!says)
    faults_->report(property.at,
                    "a property says nothing; expected a state such as `alive: app`, a "
                    "count, or `status`");
}

} // namespace lapse
