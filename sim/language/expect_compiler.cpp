#include "sim/language/expect_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/body_writer.hpp"
#include "sim/language/tables.hpp"

#include <fmt/format.h>

namespace lapse::language {

// -- words -------------------------------------------------------------------------

namespace {

constexpr std::size_t words_max = 200;

std::string shortened(const std::string& text) {
  return text.size() <= words_max ? text : text.substr(0, words_max) + "...";
}

} // namespace

std::string in_words(const document::document_node& node) {
  std::string result;
  if (node.is_null())
    return "nothing";
  if (node.is_scalar())
    return shortened(node.text);
  for (const auto& child : node.children) {
    if (result.size() >= words_max)
      break;
    result += result.empty() ? "" : ", ";
    if (node.is_map()) {
      auto bound = child.key == "at_least" || child.key == "at_most";
      result += shortened(child.key) + (bound ? " " : ": ");
    }
    result += in_words(child);
  }
  return node.is_map() ? "{ " + result + " }" : "[" + result + "]";
}

// -- answers -----------------------------------------------------------------------

namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  return document::to_integer(text);
}

// Durations of answers are whole seconds; a fraction is cut, as the server does (R-1708).
std::optional<std::int64_t> seconds(std::string_view text) {
  auto value = document::to_duration(text);
  return value ? std::optional{whole_seconds(*value)} : std::nullopt;
}

// A value, a range (both ends), or `{ at_least, at_most }`.
template <class Read>
std::optional<plan::bounds> read_bounds(load_context& context, const document::document_node& value,
                                        Read read) {
  plan::bounds result;
  auto one = [&](const document::document_node* node) -> std::optional<std::int64_t> {
    if (node == nullptr || !node->is_scalar())
      return std::nullopt;
    if (!has_counter(node->text, context.counters))
      return read(node->text);
    context.faults.report(node->at,
                          "a counter cannot stand in a number that is expected; write one "
                          "value, or { at_least, at_most }");
    return std::nullopt;
  };
  if (value.is_scalar()) {
    if (auto ends = document::split_range(value.text)) {
      result = {read(ends->first), read(ends->second)};
    } else {
      result.at_least = one(&value);
      result.at_most = result.at_least;
    }
  } else {
    result = {one(value.find("at_least")), one(value.find("at_most"))};
  }
  if (!result.at_least && !result.at_most)
    return std::nullopt;
  if (result.at_least && result.at_most && *result.at_least > *result.at_most)
    context.faults.report(value.at, "`at_least` is above `at_most`; nothing can be both");
  return result;
}

plan::answer_field field_of(std::string_view key) {
  constexpr std::pair<std::string_view, plan::answer_field> fields[] = {
      {"status", plan::answer_field::status},
      {"error", plan::answer_field::error},
      {"warnings", plan::answer_field::warnings},
      {"ttl", plan::answer_field::ttl},
      {"renewable", plan::answer_field::renewable},
      {"lease_duration", plan::answer_field::lease_duration},
      {"orphan", plan::answer_field::orphan},
      {"num_uses", plan::answer_field::num_uses},
      {"policies", plan::answer_field::policies},
      {"data", plan::answer_field::data}};
  for (const auto& [name, field] : fields)
    if (name == key)
      return field;
  return plan::answer_field::named;
}

std::vector<const document::document_node*> names_in(const document::document_node& value) {
  std::vector<const document::document_node*> result;
  if (value.is_scalar())
    result.push_back(&value);
  for (const auto& item : value.items())
    if (item.is_scalar())
      result.push_back(&item);
  return result;
}

plan::expect_json compile_json(load_context& context, const document::document_node& value,
                               document::value_shape shape) {
  plan::expect_json result;
  std::vector<plan::body_key_hole> keys;
  body_writer writer{context, result.value, result.holes, keys};
  if (shape == document::value_shape::text && value.is_scalar())
    writer.text(nlohmann::json::json_pointer{}, handles_text(context, value));
  else
    writer.anything(nlohmann::json::json_pointer{}, value);
  if (!keys.empty())
    context.faults.report(value.at, "a counter cannot stand in a key that is expected");
  return result;
}

// False if the value is none of its shape, which has been reported.
bool compile_field(load_context& context, const document::key_spec& spec,
                   const document::document_node& value, plan::answer_check& check) {
  using shape = document::value_shape;
  std::optional<plan::bounds> limits;
  switch (spec.shape) {
    case shape::bounds:
    case shape::integer:
      limits = read_bounds(context, value, whole_number);
      break;
    case shape::amount:
      limits = read_bounds(context, value, seconds);
      break;
    case shape::flag:
      check.expected = document::to_flag(value).value_or(false);
      return document::to_flag(value).has_value();
    case shape::names:
      if (check.field == plan::answer_field::error || check.field == plan::answer_field::warnings) {
        plan::expect_text_part parts;
        for (const auto* part : names_in(value))
          parts.parts.push_back(context.counted(part->text));
        check.expected = std::move(parts);
      } else {
        plan::expect_set set;
        for (const auto* name : names_in(value))
          set.names.push_back(name->text);
        check.expected = std::move(set);
      }
      return !value.is_map() && !value.is_null();
    case shape::object:
      if (!value.is_map())
        return false;
      [[fallthrough]];
    default:
      check.expected = compile_json(context, value, spec.shape);
      return true;
  }
  if (!limits)
    return false;
  check.expected = *limits;
  return true;
}

} // namespace

