#include "actors/runtime/address.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::runtime;
using texts = std::vector<std::string>;

TEST_CASE("an address is let in by its network, and by no bounds at all (R-125)") {
  CHECK(admits({}));
  CHECK(admits({"127.0.0.1"}));
  CHECK(admits({"10.0.0.0/8", "127.0.0.0/8"}));
  CHECK(admits({"0.0.0.0/0"}));
  CHECK_FALSE(admits({"10.9.0.0/16"}));
  CHECK_FALSE(admits({"127.0.0.2"}));
  CHECK_FALSE(admits({"::1"}));
  CHECK(admits({"2001:db8::/32"}, "2001:db8::5"));
}

TEST_CASE("a block of addresses has a mask, and lies within a wider one") {
  CHECK(bad_block({"10.0.0.0/8", "::1/128"}) == std::nullopt);
  CHECK(bad_block({"10.0.0.0/8", "10.0.0.1"}) == "10.0.0.1");
  CHECK(bad_block({"10.0.0.0/99"}) == "10.0.0.0/99");
  CHECK(blocks_within({"10.0.0.0/8"}, {"10.1.0.0/16", "10.2.3.4/32"}));
  CHECK_FALSE(blocks_within({"10.1.0.0/16"}, {"10.0.0.0/8"}));
  CHECK_FALSE(blocks_within({"10.0.0.0/8"}, {"10.1.0.0/16", "11.0.0.0/8"}));
}
