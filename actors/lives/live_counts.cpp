#include "actors/lives/live_counts.hpp"

#include "actors/protocol/event_visitor.hpp"

namespace lapse::lives {

struct live_counts::counting
  : ignores<run_started, client_family, client_asked, client_changed, handle_bound,
            request_received, request_answered, token_used, token_orphaned, token_gone,
            cubbyhole_changed, revocation_attempted, lease_gone, lease_irrevocable,
            credential_changed, seal_changed, fault_injected, expectation_failed,
            unexpected_refusal, expected_refusal, rule_broken, warning_raised, run_ended> {
  using ignores::operator();

  explicit counting(live_counts& into) : in(into) {}

  live_counts& in;

  void operator()(const token_created& e) const { in.begin(in.lives_->slot_of(e.facts->name.id)); }
  void operator()(const lease_created& e) const { in.begin(in.lives_->slot_of(e.lease.lease)); }

  void operator()(const token_renewed& e) const {
    if (auto t = in.lives_->slot_of(e.token); t != ledger::no_slot && in.marks_[t].alive)
      in.queue(t);
  }

  // A batch-owned lease may come back.
  void operator()(const lease_renewed& e) const { in.begin(in.lives_->slot_of(e.lease)); }

  void operator()(const token_ended& e) const { in.end(in.lives_->slot_of(e.token)); }
  void operator()(const lease_ended& e) const { in.end(in.lives_->slot_of(e.lease)); }
};

void live_counts::before_event(const event& e, const ledger& lives) {
  lives_ = &lives;
  if (e.at <= now_)
    return;
  pass(e.at);
  move_to(e.at);
}

void live_counts::on_event(const event& e, const ledger& lives) {
  marks_.resize(lives.size());
  counts_.totals = lives.totals();
  counts_.leases = lives.counts().leases;
  counts_.secret_leases = lives.counts().secret_leases;
  std::visit(counting{*this}, e.body);
  if (std::holds_alternative<run_ended>(e.body))
    flush();
}

void live_counts::begin(slot where) {
  if (where == ledger::no_slot || lives_->at(where).reported.at != never)
    return;
  if (!marks_[where].alive) {
    marks_[where].alive = true;
    ++(lives_->at(where).is_lease() ? counts_.leases_live : counts_.tokens_live);
  }
  queue(where);
}

void live_counts::queue(slot where) {
  auto expire = lives_->at(where).expire;
  if (expire >= marks_[where].queued)
    return;
  marks_[where].queued = expire;
  deadlines_.push({expire, where});
}

void live_counts::end(slot where) {
  if (where == ledger::no_slot || !marks_[where].alive)
    return;
  marks_[where].alive = false;
  const auto& life = lives_->at(where);
  --(life.is_lease() ? counts_.leases_live : counts_.tokens_live);
  // What ends with it without an event of its own.
  if (life.batch_parent)
    lives_->for_each_child(where, [this](slot child) {
      if (lives_->at(child).batch())
        end(child);
    });
}

void live_counts::pass(instant last) {
  while (!deadlines_.empty() && deadlines_.top().first < last) {
    auto [at, where] = deadlines_.top();
    deadlines_.pop();
    auto& mark = marks_[where];
    if (!mark.alive || mark.queued != at)
      continue;
    mark.queued = never;
    if (lives_->at(where).expire > at) {
      queue(where);
      continue;
    }
    move_to(at);
    end(where);
  }
}

void live_counts::move_to(instant to) {
  if (to <= now_)
    return;
  flush();
  now_ = to;
}

void live_counts::flush() {
  if (begun_ && counts_ == written_)
    return;
  begun_ = true;
  written_ = counts_;
  to_(now_, counts_);
}

} // namespace lapse::lives
