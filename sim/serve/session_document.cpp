// A session as a scenario file. Its own steps stand where they came, and what clients asked stands
// between them as `request` steps of its nanosecond.

#include "sim/serve/session_document.hpp"

#include "actors/protocol/base64.hpp"
#include "actors/ttl/duration.hpp"
#include "sim/document/overrides.hpp"
#include "sim/document/read_document.hpp"
#include "sim/document/text_check.hpp"
#include "sim/document/write_document.hpp"
#include "sim/language/known_names.hpp"
#include "sim/language/loader.hpp"
#include "sim/language/tables.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/run/schedule.hpp"
#include "sim/serve/session_scenario.hpp"

#include <map>
#include <utility>

namespace lapse::serve {

namespace {

using document::document_node;
using document::plain_value;
using document::quoted_value;

/// When each top-level step of a plan begins; `never`: after a step that is not over.
std::vector<instant> beginnings(const plan::plan& what, instant now) {
  std::map<const plan::step*, instant> ends;
  const plan::range_draw lower_ends{std::nullopt};
  run::schedule all{what.steps, lower_ends};
  for (auto next = all.next_time(); next && *next <= now; next = all.next_time())
    if (const auto* due = all.take(*next))
      ends.emplace(due->what, due->at);
  std::vector<instant> result;
  instant free{0};
  for (const auto& step : what.steps) {
    const bool fixed = step.when.from == plan::step_time::kind::at;
    result.push_back(fixed ? step.when.value.low : later(free, step.when.value.low));
    const auto end = ends.find(&step);
    free = end == ends.end() ? never : end->second;
  }
  return result;
}

document_node headers_of(const journal::message& one) {
  auto result = document::empty_map();
  for (const auto& [name, value] : journal::headers_of(one))
    result.add(name, quoted_value(value));
  return result;
}

document_node request_of(const journal::message& one) {
  auto what = document::empty_map();
  what.add("method", plain_value(*one.method));
  what.add("path", quoted_value(*one.text));
  if (!one.headers->empty())
    what.add("headers", headers_of(one));
  if (!one.body->empty()) {
    if (document::is_text(*one.body))
      what.add("raw", quoted_value(*one.body));
    else
      what.add("raw_base64", quoted_value(encode_base64(*one.body)));
  }
  if (one.token != nullptr)
    what.add("token", quoted_value(*one.token));
  return what;
}

document_node step_of(const journal& what, journal::place place) {
  const auto& one = what.entries()[place];
  if (one.said->what == journal::kind::step) {
    auto step = document::read_document(*one.said->text).value_or(document::empty_map());
    step.erase("at");
    step.add("at", time_of(one.at));
    return step;
  }
  auto step = document::map_with("request", request_of(*one.said));
  step.add("at", time_of(one.at));
  step.add("external", plain_value("true"));
  if (const auto* name = what.name_at(place))
    step.add("save", quoted_value(*name));
  return step;
}

/// Whether steps may speak of what it made: by its name, or of a mount.
bool is_spoken_of(const journal& what, journal::place place) {
  const auto& one = what.entries()[place];
  return one.said->what == journal::kind::request &&
         (what.name_at(place) != nullptr || language::may_mount(*one.said->text));
}

/// A repeat whose rounds follow one another as one that runs in parallel with the steps after it:
/// requests came while it was under way.
document_node beside(document_node repeat) {
  auto once = document::empty_map();
  once.add("every", plain_value("1h"));
  once.add("times", plain_value("1"));
  once.add("counter", plain_value("once-"));
  once.add("steps", document::sequence_of());
  once.children.back().children.push_back(std::move(repeat));
  return document::map_with("repeat", std::move(once));
}

/// Puts the request of `step` beside the last one.
void put_beside(document_node& last, document_node step) {
  step.erase("at");
  if (last.find("together") == nullptr) {
    auto first = std::exchange(last, document::empty_map());
    auto at = *first.find("at");
    first.erase("at");
    last.add("together", document::sequence_of({std::move(first)}));
    last.add("at", std::move(at));
  }
  last.find("together")->children.push_back(std::move(step));
}

/// The steps of the file and those of the session in the order in which they were done.
/// @param only_spoken_of of the session no others
/// @param to_come gets a list of those of the file that were not
/// @param outside gets the places of the session's own steps
document_node merged_steps(const document_node* of_file, const plan::plan& made,
                           const journal& what, instant now, bool only_spoken_of,
                           document_node& to_come, std::vector<std::size_t>& outside) {
  auto result = document::sequence_of();
  const auto times = beginnings(made, now);
  const auto own = document::items_of(of_file);
  std::size_t next = 0;
  const auto put_own = [&](instant until) {
    for (; next < own.size() && next < made.steps.size() && times[next] <= until; ++next) {
      auto step = own[next];
      step.erase("after");
      step.erase("at");
      if (const auto* repeat = step.find("repeat");
          repeat != nullptr && repeat->find("every") == nullptr)
        step = beside(std::move(step));
      step.add("at", time_of(times[next]));
      result.children.push_back(std::move(step));
    }
  };
  for (journal::place place = 0; place < what.entries().size(); ++place) {
    if (only_spoken_of && !is_spoken_of(what, place))
      continue;
    put_own(what.entries()[place].at);
    // Names stand beside the requests that made what they name, properties in their own lists.
    if (const auto kind = what.entries()[place].said->what;
        kind == journal::kind::name || kind == journal::kind::property)
      continue;
    if (what.entries()[place].said->what == journal::kind::step)
      outside.push_back(result.children.size());
    if (what.entries()[place].beside && !only_spoken_of)
      put_beside(result.children.back(), step_of(what, place));
    else
      result.children.push_back(step_of(what, place));
  }
  put_own(now);
  for (; next < own.size(); ++next)
    to_come.children.push_back(own[next]);
  return result;
}

} // namespace

document_node time_of(instant at) { return plain_value(ttl::format_duration(at)); }

document_node property_of(std::string_view text, instant now) {
  auto result = document::read_document(text).value_or(document::empty_map());
  auto& one = result.children.front();
  if (one.is_map() && one.find("from") == nullptr && one.find("after") == nullptr)
    one.add("from", time_of(now));
  return result;
}

void add_property(document_node& scenario, document_node property) {
  auto one = std::move(property.children.front());
  const auto word = std::exchange(one.key, {});
  auto* list = scenario.find(word);
  if (list == nullptr)
    list = &scenario.add(word, document::sequence_of());
  list->children.push_back(std::move(one));
}

std::string word_of(const journal::entry& property) {
  return document::read_document(*property.said->text)->children.front().key;
}

void erase_properties(document_node& scenario) {
  for (const auto property : plan::property_words)
    scenario.erase(property);
}

loaded_session load_session(const document_node& scenario) {
  language::load_options options;
  options.rule_ids = rules::rule_ids();
  return language::load_scenario(document::write_document(scenario), "session", options);
}

session_scenario::divided session_scenario::document(const plan::plan& made, const journal& what,
                                                     instant now, extent how_much) const {
  const std::vector<std::string> with = overrides(made.server.start_unix_s);
  document::diagnostics faults{name_, with};
  divided result{base_, document::empty_map(), {}};
  auto& scenario = result.scenario;
  document::apply_overrides(scenario, language::scenario_table(), with, faults);
  auto to_come = document::sequence_of();
  auto steps = merged_steps(scenario.find("steps"), made, what, now, how_much == extent::names,
                            to_come, result.outside);
  if (!to_come.children.empty())
    result.to_come.add("steps", std::move(to_come));
  scenario.erase("steps");
  scenario.add("steps", std::move(steps));
  scenario.erase("until");
  for (const auto& one : what.entries())
    if (one.said->what == journal::kind::property)
      add_property(scenario, property_of(*one.said->text, one.at));
  return result;
}

} // namespace lapse::serve
