#include "actors/protocol/visible_text.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;

TEST_CASE("what would move a cursor, break a line or turn its direction is shown, not done") {
  CHECK(visible_text("plain ü 漢") == "plain ü 漢");
  CHECK(visible_text("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(visible_text("\x1b]0;x\x07") == "\\x1b]0;x\\x07");
  CHECK(visible_text("\xc2\x9b"
                     "31m") == "\\x9b31m");
  CHECK(visible_text("\xe2\x80\xae") == "\\u202e");
  CHECK(visible_text("\xff") == "\\xff");
  CHECK(visible_text("\xef\xbf\xbd") == "\xef\xbf\xbd");
}

TEST_CASE("a text that is cut is cut between characters and says so") {
  CHECK(visible_text("abc", 3) == "abc");
  CHECK(visible_text("abcd", 3) == "abc…");
  CHECK(visible_text("aü", 2) == "a…");
}

TEST_CASE("no text is a command to a CI runner") {
  CHECK(visible_text("a ##vso[task.setvariable]x") == "a # #vso[task.setvariable]x");
  CHECK(visible_text("##[group]") == "# #[group]");
  CHECK(visible_text("a ## b") == "a ## b");
  CHECK(visible_line("::error::x") == ": :error::x");
  CHECK(visible_line("  ::error::x") == "  : :error::x");
  CHECK(visible_line("lapse::sim") == "lapse::sim");
}
