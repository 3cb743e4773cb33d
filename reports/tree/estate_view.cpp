#include "reports/tree/estate_view.hpp"

#include "actors/ttl/duration.hpp"

#include <variant>

namespace lapse {

void estate_view::on_event(const event& e) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    name_ = run->name;
  if (at_ && e.at > *at_ && !over_) {
    over_ = true;
    book_.advance(*at_);
  }
  if (!over_)
    book_.on_event(e);
  else if (std::holds_alternative<handle_bound>(e.body))
    // A name may come later than what it names.
    book_.on_event({*at_, e.body});
}

std::string estate_view::title() const {
  auto at = format_duration(book_.now());
  return over_ ? "tree at " + at : "tree at the end, " + at;
}

} // namespace lapse
