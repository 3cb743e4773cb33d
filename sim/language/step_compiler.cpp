#include "sim/language/step_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/client_fault_compiler.hpp"
#include "sim/language/expect_compiler.hpp"
#include "sim/language/path_check.hpp"
#include "sim/language/request_builder.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lapse::language {

namespace {

using meter = step_budget::meter;

// Whether the step's request may leave a token or a lease behind.
bool may_make_a_life(const document::document_node& step, const verb_spec& verb) {
  auto binds = [&](std::string_view key) { return step.find(key) != nullptr; };
  const auto& names = binding_keys();
  const auto& object = *step.find(verb.name);
  auto issues = object.is_scalar() && gives_out_credentials(object.text);
  return verb.makes_life || issues || std::any_of(names.begin(), names.end(), binds);
}

// Whether it may leave anything at all behind in the server.
bool may_write(const document::document_node& step, const verb_spec& verb) {
  return may_make_a_life(step, verb) || verb.creates != named_thing::nothing ||
         step.find("wrap_ttl") != nullptr;
}

std::int64_t bytes_of(const document::document_node& node) {
  auto result = static_cast<std::int64_t>(node.key.size() + node.text.size());
  for (const auto& child : node.children)
    result += bytes_of(child);
  return result;
}

// Times at which something happens every `every` from `start` up to and including `until`.
std::int64_t instants_until(instant start, duration every, instant until) {
  return until < start ? 0 : (until - start) / every + 1;
}

} // namespace

void step_compiler::charge_mounts(const document::document_node& scenario) {
  for (auto key : {"secrets", "auth"})
    for (const auto& mount : document::entries_of(scenario.find(key)))
      budget_.charge(meter::mounts, mount.key_at, 1);
}

std::vector<plan::step> step_compiler::compile(const document::document_node& steps) {
  std::vector<plan::step> result;
  compile_list(steps, result);
  return result;
}

void step_compiler::compile_list(const document::document_node& steps,
                                 std::vector<plan::step>& result) {
  result.reserve(steps.children.size());
  for (const auto& node : steps.items())
    if (node.is_map())
      result.push_back(compile_step(node));
}

plan::step step_compiler::compile_step(const document::document_node& node) {
  auto& context = *context_;
  plan::step result;
  result.where = node.at;
  const auto* verb = verb_of(node);
  ++context.moment.ordinal;
  result.when = compile_time(node);
  result.words = step_words(context, node, verb);
  const auto* object = verb == nullptr ? nullptr : node.find(verb->name);
  budget_.charge(meter::issues, node.at, 1);
  if (verb == nullptr || object->is_null()) {
    compile_expect(node, verb, result);
    return result;
  }
  if (verb->kind == verb_kind::request)
    result.action = request_builder{context, node, *verb}.build();
  else if (verb->kind == verb_kind::fault && hits_clients(verb->what))
    result.action = compile_client_fault(context, *object, *verb);
  else if (verb->kind == verb_kind::fault && object->is_scalar())
    result.action = compile_fault(node, *verb);
  else if (verb->kind == verb_kind::keep && object->is_scalar())
    result.action = compile_keep(node, *verb);
  else if (verb->kind == verb_kind::repeat && object->is_map())
    result.action = compile_repeat(node, *object);
  else if (verb->kind == verb_kind::together && object->is_sequence())
    result.action = compile_together(*object);
  if (verb->kind == verb_kind::request)
    charge_writes(node, *verb);
  compile_expect(node, verb, result);
  return result;
}

void step_compiler::charge_writes(const document::document_node& node, const verb_spec& verb) {
  if (!may_write(node, verb))
    return;
  budget_.charge(may_make_a_life(node, verb) ? meter::lives : meter::writes, node.at, 1);
  budget_.charge(meter::bytes, node.at, bytes_of(node));
  if (verb.creates == named_thing::mount)
    budget_.charge(meter::mounts, node.at, 1);
}

// Beside a request `expect` was compiled with it; a fault or a structure has no answer, so it
// speaks of the world once they are done.
void step_compiler::compile_expect(const document::document_node& node, const verb_spec* verb,
                                   plan::step& result) {
  const auto* expect = node.find("expect");
  if (expect == nullptr || (verb != nullptr && verb->answered()))
    return;
  if (std::holds_alternative<plan::repeat_step>(result.action) &&
      std::get<plan::repeat_step>(result.action).every)
    context_->faults.report(
        expect->key_at,
        "`expect` beside a repeat with `every`, which runs in parallel with the steps "
        "after it; put `expect` into a step of its own");
  ++context_->moment.ordinal;
  result.expect = compile_world(*context_, *expect);
  for (const auto& check : result.expect)
    if (const auto* state = std::get_if<plan::state_check>(&check);
        state != nullptr && state->of.glob)
      budget_.charge(meter::matches, state->where, budget_.used(meter::lives));
}

