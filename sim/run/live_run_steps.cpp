// What a run does when the turn of a step has come.

#include "sim/run/live_run.hpp"

#include "sim/run/answer_check.hpp"
#include "sim/run/world_check.hpp"

#include <algorithm>
#include <utility>

namespace lapse::run {

void live_run::execute(const due_step& due) {
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

void live_run::ask(client who) {
  auto c = std::make_shared<client>(std::move(who));
  binder_.begin();
  issue(c);
  world_.drain();
  judge_or_wait(c);
}

void live_run::issue(const client_ptr& c) {
  c->number = ++outcome_.requests;
  c->issued = texts_.write(c->request->what, c->rounds);
  c->by = known(texts_.write(c->request->by, c->rounds));
  if (!c->issued) {
    c->reply = error_answer(405, "unsupported operation");
    return;
  }
  if (c->request->external)
    if (auto instead = faults_.instead(c->by, *c->issued, world_.lives(), world_.now())) {
      c->reply = std::move(instead->reply);
      c->decided.refused = std::move(instead->why);
      ++unreached_;
      return;
    }
  world_.issue(c->by, c->issued, [this, c](answer reply) {
    c->reply = std::move(reply);
    c->decided = refusals_.latest();
    if (!c->waits)
      return;
    judge(*c);
    flush();
    waiting_.erase(c->number);
  });
}

/// All work without delay is done: an answer that is not there yet needs time.
void live_run::judge_or_wait(const client_ptr& c) {
  c->waits = c->request != nullptr && !c->reply;
  if (c->waits)
    waiting_.emplace(c->number, c);
  else
    judge(*c);
}

void live_run::judge(const client& c) {
  if (c.request != nullptr)
    answered(c);
  if (c.expect != nullptr)
    check(*c.expect, c.rounds);
}

void live_run::answered(const client& c) {
  const auto& what = *c.request;
  const auto& reply = *c.reply;
  std::shared_ptr<const failed_request> known;
  // Only where somebody asks.
  const auto failure = [&] { return known ? known : known = failure_of(c); };
  for (const auto& binding : what.binds) {
    auto handle = binder_.bind(binding, c.rounds, c.by, c.issued, reply);
    if (handle.what == bound_handle::kind::failed)
      handle.other =
          std::make_shared<const bound_handle::lifeless>(bound_handle::lifeless{{}, failure()});
    bind(std::move(handle));
  }
  mismatches_.clear();
  if (!what.expect.empty()) {
    outcome_.expectations += what.expect.size();
    check_answer(reply, what.expect, texts_, c.rounds, plan_.server.start_unix_s, mismatches_);
    for (auto& m : mismatches_)
      explain(m, reply, *failure());
    report_mismatches();
  }
  const auto of_warnings = [](const plan::answer_check& one) {
    return one.field == plan::answer_field::warnings;
  };
  // A client from outside has read them itself.
  if (!what.external && std::none_of(what.expect.begin(), what.expect.end(), of_warnings))
    for (const auto& warning : reply.warnings)
      warn(c.what->where.line, warning);
  if (!reply.ok() && !what.refusal_expected)
    world_.emit(refusals_.unspoken(*failure(), world_.lives()));
  else if (!reply.ok() && mismatches_.empty())
    world_.emit(expected_refusal{
        [this, &failure] { return refusal_notes::told(*failure(), world_.lives()); }});
}

/// What its answer does not say of an expectation about it.
void live_run::explain(mismatch& of, const answer& reply, const failed_request& asked) const {
  of.why = answer_words(reply, asked, world_.lives());
  if (!reply.ok()) {
    of.cause = first_cause(asked, world_.lives());
    if (auto number = number_words(asked); !number.empty())
      of.seen += ' ' + number;
  } else if (of.subject == "status" || of.subject == "error") {
    if (auto granted = grant_words(asked, world_.lives()); !granted.empty())
      of.why = granted + (of.why.empty() ? "" : "; ") + of.why;
  }
}

std::shared_ptr<const failed_request> live_run::failure_of(const client& c) const {
  const auto& reply = *c.reply;
  auto result = std::make_shared<failed_request>();
  result->line = c.what->where.line;
  result->words = c.what->words.render(c.rounds);
  result->status = reply.status;
  if (!reply.errors.empty())
    result->error = reply.errors.front();
  result->decided = c.decided;
  result->by = c.by;
  result->sent = c.issued;
  if (const auto& by = c.request->by; by.who == plan::caller::kind::handle)
    if (const auto* handle = texts_.find(by.handle, c.rounds))
      result->cause = handle->other ? handle->other->failure : nullptr;
  if (result->cause)
    return result;
  if (const auto* handle = texts_.unmade(c.request->what, c.request->by, c.rounds)) {
    result->cause = handle->other ? handle->other->failure : nullptr;
    result->unmade = handle->name;
  }
  return result;
}

/// An answer that never came is not as expected. That it never came is for rule L27 to say.
void live_run::report_unanswered() {
  for (const auto& [number, c] : waiting_) {
    outcome_.expectations += c->request->expect.size();
    mismatches_.clear();
    for (const auto& expected : c->request->expect)
      mismatches_.push_back(
          {expected.where, expected.name, expected.words, "no answer by the end of the run"});
    report_mismatches();
  }
}

bool live_run::bind(bound_handle handle) {
  handle.bound_at = world_.now();
  const auto* bound = handles_.bind(std::move(handle));
  if (bound == nullptr)
    return false;
  if (bound->what != bound_handle::kind::failed)
    world_.emit(handle_bound{bound->name, bound->token, bound->lease});
  monitor_.handle_bound(*bound, world_.now());
  return true;
}

void live_run::inject(const plan::fault_step& what, const round_numbers& rounds) {
  issue(what, rounds);
  world_.drain();
}

void live_run::issue(const plan::fault_step& what, const round_numbers& rounds) {
  fault f;
  f.what = what.what;
  f.mount = what.mount.render(rounds);
  f.revoke_only = what.revoke_only;
  f.takes = ranges_.pick(what.takes, rounds);
  if (what.lease)
    if (const auto* handle = texts_.find(*what.lease, rounds))
      f.lease = handle->lease;
  f.lasts = what.lasts;
  f.status = what.status;
  f.over = what.over;
  if (hits_clients(f.what))
    faults_.start(f, world_.now());
  world_.issue(f);
}

// -- together --------------------------------------------------------------------

/// Answers are looked at in file order once all are there, but for those that need time:
/// independent clients know nothing of each other's.
void live_run::together(const plan::together_step& what, const round_numbers& rounds) {
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
  // The scenario's own clients whose time this is race with the steps.
  if (options_.interleave)
    world_.wake_due();
  world_.drain();
  for (auto& c : clients)
    judge_or_wait(c);
}

void live_run::gather(const std::vector<plan::step>& steps, round_numbers& rounds,
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

void live_run::check(const std::vector<plan::world_check>& expected, const round_numbers& rounds) {
  if (expected.empty())
    return;
  outcome_.expectations += expected.size();
  mismatches_.clear();
  constexpr std::uint64_t told_failures_max = 20;
  world_view view{world_.lives(), handles_,     texts_,
                  counts_,        world_.now(), outcome_.failed < told_failures_max};
  for (const auto& one : expected)
    check_world(view, one, rounds, mismatches_);
  report_mismatches();
}

void live_run::report_mismatches() {
  for (auto& m : mismatches_) {
    outcome_.failed += m.again ? 0 : 1;
    world_.emit(expectation_failed{plan_.source, m.where.line, m.where.column, std::move(m.subject),
                                   std::move(m.expected), std::move(m.seen), std::move(m.why),
                                   m.again, std::move(m.cause)});
  }
}

} // namespace lapse::run
