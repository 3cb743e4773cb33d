#pragma once

#include <cstdlib>

/// A fuzzer's assertion: what does not hold is a crash, of which it keeps the input.
#define must(condition)                                                                            \
  do {                                                                                             \
    if (!(condition))                                                                              \
      std::abort();                                                                                \
  } while (false)
