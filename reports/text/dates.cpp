#include "reports/text/dates.hpp"

#include "actors/protocol/answer.hpp"
#include "actors/ttl/duration.hpp"

namespace lapse::text_report {

std::string date_text(instant at, std::int64_t start_unix_s) {
  auto text = rfc3339(at, start_unix_s);
  return text.substr(0, text.find('T'));
}

std::string time_text(instant at, std::int64_t start_unix_s) {
  auto text = ttl::readable_duration(at);
  if (at < one_day || at == never)
    return text;
  auto date = rfc3339(std::chrono::floor<std::chrono::seconds>(at), start_unix_s);
  const auto time = date.find('T');
  return text + " (" + date.substr(0, time) + ' ' + date.substr(time + 1, 8) + ')';
}

std::string at_text(instant at, std::int64_t start_unix_s) {
  return "at " + time_text(at, start_unix_s);
}

} // namespace lapse::text_report
