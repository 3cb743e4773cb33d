// What of a session its scenario file can judge, what is still to come, and the file's text.

#include "sim/document/write_document.hpp"
#include "sim/serve/session_document.hpp"
#include "sim/serve/session_scenario.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <string>
#include <utility>

namespace lapse::serve {

namespace {

using document::document_node;
using document::plain_value;

/// Divides properties into those that a scenario can have and those of handles that it never makes.
void divide(const document_node& scenario, std::string_view word,
            std::span<const document_node> properties, document_node& kept,
            document_node& to_come) {
  if (properties.empty())
    return;
  auto with = scenario;
  with.add(word, document::sequence_of({properties.begin(), properties.end()}));
  if (load_session(with)) {
    kept.children.insert(kept.children.end(), properties.begin(), properties.end());
  } else if (properties.size() == 1) {
    to_come.children.push_back(properties.front());
  } else {
    const auto half = properties.size() / 2;
    divide(scenario, word, properties.first(half), kept, to_come);
    divide(scenario, word, properties.subspan(half), kept, to_come);
  }
}

/// For each word of properties, which of them in its list are open.
std::array<std::vector<bool>, plan::property_words.size()>
open_by_word(const plan::plan& made, const journal& what, const std::vector<std::size_t>& open) {
  std::array<std::vector<bool>, plan::property_words.size()> result;
  std::size_t place = 0;
  const auto add = [&](std::size_t word) {
    result[word].push_back(std::binary_search(open.begin(), open.end(), place++));
  };
  for (const auto& property : made.properties)
    add(static_cast<std::size_t>(property.what));
  for (const auto& one : what.entries())
    if (one.said->what == journal::kind::property)
      add(static_cast<std::size_t>(
          std::find(plan::property_words.begin(), plan::property_words.end(), word_of(one)) -
          plan::property_words.begin()));
  return result;
}

/// As comment lines.
std::string commented(const document_node& what) {
  std::string result;
  std::istringstream lines{document::write_document(what)};
  for (std::string line; std::getline(lines, line);)
    result += line.empty() ? "#\n" : "# " + line + '\n';
  return result;
}

void switch_off(document_node& scenario, const std::string& rule) {
  auto* rules = scenario.find("rules");
  if (rules == nullptr)
    rules = &scenario.add("rules", document::empty_map());
  rules->erase(rule);
  rules->add(rule, plain_value("off"));
}

} // namespace

void session_scenario::keep_judged(divided& of, const plan::plan& made, const journal& what,
                                   const session_extent& until) const {
  const auto open = open_by_word(made, what, until.open);
  std::optional<document_node> names;
  if (!of.to_come.children.empty()) {
    names = document(made, what, until.now, extent::names).scenario;
    erase_properties(*names);
  }
  for (std::size_t i = 0; i < plan::property_words.size(); ++i) {
    const auto word = plan::property_words[i];
    auto* list = of.scenario.find(word);
    if (list == nullptr)
      continue;
    auto kept = document::sequence_of();
    auto others = document::sequence_of();
    for (std::size_t place = 0; place < list->children.size(); ++place)
      (place < open[i].size() && open[i][place] ? others : kept)
          .children.push_back(std::move(list->children[place]));
    if (names) {
      const auto judged = std::exchange(kept, document::sequence_of());
      divide(*names, word, judged.items(), kept, others);
    }
    list->children = std::move(kept.children);
    if (list->children.empty())
      of.scenario.erase(word);
    if (!others.children.empty())
      of.to_come.add(word, std::move(others));
  }
}

session_scenario::divided session_scenario::written(const plan::plan& made, const journal& what,
                                                    const session_extent& until) const {
  auto result = document(made, what, until.now, extent::whole);
  keep_judged(result, made, what, until);
  if (result.scenario.find("steps")->items().empty())
    result.scenario.erase("steps");
  result.scenario.add("until", time_of(until.now));
  // The end of the session cut its answer off, as `until` does here.
  if (until.request_open)
    switch_off(result.scenario, "L27");
  return result;
}

std::string session_scenario::write(const plan::plan& made, const journal& what,
                                    const session_extent& until) const {
  const auto all = written(made, what, until);
  auto result = document::write_document(all.scenario);
  if (!all.to_come.children.empty())
    result += "\n# Still to come:\n" + commented(all.to_come);
  return result;
}

} // namespace lapse::serve
