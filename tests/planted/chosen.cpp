// The bug of `lapse_planted`, which is `lapse` itself but for that: the environment names it.

#include "tests/planted/catalogue.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>

namespace {

const lapse::planted_bug& named_bug(const char* name) {
  if (const auto* found = lapse::find_planted(name))
    return *found;
  std::cerr << "lapse_planted: LAPSE_PLANTED names no planted bug: \"" << name << "\"\nknown are";
  for (const auto& bug : lapse::planted_bugs())
    std::cerr << ' ' << bug.name;
  std::cerr << '\n';
  std::exit(2);
}

// Before main, which is that of `lapse`. Without the variable nothing is planted.
const std::unique_ptr<lapse::plant> chosen = [] {
  const char* name = std::getenv("LAPSE_PLANTED");
  return name != nullptr && *name != '\0' ? std::make_unique<lapse::plant>(named_bug(name))
                                          : nullptr;
}();

} // namespace
