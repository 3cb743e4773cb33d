#include "reports/text/fates.hpp"

#include "reports/text/likeness.hpp"

namespace lapse::text_report {

std::string fates_text(const lives::fates& all) {
  auto line = grouped(all.alive()) + " alive, " + grouped(all.expired) + " expired, " +
              grouped(all.revoked) + " revoked";
  return all.irrevocable > 0 ? line + ", " + grouped(all.irrevocable) + " irrevocable" : line;
}

} // namespace lapse::text_report
