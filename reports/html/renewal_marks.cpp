#include "reports/html/renewal_marks.hpp"

#include <variant>

namespace lapse {

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

void renewal_marks::on_event(const event& e) {
  if (const auto* token = std::get_if<token_renewed>(&e.body))
    tokens_[token->token.value].add(e.at);
  else if (const auto* lease = std::get_if<lease_renewed>(&e.body))
    leases_[lease->lease.value].add(e.at);
}

const std::vector<instant>* renewal_marks::of(token_id id) const {
  auto found = tokens_.find(id.value);
  return found == tokens_.end() ? nullptr : &found->second.kept;
}

const std::vector<instant>* renewal_marks::of(lease_id id) const {
  auto found = leases_.find(id.value);
  return found == leases_.end() ? nullptr : &found->second.kept;
}

} // namespace lapse
