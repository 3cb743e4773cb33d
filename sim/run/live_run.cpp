#include "sim/run/live_run.hpp"

#include "actors/http/read_request.hpp"
#include "actors/lives/find_by_text.hpp"
#include "actors/ttl/duration.hpp"
#include "sim/run/setup_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace lapse::run {

namespace {

std::uint64_t seed_of(const plan::plan& what, const run_options& options) {
  return options.seed.value_or(what.seed);
}

server_config config_of(const plan::plan& what, const run_options& options) {
  auto result = what.server;
  result.seed = seed_of(what, options);
  return result;
}

rules::rule_settings rule_settings_of(const plan::plan& what) {
  return {what.server.max_lease_ttl, what.server.revocation_delay, what.server.revocation_jitter,
          what.server.lease_revocation_delay};
}

} // namespace

live_run::live_run(const plan::plan& what, const run_options& options)
  : plan_(what), options_(what, options), world_(config_of(what, options)),
    ranges_(options_.seed, options_.range_values), binder_(world_.lives()),
    texts_(handles_, world_.lives(), ranges_), counts_(world_.lives()),
    monitor_(what.properties, world_.lives(), handles_, counts_),
    rules_(rule_settings_of(what), world_.lives(), what.rules_off), steps_(what.steps, ranges_),
    clients_(what, seed_of(what, options_),
             {world_, faults_, texts_, handles_, monitor_, outcome_.requests, unreached_,
              [this](rule_broken broken) { tell(std::move(broken)); }, refusals_}) {
  world_.subscribe(refusals_);
  world_.subscribe(counts_);
  world_.subscribe(monitor_);
  world_.subscribe(rules_);
  for (auto* reader : options_.readers)
    world_.subscribe(*reader);
}

// -- phases --------------------------------------------------------------------------

void live_run::set_up() {
  world_.mute(true);
  auto root = credential{world_.root().id, {}};
  for (const auto& setup : plan_.setup) {
    const auto what = with_answers(
        setup, texts_, [&](const request_ptr& ask) { return world_.ask_now(root, ask).value(); });
    // Writing configuration needs no time.
    auto reply = world_.ask_now(root, what).value();
    if (!reply.ok())
      outcome_.setup_errors.push_back(
          {setup.where,
           fmt::format("{}: the server refuses it with {}: {}", setup.words, reply.status,
                       reply.errors.empty() ? "no reason" : reply.errors.front())});
    else
      rules_.learn(*what);
    for (const auto& said : reply.warnings)
      warnings_.push_back({setup.where, setup.words + ": the server warns: " + said});
  }
  world_.mute(false);
}

bool live_run::start() {
  set_up();
  if (!outcome_.setup_errors.empty())
    return false;
  if (options_.chooser != nullptr)
    world_.follow(*options_.chooser);
  world_.keep_decisions(options_.decisions);
  world_.emit(run_started{plan_.name, plan_.about, plan_.server.start_unix_s,
                          seed_of(plan_, options_), plan_.source});
  for (const auto& warning : warnings_)
    warn(warning.where.line, warning.text);
  world_.announce_root();
  bound_handle root;
  root.name = "root";
  root.what = bound_handle::kind::token;
  root.token = world_.root().id;
  bind(std::move(root));
  clients_.start();
  return true;
}

// -- time ----------------------------------------------------------------------------

std::string live_run::property_in_turn() const {
  const auto at = next_turn();
  return at == steps_.next_time().value_or(never) ? std::string{} : monitor_.words_at(at);
}

instant live_run::next_turn() const {
  return std::min(steps_.next_time().value_or(never),
                  monitor_.next_boundary(world_.now()).value_or(never));
}

void live_run::advance(instant to) {
  for (auto at = next_turn(); at <= to && at != never; at = next_turn()) {
    move_to(at);
    while (const auto* due = steps_.take(at))
      execute(*due);
  }
  if (to > world_.now())
    move_to(to);
}

std::optional<instant> live_run::play() {
  auto limit = options_.until ? options_.until : plan_.until;
  auto end = limit.value_or(never);
  instant last{0};
  for (;;) {
    auto at = next_turn();
    auto over = at > end || at == never;
    if (paused(over ? never : at))
      return std::nullopt;
    if (over)
      break;
    move_to(at);
    while (const auto* due = steps_.take(at)) {
      execute(*due);
      last = at;
      if (paused(at))
        return std::nullopt;
    }
  }
  return limit ? *limit
               : await_answers(std::max({last, monitor_.last_window_end(), clients_.settled()}));
}

/// Runs on until every request is answered, or the server does nothing more by itself; the instant
/// of the last answer, at least `last`. Clients may ask for ever, which answers nobody else.
instant live_run::await_answers(instant last) {
  while (!waiting_.empty() && world_.server_due()) {
    const auto due = *world_.next_deadline();
    move_to(due);
    world_.finish(due);
    last = std::max(last, world_.now());
  }
  return last;
}

/// Whether the run ends here.
bool live_run::paused(instant next) {
  return options_.pause != nullptr && !options_.pause->go_on(world_, handles_, next);
}

void live_run::move_to(instant at) {
  if (at > world_.now()) {
    monitor_.instant_settles(world_.now());
    flush();
    // A verdict is an event of the instant that it speaks of, so time goes from deadline to
    // deadline. No window ends between two steps or boundaries.
    auto left = false;
    for (auto due = world_.next_deadline(); due && *due < at; due = world_.next_deadline()) {
      if (!left && *due > world_.now()) {
        instant_over();
        left = true;
      }
      world_.finish(*due);
      flush();
    }
    if (!left)
      instant_over();
    world_.advance(at);
  }
  monitor_.instant_begins(at);
  flush();
}

