#include "actors/lives/handle_family.hpp"

namespace lapse::lives {

namespace {

std::string_view without_parts(std::string_view handle) noexcept {
  return handle.substr(0, handle.find_first_of(".#"));
}

} // namespace

std::string_view handle_family(std::string_view handle) noexcept {
  const auto name = without_parts(handle);
  return name.substr(0, name.find_last_not_of("0123456789") + 1);
}

std::string_view owner_handle(const ledger& lives, const life_record& life) {
  const auto* token = life.is_lease() ? lives.get(life.above_slot) : &life;
  return token == nullptr ? std::string_view{} : lives.handle(*token);
}

bool in_family(const ledger& lives, const life_record& life, std::string_view family) {
  const auto handle = owner_handle(lives, life);
  return without_parts(handle) == family || handle_family(handle) == family;
}

} // namespace lapse::lives
