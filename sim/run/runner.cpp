#include "sim/run/runner.hpp"

#include "sim/engine/simulation.hpp"
#include "sim/rules/rule_monitor.hpp"
#include "sim/run/answer_check.hpp"
#include "sim/run/binder.hpp"
#include "sim/run/completed_options.hpp"
#include "sim/run/property_monitor.hpp"
#include "sim/run/refusal_notes.hpp"
#include "sim/run/schedule.hpp"
#include "sim/run/setup_answers.hpp"
#include "sim/run/world_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace lapse::run {

namespace {

/// One run of one plan.
class runner {
public:
  runner(const plan::plan& what, const run_options& options)
    : plan_(what), options_(what, options), world_(config_of(what, options)),
      ranges_(options_.seed), binder_(world_.lives()), texts_(handles_, ranges_),
      monitor_(what.properties, world_.lives(), handles_),
      rules_(rule_settings_of(what), world_.lives(), what.rules_off), steps_(what.steps, ranges_) {
    world_.subscribe(refusals_);
    world_.subscribe(monitor_);
    world_.subscribe(rules_);
    for (auto* reader : options_.readers)
      world_.subscribe(*reader);
  }

  run_outcome run() {
    set_up();
    if (!outcome_.setup_errors.empty())
      return std::move(outcome_);
    if (options_.chooser != nullptr)
      world_.follow(*options_.chooser);
    world_.keep_decisions(options_.decisions);
    start();
    auto last = timeline();
    if (!stopped_)
      end(last);
    outcome_.decisions_hash = world_.decisions_hash();
    outcome_.overflowed = world_.overflowed();
    return std::move(outcome_);
  }

private:
  // -- phases --------------------------------------------------------------------

