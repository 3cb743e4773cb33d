#include "reports/text/alike_lives.hpp"

#include "reports/text/likeness.hpp"

namespace lapse {

std::string alike_name(const chronicle& book, const life_record& life) {
  if (!life.handle.empty())
    return likeness(life.handle);
  return life.is_lease() ? likeness(book.name(life)) : std::string{to_string(life.what)};
}

std::string alike_key(const chronicle& book, const life_record& life, const ending& end,
                      bool coarse) {
  std::string key{to_string(life.what)};
  key += end.at == never ? " lives " : " died ";
  key += to_string(end.cause);
  if (coarse)
    return key;
  key += '|' + alike_name(book, life) + '|' + std::string{to_string(life.bound)};
  if (const auto* because = end.because ? book.find(end.because) : nullptr)
    key += '|' + alike_name(book, *because);
  if (end.by)
    key += "|by " + std::to_string(end.by.value);
  return life.irrevocable ? key + '!' : key;
}

} // namespace lapse
