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

const life_record* find_token(const ledger& among, std::string_view text) {
  if (const auto* chosen = among.get(among.slot_of_chosen(text)))
    return chosen;
  const auto made = parse_token(text);
  return made ? among.find(*made) : nullptr;
}

const life_record* find_token(const ledger& among, const credential& by) {
  if (by.id)
    return among.find(by.id);
  return by.text.empty() ? nullptr : find_token(among, by.text);
}

} // namespace lapse::lives
