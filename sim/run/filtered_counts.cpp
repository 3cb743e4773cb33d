#include "sim/run/filtered_counts.hpp"

#include "actors/lives/handle_family.hpp"
#include "actors/protocol/event_visitor.hpp"
#include "sim/run/world_check.hpp"

#include <algorithm>

namespace lapse::run {

namespace {

bool exists(const lives::life_record& life, plan::count_word what) {
  if (life.is_gone())
    return false;
  switch (what) {
    case plan::count_word::tokens:
    case plan::count_word::accessors:
      // A batch token is stored nowhere.
      return !life.is_lease() && !life.batch();
    case plan::count_word::leases:
      return life.has_lease_record();
    case plan::count_word::secret_leases:
      return life.is_lease();
    default:
      return false;
  }
}

} // namespace

bool is_counted(const lives::ledger& lives, const lives::life_record& life, plan::count_word what,
                const plan::count_filter& filter) {
  return exists(life, what) && (filter.mount.empty() || lives.mount(life) == filter.mount) &&
         (filter.role.empty() || life.role_name() == filter.role) &&
         (filter.of.empty() || lives::in_family(lives, life, filter.of));
}

/// What each event may change.
struct filtered_counts::counting
  : ignores<run_started, client_family, client_asked, client_changed, request_received,
            request_answered, token_renewed, token_used, token_orphaned, token_ended,
            cubbyhole_changed, lease_renewed, lease_ended, revocation_attempted, lease_irrevocable,
            credential_changed, seal_changed, fault_injected, expectation_failed,
            unexpected_refusal, expected_refusal, rule_broken, warning_raised, run_ended> {
  using ignores::operator();

  explicit counting(filtered_counts& into) : in(into) {}

  filtered_counts& in;

  void operator()(const token_created& e) const { in.settle(in.lives_->slot_of(e.facts->name.id)); }
  void operator()(const lease_created& e) const { in.settle(in.lives_->slot_of(e.lease.lease)); }
  void operator()(const token_gone& e) const { in.settle(in.lives_->slot_of(e.token)); }
  void operator()(const lease_gone& e) const { in.settle(in.lives_->slot_of(e.lease)); }
  void operator()(const lapse::handle_bound& e) const {
    if (e.token)
      in.settle_with_leases(in.lives_->slot_of(e.token));
  }
};

void filtered_counts::on_event(const event& e, const lives::ledger&) {
  if (!all_.empty())
    std::visit(counting{*this}, e.body);
}

void filtered_counts::settle(counted& in, slot where) {
  if (in.marks.size() <= where)
    in.marks.resize(lives_->size());
  const auto now = is_counted(*lives_, lives_->at(where), in.what, in.filter);
  if (now == in.marks[where])
    return;
  in.marks[where] = now;
  in.value += now ? 1 : -1;
}

void filtered_counts::settle(slot where) {
  if (where == lives::ledger::no_slot)
    return;
  for (auto& one : all_)
    settle(one, where);
}

void filtered_counts::settle_with_leases(slot where) {
  settle(where);
  if (where != lives::ledger::no_slot)
    lives_->for_each_lease(where, [this](slot lease) { settle(lease); });
}

filtered_counts::counted& filtered_counts::find(const plan::count_check& count) {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const counted& one) {
    return one.what == count.what && one.filter == count.filter;
  });
  if (found != all_.end())
    return *found;
  auto& made = all_.emplace_back(counted{count.what, count.filter, {}, 0});
  for (slot at = 0; at < lives_->size(); ++at)
    settle(made, at);
  return made;
}

std::int64_t filtered_counts::value_of(const plan::count_check& count) {
  return count.filter.empty() ? run::value_of(count.what, lives_->counts()) : find(count).value;
}

} // namespace lapse::run