// -- time ------------------------------------------------------------------------------

void step_compiler::go_to(const document::document_node& at, instant time) {
  now_ = time;
  now_line_ = at.at.line;
}

plan::step_time step_compiler::compile_time(const document::document_node& node) {
  plan::step_time result;
  for (auto [key, kind] :
       {std::pair{"at", plan::step_time::kind::at}, {"after", plan::step_time::kind::after}}) {
    const auto* value = node.find(key);
    if (value == nullptr || !value->is_scalar())
      continue;
    if (in_together_) {
      context_->faults.report(value->key_at, "a time inside of `together`, whose steps are "
                                             "issued at once; put it on the `together` step");
      continue;
    }
    if (kind == plan::step_time::kind::at && repeat_depth_ > 0) {
      context_->faults.report(value->key_at, "`at` inside of a repeat would go back in its "
                                             "second round; use `after`, or `every`");
      continue;
    }
    if (has_counter(value->text, context_->counters)) {
      context_->faults.report(value->at,
                              fmt::format("a counter cannot stand in `{}`; write a time", key));
      continue;
    }
    auto time = context_->duration_range(*value);
    if (!time || time->low < duration::zero())
      continue;
    result = {kind, *time};
    if (kind == plan::step_time::kind::after)
      run_on(value->at, time->low, 1);
    else if (time->low >= now_)
      go_to(*value, time->low);
    else
      context_->faults.report(value->at,
                              fmt::format("time goes back: `at` is {}, but it is {} since "
                                          "line {}; order the steps by time",
                                          document::in_quotes(value->text),
                                          ttl::format_duration(now_), now_line_));
  }
  return result;
}

// A step at or after `never` would not be issued, and what it expects would be true of nothing.
void step_compiler::run_on(document::file_position at, duration by, std::int64_t times) {
  auto before = now_;
  now_ = later(now_, duration{saturated_product(by.count(), times)});
  now_line_ = at.line;
  if (now_ == never && before != never)
    context_->faults.report(at,
                            "the time since the start grows beyond 292 years here, which no clock "
                            "of a server counts; make it shorter");
}

void step_compiler::check_end(const document::document_node* until, instant end) {
  if (until == nullptr || end < instant{0} || now_ <= end)
    return;
  context_->faults.report(until->at, fmt::format("`until` is {}, but line {} is at {} and would "
                                                 "never run; write a later time, or leave `until` "
                                                 "out",
                                                 document::in_quotes(until->text), now_line_,
                                                 ttl::format_duration(now_)));
}

// -- faults ------------------------------------------------------------------------------

plan::fault_step step_compiler::compile_fault(const document::document_node& node,
                                              const verb_spec& verb) {
  plan::fault_step result;
  const auto& object = *node.find(verb.name);
  result.what = verb.what;
  if (verb.shape == document::value_shape::handle) {
    result.lease = context_->use(object);
    return result;
  }
  check_backend(*context_, object);
  result.mount = context_->counted(std::string{trimmed_mount(object.text)} + "/");
  result.revoke_only = node.find("only") != nullptr;
  if (const auto* takes = node.find("takes"); takes != nullptr && takes->is_scalar())
    result.takes = context_->duration_range(*takes).value_or(plan::ranged<duration>{});
  return result;
}

// -- structures --------------------------------------------------------------------------

plan::keep_step step_compiler::compile_keep(const document::document_node& node,
                                            const verb_spec& verb) {
  plan::keep_step result;
  if (in_together_)
    context_->faults.report(node.find(verb.name)->key_at,
                            "`keep` inside of `together`, whose steps are issued at once and then "
                            "are over; put it before or after the `together`");
  result.handle = context_->use(*node.find(verb.name));
  if (const auto* every = node.find("every"); every != nullptr && every->is_scalar())
    result.every = context_->duration_range(*every).value_or(plan::ranged<duration>{});
  const auto* until = node.find("until");
  result.until = context_->fixed_duration("until", until).value_or(duration::zero());
  if (node.find("every") != nullptr && result.every.low <= duration::zero()) {
    if (document::to_duration(node.find("every")->text) == duration::zero())
      context_->faults.report(node.find("every")->at,
                              "`every` is 0s, so this would never end; write "
                              "a longer time");
  } else if (until != nullptr && until->is_scalar()) {
    if (result.until < now_ && document::to_duration(until->text))
      context_->faults.report(until->at, fmt::format("time goes back: `until` is {}, but it is {} "
                                                     "already",
                                                     document::in_quotes(until->text),
                                                     ttl::format_duration(now_)));
    if (node.find("every") != nullptr)
      budget_.charge(meter::issues, node.at, instants_until(now_, result.every.low, result.until));
  }
  result.renewal = request_builder{*context_, node, verb}.build();
  return result;
}

