#pragma once

// Catch2 2 (Debian 12) and 3 (Debian 13) name their header differently.
#if __has_include(<catch2/catch_test_macros.hpp>)
#  include <catch2/catch_test_macros.hpp>
#  include <catch2/generators/catch_generators.hpp>
#else
#  include <catch2/catch.hpp>
#endif
