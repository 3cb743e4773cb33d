#include "reports/text/fates.hpp"

#include "reports/text/likeness.hpp"

namespace lapse {

void fates::add(const life_record& life, const ending& end) noexcept {
  ++made;
  irrevocable += life.irrevocable;
  if (end.at != never)
    ++(end.cause == end_cause::deadline ? expired : revoked);
}

std::string fates::text() const {
  auto line = grouped(made - expired - revoked) + " alive, " + grouped(expired) + " expired, " +
              grouped(revoked) + " revoked";
  return irrevocable > 0 ? line + ", " + grouped(irrevocable) + " irrevocable" : line;
}

} // namespace lapse
