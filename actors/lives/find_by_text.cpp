#include "actors/lives/find_by_text.hpp"

namespace lapse::lives {

std::string_view to_string(identifier what) noexcept {
  return what == identifier::token ? "token" : what == identifier::accessor ? "accessor" : "lease";
}

identified find_identifier(const ledger& among, std::string_view text) {
  if (const auto token = parse_token(text))
    return {among.find(*token), identifier::token};
  if (const auto accessor = parse_accessor(text))
    return {among.find(*accessor), identifier::accessor};
  if (const auto lease = parse_lease(text))
    return {lease->lease ? among.find(lease->lease) : among.find(lease->token), identifier::lease};
  return {};
}

const life_record* find_chosen(const ledger& among, std::string_view id) {
  for (const auto& life : among.all())
    if (life.custom() && *life.custom() == id)
      return &life;
  return nullptr;
}

} // namespace lapse::lives
