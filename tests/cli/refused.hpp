#pragma once

#include "command.hpp"
#include "tests/support/catch.hpp"

#include <string>

/// `lapse CALL` ends with status 2, prints nothing and says `words` in its message.
inline void refused(const std::string& call, const std::string& words) {
  const auto seen = lapse(call);
  CAPTURE(call, seen.out, seen.err);
  CHECK(seen.status == 2);
  CHECK(seen.out.empty());
  CHECK(has(seen.err, words));
}
