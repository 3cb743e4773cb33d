#include "reports/cause/described.hpp"

namespace lapse::cause {

std::string described(std::string_view id, std::string_view sentence) {
  if (sentence.starts_with(id))
    return std::string{sentence};
  return std::string{id} + ": " + std::string{sentence};
}

} // namespace lapse::cause
