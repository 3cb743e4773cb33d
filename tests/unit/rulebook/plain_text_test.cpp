#include "sim/rulebook/plain_text.hpp"

#include "sim/rulebook/rulebook.hpp"
#include "tests/support/catch.hpp"

#include <sstream>
#include <string>

using namespace lapse;
using namespace lapse::rulebook;

TEST_CASE("paragraphs and items are wrapped, and items hang under their text") {
  CHECK(plain_text("one two three\nfour five\n\n- six seven eight\n  nine\n- ten\n", 14) ==
        "one two three\nfour five\n\n- six seven\n  eight nine\n- ten\n");
  CHECK(plain_text("1. one two\n   three\n2. four", 8) == "1. one\n   two\n   three\n2. four\n");
}

TEST_CASE("without a width each paragraph, item and row is one line") {
  CHECK(plain_text("one\ntwo\n\n- three\n  four", 0) == "one two\n\n- three four\n");
  CHECK(plain_text("| a | b |\n|---|---|\n| one two | three |", 0) ==
        "a        b\n-------  -----\none two  three\n");
}

TEST_CASE("emphasis goes, stars that are no emphasis stay") {
  CHECK(plain_line("a **b c** *d* (*e*) f", 0, 0) == "a b c d (e) f\n");
  CHECK(plain_line("`test*` and `*`, 2^n * 10 s, token_* too", 0, 0) ==
        "`test*` and `*`, 2^n * 10 s, token_* too\n");
}

TEST_CASE("a table wider than the terminal wraps its cells, with a blank line between rows") {
  CHECK(plain_text("| # | what |\n|---|---|\n| 1 | one two three |\n| 2 | four\\|five |", 12) ==
        "#  what\n-  ---------\n1  one two\n   three\n\n2  four|five\n");
}

TEST_CASE("a block of code is left as it is") {
  CHECK(plain_text("```\n  a   b *c*\n# d\n```", 4) == "  a   b *c*\n# d\n");
}

TEST_CASE("a word longer than the line has a line of its own") {
  CHECK(plain_text("a verylongword b", 6) == "a\nverylongword\nb\n");
}

TEST_CASE("width counts characters, not bytes") {
  CHECK(plain_text("µµµµ µµµ", 8) == "µµµµ µµµ\n");
}

TEST_CASE("every rule fits a terminal of 80 columns, but for words and code that are longer") {
  for (const auto& rule : server_rules()) {
    std::istringstream lines(plain_text(rule.text, 80));
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(to_string(rule.number), line);
      CHECK(line.size() <= 120);
    }
  }
}
