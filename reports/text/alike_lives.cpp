#include "reports/text/alike_lives.hpp"

#include "reports/text/likeness.hpp"

namespace lapse::text_report {

std::string alike_name(const lives::ledger& lives, const lives::life_record& life) {
  if (const auto& handle = lives.handle(life); !handle.empty())
    return likeness(handle);
  return life.is_lease() ? likeness(lives.name(life)) : std::string{to_string(life.what)};
}

std::string alike_key(const lives::ledger& lives, const lives::life_record& life,
                      const lives::ending& end, bool coarse) {
  std::string key{to_string(life.what)};
  key += end.at == never ? " lives " : " died ";
  key += to_string(end.cause);
  if (coarse)
    return key;
  key += '|' + alike_name(lives, life) + '|' + std::string{to_string(life.bound)};
  if (const auto* because = end.because ? lives.find(end.because) : nullptr)
    key += '|' + alike_name(lives, *because);
  if (end.by)
    key += "|by " + std::to_string(end.by.value);
  return life.given_up ? key + '!' : key;
}

} // namespace lapse::text_report
