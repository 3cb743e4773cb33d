#include "reports/text/fates.hpp"

#include "reports/text/likeness.hpp"

namespace lapse {

std::string fates_text(const fates& all) {
  auto line = grouped(all.alive()) + " alive, " + grouped(all.expired) + " expired, " +
              grouped(all.revoked) + " revoked";
  return all.irrevocable > 0 ? line + ", " + grouped(all.irrevocable) + " irrevocable" : line;
}

} // namespace lapse
