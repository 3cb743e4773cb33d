// What the sources that were compiled with LAPSE_PLANTED ask: which bug is switched on.

#include "actors/protocol/planted.hpp"
#include "tests/planted/catalogue.hpp"

#ifndef LAPSE_PLANTED
#  error "the test programs' own switch is compiled with LAPSE_PLANTED"
#endif

namespace lapse {

namespace {

constinit std::string_view switched_on;

} // namespace

inline namespace with_planted_bugs {

bool planted(std::string_view bug) noexcept { return switched_on == bug; }

} // namespace with_planted_bugs

plant::plant(const planted_bug& what) noexcept { switched_on = what.name; }

plant::~plant() { switched_on = {}; }

} // namespace lapse
