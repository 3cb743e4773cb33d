// What the patched copies of the sources ask: which bug is switched on.

#include "tests/planted/planted.hpp"

#include "tests/planted/catalogue.hpp"

namespace lapse {

namespace {

constinit std::string_view switched_on;

} // namespace

bool planted(std::string_view bug) noexcept { return switched_on == bug; }

plant::plant(const planted_bug& what) noexcept { switched_on = what.name; }

plant::~plant() { switched_on = {}; }

} // namespace lapse
