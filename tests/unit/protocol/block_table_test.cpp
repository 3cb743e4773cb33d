#include "actors/protocol/block_table.hpp"

#include "tests/support/catch.hpp"

#include <numeric>

using lapse::block_table;

TEST_CASE("a block table keeps its entries where they are while it grows") {
  block_table<int> table;
  CHECK(table.begin() == table.end());
  auto* first = &table.grow();
  *first = 1;
  for (int i = 2; i <= 1000; ++i)
    table.grow() = i;
  CHECK(&table[0] == first);
  CHECK(table.size() == 1000);
  CHECK(table[127] == 128);
  CHECK(table[128] == 129);
  CHECK(std::accumulate(table.begin(), table.end(), 0) == 500'500);
}

TEST_CASE("a copy of a block table grows by itself") {
  block_table<int> table;
  table.grow() = 7;
  auto copy = table;
  copy.grow() = 8;
  CHECK(table.size() == 1);
  CHECK(copy[0] == 7);
  CHECK(copy[1] == 8);
}
