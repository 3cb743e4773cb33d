#include "reports/cause/amounts.hpp"

namespace lapse::cause {

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string plural(std::uint64_t count, std::string_view noun) {
  auto text = grouped(count) + ' ' + std::string{noun};
  return count == 1 ? text : text + 's';
}

std::string rules_or_properties(std::uint64_t count) {
  return grouped(count) + (count == 1 ? " rule or property" : " rules or properties");
}

} // namespace lapse::cause
