#include "reports/text/place.hpp"

namespace lapse::text_report {

std::string place_text(std::string_view file, int line, int column) {
  std::string text{file};
  if (line > 0)
    text += ':' + std::to_string(line);
  if (line > 0 && column > 0)
    text += ':' + std::to_string(column);
  return text;
}

} // namespace lapse::text_report
