// A session as a scenario file. Its own steps stand where they came, and what clients asked stands
// between them as `request` steps of its nanosecond.

#include "sim/serve/session_scenario.hpp"

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

#include <filesystem>
#include <map>
#include <utility>

namespace lapse::serve {

namespace {

using document::document_node;
using document::plain_value;
using document::quoted_value;

/// When each top-level step of a plan is issued, as far as the first million issues show it.
class step_times {
public:
  explicit step_times(const plan::plan& what) : times_(what.steps.size(), never) {
    for (std::size_t i = 0; i < what.steps.size(); ++i)
      note(what.steps[i], i);
    const plan::range_draw lower_ends{std::nullopt};
    run::schedule all{what.steps, lower_ends};
    std::size_t left = 1'000'000;
    for (auto next = all.next_time(); next && left > 0; next = all.next_time(), --left)
      if (const auto* due = all.take(*next))
        if (auto& time = times_[top_.at(due->what)]; time == never)
          time = due->at;
  }

  [[nodiscard]] instant of(std::size_t step) const { return times_[step]; }

private:
  void note(const plan::step& what, std::size_t top) {
    top_.emplace(&what, top);
    if (const auto* repeat = std::get_if<plan::repeat_step>(&what.action))
      for (const auto& inner : repeat->steps)
        note(inner, top);
  }

  std::vector<instant> times_;
  std::map<const plan::step*, std::size_t> top_;
};

document_node time_of(instant at) { return plain_value(ttl::format_duration(at)); }

document_node headers_of(const journal::entry& one) {
  auto result = document::empty_map();
  for (const auto& [name, value] : journal::headers_of(one))
    result.add(name, quoted_value(value));
  return result;
}

document_node request_of(const journal::entry& one) {
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
  if (one.what == journal::kind::step) {
    auto step = document::read_document(*one.text).value_or(document::empty_map());
    step.erase("at");
    step.add("at", time_of(one.at));
    return step;
  }
  auto step = document::map_with("request", request_of(one));
  step.add("at", time_of(one.at));
  step.add("external", plain_value("true"));
  if (const auto* name = what.name_at(place))
    step.add("save", plain_value(*name));
  return step;
}

/// Policies in files of their own become part of the scenario.
void take_in_policies(document_node& scenario, const std::string& folder) {
  auto* policies = scenario.find("policies");
  if (policies == nullptr || !policies->is_map())
    return;
  for (auto& one : policies->children)
    if (const auto* file = one.find("file")) {
      const auto path = std::filesystem::path{folder} / file->text;
      if (auto text = language::read_scenario_file(path.string())) {
        auto value = quoted_value(std::move(*text));
        value.key = one.key;
        one = std::move(value);
      }
    }
}

/// Whether steps may speak of what it made: by its name, or of a mount.
bool is_spoken_of(const journal& what, journal::place place) {
  const auto& one = what.entries()[place];
  return one.what == journal::kind::request &&
         (what.name_at(place) != nullptr || language::may_mount(*one.text));
}

/// The steps of the file and those of the session in the order in which they were done.
/// @param only_spoken_of of the session no others
document_node merged_steps(const document_node* of_file, const plan::plan& made,
                           const journal& what, instant now, bool only_spoken_of) {
  auto result = document::sequence_of();
  const step_times times{made};
  const auto own = document::items_of(of_file);
  std::size_t next = 0;
  const auto put_own = [&](instant until) {
    for (; next < own.size() && next < made.steps.size() && times.of(next) <= until; ++next) {
      auto step = own[next];
      step.erase("after");
      step.erase("at");
      if (times.of(next) != never)
        step.add("at", time_of(times.of(next)));
      result.children.push_back(std::move(step));
    }
  };
  for (journal::place place = 0; place < what.entries().size(); ++place) {
    if (only_spoken_of && !is_spoken_of(what, place))
      continue;
    put_own(what.entries()[place].at);
    // Stands beside the request that made what it names.
    if (what.entries()[place].what == journal::kind::name)
      continue;
    result.children.push_back(step_of(what, place));
  }
  put_own(now);
  return result;
}

} // namespace

document_node session_scenario::document(const plan::plan& made, const journal& what, instant now,
                                         extent how_much) const {
  document::diagnostics faults{name_, {}};
  auto scenario = document::read_document(text_, faults).value_or(document::empty_map());
  document::apply_overrides(scenario, language::scenario_table(),
                            overrides(made.server.start_unix_s), faults);
  take_in_policies(scenario, folder_);
  auto steps = merged_steps(scenario.find("steps"), made, what, now, how_much == extent::names);
  scenario.erase("steps");
  scenario.add("steps", std::move(steps));
  scenario.erase("until");
  return scenario;
}

std::string session_scenario::write(const plan::plan& made, const journal& what,
                                    instant now) const {
  auto scenario = document(made, what, now, extent::whole);
  if (scenario.find("steps")->items().empty())
    scenario.erase("steps");
  scenario.add("until", time_of(now));
  return document::write_document(scenario);
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
  auto scenario = document(made, what, now, extent::names);
  for (const auto property : plan::property_words)
    scenario.erase(property);
  scenario.find("steps")->children.push_back(std::move(*one));
  language::load_options options;
  options.rule_ids = rules::rule_ids();
  auto loaded = language::load_scenario(document::write_document(scenario), "session", options);
  if (!loaded)
    return tl::unexpected(loaded.error().front().text);
  return std::move(loaded->steps.back());
}

} // namespace lapse::serve
