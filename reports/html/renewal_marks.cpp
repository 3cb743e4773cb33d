#include "reports/html/renewal_marks.hpp"

#include <variant>

namespace lapse::html {

void renewal_marks::marks::add(instant at) {
  if (seen++ % stride != 0)
    return;
  kept.push_back(at);
  if (kept.size() < kept_max)
    return;
  // Every second one stays.
  for (std::size_t i = 0; i < kept.size(); i += 2)
    kept[i / 2] = kept[i];
  kept.resize((kept.size() + 1) / 2);
  stride *= 2;
}

void renewal_marks::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* token = std::get_if<token_renewed>(&e.body))
    lives_[lives.slot_of(token->token)].add(e.at);
  else if (const auto* lease = std::get_if<lease_renewed>(&e.body))
    lives_[lives.slot_of(lease->lease)].add(e.at);
}

const std::vector<instant>* renewal_marks::of(lives::ledger::slot life) const {
  auto found = lives_.find(life);
  return found == lives_.end() ? nullptr : &found->second.kept;
}

} // namespace lapse::html
