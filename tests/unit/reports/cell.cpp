#include "reports/text/cell.hpp"

#include "reports/text/likeness.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::text_report;

TEST_CASE("text that no terminal minds stays as it is") {
  CHECK(escaped("größe 短い 🎉 a/b-c_d.e") == "größe 短い 🎉 a/b-c_d.e");
}

TEST_CASE("broken UTF-8 is shown byte by byte") {
  CHECK(escaped("\xc3") == "\\xc3");
  CHECK(escaped("\xc0\xaf") == "\\xc0\\xaf");
  CHECK(escaped("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

TEST_CASE("a text of many megabytes is cut") {
  CHECK(escaped(std::string(1 << 20, 'x'), 5) == "xxxxx…");
}

TEST_CASE("wide characters take two columns and combining ones none") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("短い") == 4);
  CHECK(display_width("e\xcc\x81") == 1);
}

TEST_CASE("names that differ at their end stay apart when they are shortened") {
  CHECK(shortened("a-very-long-name-1", 9) == "a-ve…me-1");
  CHECK(shortened("短い名前です", 6) == "短…す");
  CHECK(left("短い", 6) == "短い  ");
  CHECK(display_width(left(std::string(100, 'x'), 20)) == 20);
}

TEST_CASE("numbers and generated words do not make two rows different") {
  CHECK(likeness("job-12") == likeness("job-7"));
  CHECK(likeness("sys/leases/revoke/db/creds/app/WlgKy1tusABc9OOiLx6iySFw") ==
        likeness("sys/leases/revoke/db/creds/app/zzzzz1tusABc9OOiLx6iyzzz"));
  CHECK(likeness("job") != likeness("app"));
}
