// Compiles the steps and properties that come from outside of a session's file.

#include "actors/ttl/duration.hpp"
#include "sim/document/read_document.hpp"
#include "sim/serve/session_document.hpp"
#include "sim/serve/session_scenario.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

namespace lapse::serve {

std::optional<session_scenario::outside>
session_scenario::placed(const plan::plan& made, const journal& what,
                         const session_extent& until) const {
  const auto all_written = written(made, what, until);
  auto loaded = load_session(all_written.scenario);
  if (!loaded)
    return std::nullopt;
  outside result;
  for (const auto place : all_written.outside)
    result.steps.push_back(std::move(loaded->steps[place]));
  // Each list has those from outside last.
  auto& all = loaded->properties;
  const auto& open = until.open;
  auto place = made.properties.size() +
               static_cast<std::size_t>(
                   std::count_if(what.entries().begin(), what.entries().end(), [](const auto& one) {
                     return one.said->what == journal::kind::property;
                   }));
  for (auto one = what.entries().rbegin(); one != what.entries().rend(); ++one) {
    if (one->said->what != journal::kind::property)
      continue;
    if (std::binary_search(open.begin(), open.end(), --place)) {
      result.properties.emplace_back();
      continue;
    }
    const auto word = word_of(*one);
    const auto last = std::find_if(all.rbegin(), all.rend(), [&](const plan::property& p) {
      return word == plan::property_words[static_cast<std::size_t>(p.what)];
    });
    if (last == all.rend())
      return std::nullopt;
    result.properties.emplace_back(std::move(*last));
    all.erase(std::next(last).base());
  }
  std::reverse(result.properties.begin(), result.properties.end());
  return result;
}

tl::expected<plan::step, std::string> session_scenario::step(const std::string& text,
                                                             const plan::plan& made,
                                                             const journal& what,
                                                             instant now) const {
  auto one = document::read_document(text);
  if (!one)
    return tl::unexpected(std::string{"a step is a mapping, such as { backend_down: db/ }"});
  one->erase("at");
  one->add("at", time_of(now));
  auto scenario = document(made, what, now, extent::names).scenario;
  erase_properties(scenario);
  scenario.find("steps")->children.push_back(std::move(*one));
  auto loaded = load_session(scenario);
  if (!loaded)
    return tl::unexpected(loaded.error().front().text);
  return std::move(loaded->steps.back());
}

tl::expected<plan::property, std::string> session_scenario::property(const std::string& text,
                                                                     const plan::plan& made,
                                                                     const journal& what,
                                                                     instant now) const {
  auto scenario = document(made, what, now, extent::names).scenario;
  erase_properties(scenario);
  add_property(scenario, property_of(text, now));
  auto loaded = load_session(scenario);
  if (!loaded)
    return tl::unexpected(loaded.error().front().text);
  auto result = std::move(loaded->properties.back());
  if (result.from < now)
    return tl::unexpected("its window begins at " + ttl::format_duration(result.from) +
                          ", before now; leave `from` out");
  return result;
}

} // namespace lapse::serve