plan::repeat_step step_compiler::compile_repeat(const document::document_node& node,
                                                const document::document_node& repeat) {
  plan::repeat_step result;
  const auto* times = repeat.find("times");
  const auto* every = repeat.find("every");
  const auto* steps = repeat.find("steps");
  if (times != nullptr && times->is_scalar())
    result.times = context_->number_range(*times);
  if (every != nullptr && every->is_scalar())
    result.every = context_->duration_range(*every);
  result.until = context_->fixed_duration("until", repeat.find("until"));
  auto counter = counter_of(repeat);
  if (counter.find_first_of("{}. ") != std::string::npos || counter.size() > 64)
    context_->faults.report(repeat.find("counter")->at,
                            "a counter's name is one word, such as `k`");

  for (auto key : {"until", "every"})
    if (const auto* value = repeat.find(key); value != nullptr && in_together_)
      context_->faults.report(
          value->key_at, fmt::format("a repeat with `{}` inside of `together`, whose steps are "
                                     "issued at once; give it `times`",
                                     key));

  auto start = now_;
  auto rounds = result.times ? std::optional{result.times->high} : std::nullopt;
  if (result.until && result.every && result.every->low > duration::zero())
    rounds = instants_until(start, result.every->low, *result.until);
  const auto before = budget_;
  auto outer = budget_.enter(rounds.value_or(1));
  context_->counters.push_back(counter);
  context_->moment.rounds.push_back(result.times ? rounds : std::nullopt);
  ++repeat_depth_;
  if (steps != nullptr && steps->is_sequence())
    compile_list(*steps, result.steps);
  --repeat_depth_;
  context_->moment.rounds.pop_back();
  context_->counters.pop_back();
  budget_.leave(outer);

  auto body = now_ - start;
  auto made = rounds_of(repeat, result, start, body);
  if (!rounds && made && *made > 1) // counted once above
    budget_.charge_again(before, node.at, *made - 1);
  now_ = start;
  auto line = now_line_;
  if (result.every && result.times && made.value_or(0) > 1)
    run_on(node.at, result.every->low, *made - 1);
  if (!result.every) {
    run_on(node.at, body, made.value_or(1));
    return result;
  }
  now_ = start; // its rounds run beside the steps after it
  now_line_ = line;
  return result;
}

std::optional<std::int64_t> step_compiler::rounds_of(const document::document_node& repeat,
                                                     const plan::repeat_step& made, instant start,
                                                     duration body) {
  if (made.times)
    return made.times->low;
  if (!made.until)
    return std::nullopt;
  const auto& until = *repeat.find("until");
  if (*made.until < start)
    context_->faults.report(until.at, fmt::format("time goes back: `until` is {}, but it is {} "
                                                  "already",
                                                  document::in_quotes(until.text),
                                                  ttl::format_duration(start)));
  auto length = made.every ? made.every->low : body;
  if (length <= duration::zero()) {
    context_->faults.report(until.at, "a repeat `until` whose rounds take no time would never end; "
                                      "give it `every`, or a step `after`");
    return std::nullopt;
  }
  if (*made.until < start)
    return 0;
  return made.every ? instants_until(start, length, *made.until) : (*made.until - start) / length;
}

plan::together_step step_compiler::compile_together(const document::document_node& list) {
  plan::together_step result;
  auto number = together_count_++;
  auto outer = in_together_;
  const auto before = budget_;
  in_together_ = true;
  int member = 0;
  for (const auto& node : list.items()) {
    if (!node.is_map())
      continue;
    context_->moment.clients.emplace_back(number, member++);
    result.steps.push_back(compile_step(node));
    context_->moment.clients.pop_back();
  }
  in_together_ = outer;
  budget_.charge_clients(before, list.at);
  return result;
}

} // namespace lapse::language
