#include "reports/tree/estate_view.hpp"

#include "actors/ttl/duration.hpp"

#include <variant>

namespace lapse::tree {

void estate_view::before_event(const event& e, const lives::ledger& lives) {
  if (at_ && e.at > *at_ && !then_)
    then_ = lives.as_of(*at_);
}

void estate_view::on_event(const event& e) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    name_ = run->name;
  // A name may come later than what it names.
  if (then_ && std::holds_alternative<handle_bound>(e.body))
    then_->enter({*at_, e.body});
}

std::string estate_view::title(const lives::ledger& lives) const {
  auto at = ttl::readable_duration(shown(lives).now());
  return then_ ? "tree at " + at : "tree at the end, " + at;
}

} // namespace lapse::tree