std::vector<plan::answer_check> compile_answer(load_context& context,
                                               const document::document_node& expect) {
  std::vector<plan::answer_check> result;
  for (const auto& entry : expect.entries()) {
    const auto* spec = answer_table().find(entry.key);
    if (spec == nullptr)
      continue;
    plan::answer_check check;
    check.where = entry.key_at;
    check.field = field_of(entry.key);
    check.name = entry.key;
    check.words = in_words(entry);
    if (compile_field(context, *spec, entry, check))
      result.push_back(std::move(check));
  }
  return result;
}

// -- the world ---------------------------------------------------------------------

std::optional<plan::bounds> compile_bounds(load_context& context,
                                           const document::document_node& value) {
  return read_bounds(context, value, whole_number);
}

std::optional<plan::count_check> compile_count(load_context& context,
                                               const document::document_node& entry) {
  const auto& counts = world_table().keys;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].name != entry.key)
      continue;
    auto limits = compile_bounds(context, entry);
    if (!limits)
      return std::nullopt;
    return plan::count_check{entry.key_at, static_cast<plan::count_word>(i), *limits,
                             in_words(entry)};
  }
  return std::nullopt;
}

plan::selector compile_selector(load_context& context, std::string_view name,
                                document::file_position at, bool anywhere) {
  constexpr std::pair<std::string_view, plan::selector::part> suffixes[] = {
      {".lease", plan::selector::part::lease},
      {".descendants", plan::selector::part::descendants},
      {".leases", plan::selector::part::leases}};
  plan::selector result;
  result.where = at;
  for (const auto& [suffix, part] : suffixes) {
    if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix)
      continue;
    result.of = part;
    name.remove_suffix(suffix.size());
    break;
  }
  result.name = context.counted(name);
  result.glob = name.find('*') != std::string_view::npos;
  context.handles.use(result.name, result.glob, at,
                      anywhere ? std::nullopt : std::optional{context.moment});
  return result;
}

namespace {

std::vector<plan::state_word> states_in(const document::document_node* value) {
  std::vector<plan::state_word> result;
  if (value == nullptr)
    return result;
  for (const auto* word : names_in(*value))
    if (auto state = plan::to_state(word->text))
      result.push_back(*state);
  return result;
}

void compile_because(load_context& context, const document::document_node* value,
                     plan::state_check& check) {
  if (value == nullptr || !value->is_scalar())
    return;
  std::vector<std::string_view> names;
  for (const auto cause : plan::because_words) {
    if (value->text == to_string(cause)) {
      check.because = cause;
      return;
    }
    names.push_back(to_string(cause));
  }
  auto meant = document::nearest(value->text, names);
  if (meant.empty() || has_counter(value->text, context.counters) ||
      context.handles.announced(value->text))
    check.because = context.use(*value);
  else
    context.faults.report(value->at, fmt::format("unknown cause {}, did you mean `{}`?",
                                                 document::in_quotes(value->text), meant));
}

// Several states in one expectation become several checks; the long form's other parts go with the
// first.
void compile_states(load_context& context, const document::document_node& value,
                    std::vector<plan::world_check>& result) {
  plan::state_check check;
  check.where = value.key_at;
  check.of = compile_selector(context, value.key, value.key_at, false);
  check.words = in_words(value);
  auto states = states_in(value.is_map() ? value.find("state") : &value);
  if (value.is_map()) {
    check.at = context.fixed_duration("at", value.find("at"));
    check.lived = context.fixed_duration("lived", value.find("lived"));
    compile_because(context, value.find("because"), check);
  } else if (states.empty()) {
    return;
  }
  if (!states.empty())
    check.state = states.front();
  for (std::size_t i = 1; i < states.size(); ++i) {
    plan::state_check other;
    other.where = check.where;
    other.of = check.of;
    other.words = check.words;
    other.state = states[i];
    result.emplace_back(std::move(other));
  }
  result.emplace_back(std::move(check));
}

} // namespace

std::vector<plan::world_check> compile_world(load_context& context,
                                             const document::document_node& expect) {
  std::vector<plan::world_check> result;
  for (const auto& entry : expect.entries()) {
    if (world_table().find(entry.key) == nullptr)
      compile_states(context, entry, result);
    else if (auto count = compile_count(context, entry))
      result.emplace_back(std::move(*count));
  }
  return result;
}

} // namespace lapse::language