/// Its deadlines are through, and nothing more of this instant is to come.
void live_run::instant_over() {
  monitor_.instant_ends(world_.now());
  flush();
}

void live_run::end(instant last) {
  if (last > world_.now())
    move_to(last);
  monitor_.instant_settles(last);
  flush();
  world_.finish(last);
  if (!options_.open_ended) {
    report_unanswered();
    monitor_.finish(last);
  }
  rules_.finish(last, options_.open_ended);
  flush();
  compare_decisions();
  if (options_.open_ended)
    list_not_reached();
  for (const auto& [line, text] : clients_.never_complete())
    warn(line, text);
  const auto asks = outcome_.expectations > 0 || !plan_.properties.empty();
  if (plan_.strict || options_.strict)
    for (auto& broken : refusals_.strict_verdicts(asks))
      tell(std::move(broken));
  for (const auto& broken : options_.earlier)
    tell(broken);
  world_.emit(run_ended{outcome_.requests, outcome_.expectations, outcome_.failed,
                        outcome_.rules_broken, plan_.properties.size(), refusals_.unspoken(),
                        unreached_});
}

/// A file made by another build, or edited, may not fit its decisions any more.
void live_run::compare_decisions() {
  if (!options_.replay)
    return;
  if (auto difference = engine::first_difference(*plan_.decisions, *options_.decisions);
      !difference.empty())
    warn(0,
         fmt::format("the decision log fits this scenario only in part and was followed as far as "
                     "possible: {}",
                     difference));
}

/// Each step once, by its next turn, and each property whose window is not over.
void live_run::list_not_reached() {
  constexpr std::size_t listed_max = 100;
  constexpr std::size_t turns_max = 100'000;
  std::vector<std::string> lines;
  const auto add = [&](int line, const std::string& what) {
    lines.push_back(fmt::format("{}:{}: not reached: {}", plan_.source, line, what));
  };
  std::unordered_set<const plan::step*> seen;
  std::size_t turns = 0;
  for (auto at = steps_.next_time(); at && turns < turns_max; at = steps_.next_time(), ++turns)
    if (const auto* due = steps_.take(*at); due != nullptr && seen.insert(due->what).second)
      add(due->what->where.line, fmt::format("{} at {}", due->what->words.render(due->rounds),
                                             ttl::format_duration(due->at)));
  for (const auto* property : monitor_.not_judged())
    add(property->where.line, property->words);
  if (lines.size() > listed_max) {
    const auto more = lines.size() - listed_max;
    lines.resize(listed_max);
    lines.push_back(fmt::format("{}: not reached: {} more", plan_.source, more));
  }
  for (auto& line : lines)
    world_.emit(warning_raised{std::move(line)});
}

/// Tells the verdicts of properties and built-in rules.
void live_run::flush() {
  for (auto& broken : monitor_.take_broken())
    tell(std::move(broken));
  if (!rules_.has_broken())
    return;
  auto name = [this](const rules::rule_subject& what) { return handle_of(what); };
  for (auto& broken : rules_.take_broken(name))
    tell(std::move(broken));
}

void live_run::tell(rule_broken broken) {
  ++outcome_.rules_broken;
  world_.emit(std::move(broken));
}

void live_run::warn(int line, const std::string& text) {
  refusals_.warned(line, text);
  world_.emit(warning_raised{line > 0 ? fmt::format("{}:{}: {}", plan_.source, line, text)
                                      : fmt::format("{}: {}", plan_.source, text)});
}

std::string live_run::handle_of(const rules::rule_subject& what) const {
  const auto& lives = world_.lives();
  return what.token ? lives.handle(what.token) : lives.handle(what.lease);
}

// -- from outside ----------------------------------------------------------------------

void live_run::ask(const credential& by, request_ptr what, answer_taker take) {
  ++outcome_.requests;
  const auto caller = known(by);
  if (auto instead = faults_.instead(caller, *what, world_.lives(), world_.now())) {
    ++unreached_;
    refused_outside(caller, what, instead->reply, {instead->why, nullptr, 0});
    return take(std::move(instead->reply));
  }
  binder_.begin();
  world_.ask(caller, what, [this, caller, what, take = std::move(take)](answer reply) {
    if (!reply.ok())
      refused_outside(caller, what, reply, refusals_.latest());
    take(std::move(reply));
  });
  flush();
}

credential live_run::known(credential by) const {
  if (!by.id && !by.text.empty())
    if (const auto* life = lives::find_token(world_.lives(), by.text))
      return {life->token(), {}};
  return by;
}

void live_run::refused_outside(const credential& by, request_ptr what, const answer& reply,
                               judgement decided) {
  failed_request failed;
  failed.words = fmt::format("request {} {}", http::method_of(what->op), what->path);
  failed.status = reply.status;
  if (!reply.errors.empty())
    failed.error = reply.errors.front();
  failed.decided = std::move(decided);
  failed.by = by;
  failed.sent = std::move(what);
  world_.emit(refusals_.unspoken(failed, world_.lives()));
}

void live_run::do_step(const plan::step& what) { execute({&what, nullptr, world_.now(), {}}); }

void live_run::watch(const plan::property& what) {
  monitor_.watch(what, world_.now());
  flush();
}

} // namespace lapse::run