  void set_up() {
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

  void start() {
    world_.emit(run_started{plan_.name, plan_.about, plan_.server.start_unix_s,
                            options_.seed.value_or(plan_.seed), plan_.source});
    for (const auto& warning : warnings_)
      world_.emit(
          warning_raised{fmt::format("{}:{}: {}", plan_.source, warning.where.line, warning.text)});
    world_.announce_root();
    bound_handle root;
    root.name = "root";
    root.what = bound_handle::kind::token;
    root.token = world_.root().id;
    root.custom = world_.root().custom;
    if (const auto* life = world_.lives().find(root.token))
      root.text = life->path;
    bind(std::move(root));
  }

  /// Runs all steps; the instant of the last one, or of what is awaited after it.
  instant timeline() {
    auto limit = options_.until ? options_.until : plan_.until;
    auto end = limit.value_or(never);
    instant last{0};
    for (;;) {
      // `never` stands for nothing to come.
      auto at = std::min(steps_.next_time().value_or(never),
                         monitor_.next_boundary(world_.now()).value_or(never));
      auto over = at > end || at == never;
      if (paused(over ? never : at))
        return world_.now();
      if (over)
        break;
      move_to(at);
      while (const auto* due = steps_.take(at)) {
        execute(*due);
        last = at;
        if (paused(at))
          return at;
      }
    }
    return limit ? *limit : await_answers(std::max(last, monitor_.last_window_end()));
  }

  /// Runs on until every request is answered, or nothing is due any more; the instant of the last
  /// answer, at least `last`.
  instant await_answers(instant last) {
    while (!waiting_.empty()) {
      auto due = world_.next_deadline();
      if (!due)
        break;
      move_to(*due);
      world_.finish(*due);
      last = std::max(last, world_.now());
    }
    return last;
  }

  /// Whether the run ends here.
  bool paused(instant next) {
    stopped_ = options_.pause != nullptr && !options_.pause->go_on(world_, handles_, next);
    return stopped_;
  }

  void move_to(instant at) {
    if (at > world_.now()) {
      monitor_.instant_settles(world_.now());
      world_.advance(at);
    }
    monitor_.instant_begins(at);
    flush();
  }

  void end(instant last) {
    if (last > world_.now())
      move_to(last);
    monitor_.instant_settles(last);
    flush();
    world_.finish(last);
    report_unanswered();
    monitor_.finish(last);
    rules_.finish(last);
    flush();
    compare_decisions();
    const auto asks = outcome_.expectations > 0 || !plan_.properties.empty();
    if (plan_.strict || options_.strict)
      for (auto& broken : refusals_.strict_verdicts(asks, world_.lives()))
        tell(std::move(broken));
    world_.emit(run_ended{outcome_.requests, outcome_.expectations, outcome_.failed,
                          outcome_.rules_broken, plan_.properties.size(), refusals_.unspoken()});
  }

  /// A file made by another build, or edited, may not fit its decisions any more.
  void compare_decisions() {
    if (!options_.replay)
      return;
    if (auto difference = engine::first_difference(*plan_.decisions, *options_.decisions);
        !difference.empty())
      world_.emit(warning_raised{fmt::format("{}: the decision log fits this scenario only in part "
                                             "and was followed as far as possible: {}",
                                             plan_.source, difference)});
  }

  /// Tells the verdicts of properties and built-in rules.
  void flush() {
    for (auto& broken : monitor_.take_broken())
      tell(std::move(broken));
    if (!rules_.has_broken())
      return;
    auto name = [this](const rules::rule_subject& what) { return handle_of(what); };
    for (auto& broken : rules_.take_broken(name))
      tell(std::move(broken));
  }

  void tell(rule_broken broken) {
    ++outcome_.rules_broken;
    world_.emit(std::move(broken));
  }

  [[nodiscard]] std::string handle_of(const rules::rule_subject& what) const {
    return what.token ? world_.lives().handle(what.token) : world_.lives().handle(what.lease);
  }

  // -- steps ---------------------------------------------------------------------

  void execute(const due_step& due) {
    if (due.renewal != nullptr) {
      ask({due.what, due.renewal, nullptr, due.rounds});
    } else if (const auto* action = std::get_if<plan::request_step>(&due.what->action)) {
      ask({due.what, action, &due.what->expect, due.rounds});
    } else {
      if (const auto* fault = std::get_if<plan::fault_step>(&due.what->action))
        inject(*fault, due.rounds);
      else if (const auto* clients = std::get_if<plan::together_step>(&due.what->action))
        together(*clients, due.rounds);
      check(due.what->expect, due.rounds);
    }
    flush();
  }

  /// Who sends the request of a step, and what is looked at once the answer is there.
  struct client {
    const plan::step* what = nullptr;
    /// Null in a `together`, for steps without a request.
    const plan::request_step* request = nullptr;
    /// Of the world; null: nothing.
    const std::vector<plan::world_check>* expect = nullptr;
    round_numbers rounds;
    credential by = {};
    request_ptr issued = {};
    std::optional<answer> reply = {};
    /// Why it was let in no further; null if it was, or is not answered.
    refusal_ptr refused = {};
    /// Place among all requests of the run, from 1.
    std::uint64_t number = 0;
    /// The answer needs time, and later steps have gone on.
    bool waits = false;
  };
  using client_ptr = std::shared_ptr<client>;

  void ask(client who) {
    auto c = std::make_shared<client>(std::move(who));
    binder_.begin();
    issue(c);
    world_.drain();
    judge_or_wait(c);
  }

  void issue(const client_ptr& c) {
    c->number = ++outcome_.requests;
    c->issued = texts_.write(c->request->what, c->rounds);
    c->by = texts_.write(c->request->by, c->rounds);
    if (!c->issued) {
      c->reply = error_answer(405, "unsupported operation");
      return;
    }
    world_.issue(c->by, c->issued, [this, c](answer reply) {
      c->reply = std::move(reply);
      c->refused = refusals_.latest();
      if (!c->waits)
        return;
      judge(*c);
      flush();
      waiting_.erase(c->number);
    });
  }

  /// All work without delay is done: an answer that is not there yet needs time.
  void judge_or_wait(const client_ptr& c) {
    c->waits = c->request != nullptr && !c->reply;
    if (c->waits)
      waiting_.emplace(c->number, c);
    else
      judge(*c);
  }

  void judge(const client& c) {
    if (c.request != nullptr)
      answered(c);
    if (c.expect != nullptr)
      check(*c.expect, c.rounds);
  }

  void answered(const client& c) {
    const auto& what = *c.request;
    const auto& reply = *c.reply;
    std::shared_ptr<const failed_request> failure;
    for (const auto& binding : what.binds) {
      auto handle = binder_.bind(binding, c.rounds, c.by, c.issued, reply);
      if (handle.what == bound_handle::kind::failed)
        handle.failure = failure ? failure : failure = failure_of(c);
      bind(std::move(handle));
    }
    if (!what.expect.empty()) {
      outcome_.expectations += what.expect.size();
      mismatches_.clear();
      check_answer(reply, what.expect, texts_, c.rounds, plan_.server.start_unix_s, mismatches_);
      if (!mismatches_.empty())
        for (auto why = answer_words(reply, *failure_of(c), world_.lives()); auto& m : mismatches_)
          m.why = why;
      report_mismatches();
    }
    if (!reply.ok() && !what.refusal_expected)
      world_.emit(refusals_.unspoken(failure ? *failure : *failure_of(c), world_.lives()));
  }

  /// What is known of a request that gave nothing.
  [[nodiscard]] std::shared_ptr<const failed_request> failure_of(const client& c) const {
    const auto& reply = *c.reply;
    auto result = std::make_shared<failed_request>();
    result->line = c.what->where.line;
    result->words = c.what->words.render(c.rounds);
    result->status = reply.status;
    if (!reply.errors.empty())
      result->error = reply.errors.front();
    result->refused = c.refused;
    result->by = c.by;
    if (const auto& by = c.request->by; by.who == plan::caller::kind::handle)
      if (const auto* handle = texts_.find(by.handle, c.rounds))
        result->cause = handle->failure;
    return result;
  }

  /// An answer that never came is not as expected. That it never came is for rule L27 to say.
  void report_unanswered() {
    for (const auto& [number, c] : waiting_) {
      outcome_.expectations += c->request->expect.size();
      mismatches_.clear();
      for (const auto& expected : c->request->expect)
        mismatches_.push_back(
            {expected.where, expected.name, expected.words, "no answer by the end of the run"});
      report_mismatches();
    }
  }

  void bind(bound_handle handle) {
    handle.bound_at = world_.now();
    const auto* bound = handles_.bind(std::move(handle));
    if (bound == nullptr)
      return;
    if (bound->what != bound_handle::kind::failed)
      world_.emit(handle_bound{bound->name, bound->token, bound->lease});
    monitor_.handle_bound(*bound, world_.now());
  }

  void inject(const plan::fault_step& what, const round_numbers& rounds) {
    issue(what, rounds);
    world_.drain();
  }

  void issue(const plan::fault_step& what, const round_numbers& rounds) {
    fault f;
    f.what = what.what;
    f.mount = what.mount.render(rounds);
    f.revoke_only = what.revoke_only;
    f.takes = ranges_.pick(what.takes, rounds);
    if (what.lease)
      if (const auto* handle = texts_.find(*what.lease, rounds))
        f.lease = handle->lease;
    world_.issue(f);
  }

  // -- together --------------------------------------------------------------------

  /// Answers are looked at in file order once all are there, but for those that need time:
  /// independent clients know nothing of each other's.
  void together(const plan::together_step& what, const round_numbers& rounds) {
    std::vector<client_ptr> clients;
    auto order = rounds;
    gather(what.steps, order, clients);
    binder_.begin();
    for (auto& c : clients) {
      if (const auto* fault = std::get_if<plan::fault_step>(&c->what->action))
        issue(*fault, c->rounds);
      else if (c->request != nullptr)
        issue(c);
      if (!options_.interleave)
        world_.drain();
    }
    world_.drain();
    for (auto& c : clients)
      judge_or_wait(c);
  }

  void gather(const std::vector<plan::step>& steps, round_numbers& rounds,
              std::vector<client_ptr>& out) {
    for (const auto& inner : steps) {
      if (const auto* repeat = std::get_if<plan::repeat_step>(&inner.action)) {
        auto times = repeat->times ? ranges_.pick(*repeat->times, rounds) : 1;
        for (std::int64_t round = 1; round <= times; ++round) {
          rounds.push_back(round);
          gather(repeat->steps, rounds, out);
          rounds.pop_back();
        }
      } else if (const auto* nested = std::get_if<plan::together_step>(&inner.action)) {
        gather(nested->steps, rounds, out);
      } else {
        out.push_back(std::make_shared<client>(
            client{&inner, std::get_if<plan::request_step>(&inner.action), &inner.expect, rounds}));
      }
    }
  }

  // -- verdicts ----------------------------------------------------------------------

  void check(const std::vector<plan::world_check>& expected, const round_numbers& rounds) {
    if (expected.empty())
      return;
    outcome_.expectations += expected.size();
    mismatches_.clear();
    constexpr std::uint64_t told_failures_max = 20;
    world_view view{world_.lives(), handles_, texts_, world_.now(),
                    outcome_.failed < told_failures_max};
    for (const auto& one : expected)
      check_world(view, one, rounds, mismatches_);
    report_mismatches();
  }

  void report_mismatches() {
    for (auto& m : mismatches_) {
      outcome_.failed += m.again ? 0 : 1;
      world_.emit(expectation_failed{plan_.source, m.where.line, m.where.column,
                                     std::move(m.subject), std::move(m.expected), std::move(m.seen),
                                     std::move(m.why), m.again});
    }
  }

  const plan::plan& plan_;
  const completed_options options_;
  engine::simulation world_;
  handle_table handles_;
  plan::range_draw ranges_;
  binder binder_;
  request_writer texts_;
  refusal_notes refusals_;
  property_monitor monitor_;
  rules::rule_monitor rules_;
  schedule steps_;
  /// Requests whose answers need time, by number.
  std::map<std::uint64_t, client_ptr> waiting_;
  std::vector<mismatch> mismatches_;
  std::vector<plan::plan_warning> warnings_ = plan_.warnings; ///< and those of the set-up
  run_outcome outcome_;
  bool stopped_ = false;
};

} // namespace

run_outcome run_plan(const plan::plan& what, const run_options& options) {
  return runner(what, options).run();
}

} // namespace lapse::run
