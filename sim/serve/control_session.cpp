// The session itself: faults, names, verdicts, reports, the session as a scenario.

#include "actors/lives/find_by_text.hpp"
#include "actors/protocol/ascii.hpp"
#include "sim/language/handle_registry.hpp"
#include "sim/language/verbs.hpp"
#include "sim/serve/control.hpp"
#include "sim/serve/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace lapse::serve {

namespace {

constexpr std::size_t name_max = 100;

bool is_handle(std::string_view name) {
  return !name.empty() && name.size() <= name_max && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

/// Whether a key of a step makes it one that `faults` takes: a fault, or the seal.
bool is_fault_word(std::string_view key) {
  const auto* verb = language::find_verb(key);
  return verb != nullptr && (verb->kind == language::verb_kind::fault || verb->name == "seal" ||
                             verb->name == "unseal");
}

} // namespace

control::outcome control::do_step(const nlohmann::ordered_json& step) {
  auto& world = desk_.world();
  const auto text = step.dump();
  auto made = desk_.scenario().step(text, world.plan(), world.journal(), world.now());
  if (!made)
    return refused(400, made.error());
  desk_.events().begin();
  world.do_step(std::move(*made), text);
  auto what = desk_.events().take(world.run().world().lives());
  auto result = clock_now();
  result["events"] = std::move(what.events);
  result["lines"] = std::move(what.lines);
  return result;
}

control::outcome control::faults(const call& c) {
  bool is_fault = false;
  for (auto i = c.body.begin(); i != c.body.end(); ++i) {
    is_fault = is_fault || is_fault_word(i.key());
    if (i.key() == "at" || i.key() == "after" || i.key() == "expect" || i.key() == "together")
      return refused(400, fmt::format("a fault comes now: it has no `{}`", i.key()));
  }
  if (const auto seal = c.body.find("seal"); seal != c.body.end() && *seal == false)
    return refused(400, "a seal is lifted by { \"unseal\": true }");
  if (!is_fault)
    return refused(400, "a fault is one step of the scenario language, such as "
                        "{ \"backend_down\": \"db/\" }");
  return do_step(c.body);
}

control::outcome control::handles(const call& c) {
  if (c.body.empty())
    return refused(400, "handles are names with a token, an accessor or a lease id each");
  for (auto i = c.body.begin(); i != c.body.end(); ++i) {
    if (!i->is_string())
      return refused(400, fmt::format("`{}` is no text", i.key()));
    if (auto named = name(i.key(), i->get<std::string>()); !named)
      return tl::unexpected(named.error());
  }
  return clock_now();
}

tl::expected<void, control::refusal> control::name(const std::string& handle,
                                                   const std::string& text) {
  if (!is_handle(handle))
    return refused(400,
                   fmt::format("`{}` is no name: a letter, then letters, digits, _ and -", handle));
  if (handle != "root")
    if (auto fault = language::handle_name_fault(handle); !fault.empty())
      return refused(400, std::move(fault));
  auto& run = desk_.world().run();
  const auto& lives = run.world().lives();
  const auto* life = lives::find_identifier(lives, text).life;
  if (life == nullptr)
    life = lives::find_token(lives, text);
  if (life == nullptr)
    return refused(404, fmt::format("`{}` is no token, accessor or lease of this world", handle));
  run::bound_handle made;
  made.name = handle;
  made.what = life->is_lease() ? run::bound_handle::kind::lease : run::bound_handle::kind::token;
  made.token = life->token();
  made.lease = life->lease();
  if (!desk_.world().name(made))
    return refused(409, fmt::format("the name `{}` is taken", handle));
  return {};
}

control::outcome control::expect(const call& c) {
  if (c.body.empty())
    return refused(400, "an expectation is a mapping such as { \"app\": \"alive\" }");
  auto& words = plan::property_words;
  if (std::find(words.begin(), words.end(), c.body.begin().key()) != words.end())
    return watch(c.body);
  auto& outcome_now = desk_.world().run().outcome();
  const auto failed = outcome_now.failed;
  auto result = do_step(json{{"expect", c.body}});
  if (!result)
    return result;
  auto& answer = **result;
  auto failures = json::array();
  for (const auto& one : answer["events"])
    if (one["event"] == "expectation_failed")
      failures.push_back(
          {{"subject", one["subject"]}, {"expected", one["expected"]}, {"seen", one["seen"]}});
  answer["held"] = outcome_now.failed == failed;
  answer["failures"] = std::move(failures);
  answer.erase("events");
  answer.erase("lines");
  return result;
}

control::outcome control::watch(const json& property) {
  if (property.size() != 1 || !property.front().is_object())
    return refused(400,
                   "a property is a mapping of one key such as { \"always\": { \"tokens\": 3 } }");
  auto& world = desk_.world();
  const auto text = property.dump();
  auto made = desk_.scenario().property(text, world.plan(), world.journal(), world.now());
  if (!made)
    return refused(400, made.error());
  const auto broken = world.run().outcome().rules_broken;
  desk_.events().begin();
  world.watch(std::move(*made), text);
  const auto what = desk_.events().take(world.run().world().lives());
  auto failures = json::array();
  for (const auto& one : what.events)
    if (one["event"] == "rule_broken")
      failures.push_back(
          {{"subject", one["id"]}, {"expected", one["sentence"]}, {"seen", one["evidence"]}});
  auto result = clock_now();
  result["held"] = world.run().outcome().rules_broken == broken;
  result["failures"] = std::move(failures);
  return result;
}

control::outcome control::reset(const call&) {
  if (auto made = desk_.reset(); !made)
    return refused(500, made.error().front());
  return clock_now();
}

control::outcome control::report(const call& c) {
  const auto* asked = c.target.find("format");
  const auto format = asked == nullptr ? std::string{"text"} : *asked;
  std::ostringstream out;
  const auto& make = desk_.options().make_report;
  auto made = make ? make(format, out) : made_report{};
  if (!made.reader)
    return refused(400, fmt::format("there is no report format `{}`", format));
  desk_.world().repeat({made.reader.get()}, true);
  made.reader.reset();
  out << made.foot;
  answer_text(c,
              format == "json"   ? "application/json"
              : format == "html" ? "text/html; charset=utf-8"
                                 : "text/plain; charset=utf-8",
              out.str());
  return std::nullopt;
}

control::outcome control::scenario(const call& c) {
  answer_text(c, "application/yaml", desk_.world().scenario());
  return std::nullopt;
}

} // namespace lapse::serve
