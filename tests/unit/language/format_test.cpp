#include "sim/language/verbs.hpp"
#include "sim/plan/checks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

using namespace lapse;
using namespace lapse::language;

namespace {

// The words in backquotes of a cell, each up to its first `:` or blank.
std::set<std::string> quoted_words(const std::string& cell) {
  std::set<std::string> result;
  for (auto open = cell.find('`'); open != std::string::npos;) {
    auto close = cell.find('`', open + 1);
    if (close == std::string::npos)
      break;
    auto text = cell.substr(open + 1, close - open - 1);
    result.insert(text.substr(0, text.find_first_of(": ")));
    open = cell.find('`', close + 1);
  }
  return result;
}

// Rows of the table of verbs: the verbs, and the words of the whole row.
std::map<std::string, std::set<std::string>> verbs_of_the_format() {
  std::ifstream stream{source_folder() / "scenarios/FORMAT.md"};
  std::map<std::string, std::set<std::string>> result;
  std::string line;
  bool inside = false;
  while (std::getline(stream, line)) {
    if (line == "| verb | does |")
      inside = true;
    else if (inside && line.empty())
      break;
    if (!inside || line.rfind("| `", 0) != 0)
      continue;
    auto first = line.substr(0, line.find(" | ", 3));
    for (const auto& word : quoted_words(first))
      if (find_verb(word) != nullptr)
        result[word] = quoted_words(line);
  }
  return result;
}

std::string text_of_the_format() {
  std::ifstream stream{source_folder() / "scenarios/FORMAT.md"};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

} // namespace

TEST_CASE("FORMAT.md names the words of `because`, all of them and no others") {
  const auto text = text_of_the_format();
  const auto begin = text.find("the handle whose end caused it (the topmost one) or one of");
  REQUIRE(begin != std::string::npos);
  std::set<std::string> words;
  for (const auto cause : plan::because_words)
    words.emplace(to_string(cause));
  CHECK(quoted_words(text.substr(begin, text.find("and its age", begin) - begin)) == words);
}

TEST_CASE("FORMAT.md has a row for every verb, and names what it requires") {
  auto described = verbs_of_the_format();
  for (const auto& verb : verbs()) {
    CAPTURE(std::string{verb.name});
    auto row = described.find(std::string{verb.name});
    REQUIRE(row != described.end());
    for (const auto& parameter : verb.parameters) {
      CAPTURE(std::string{parameter.name});
      if (parameter.required)
        CHECK(row->second.count(std::string{parameter.name}) == 1);
    }
  }
  CHECK(described.size() == verbs().size());
}

TEST_CASE("a verb that is answered says which request it makes, or has a function that does") {
  for (const auto& verb : verbs()) {
    CAPTURE(std::string{verb.name});
    if (verb.answered() && verb.compile == nullptr)
      CHECK((!verb.method.empty() && !verb.path.empty()));
    CHECK(verb.takes(verb.name));
    CHECK(verb.takes("expect"));
    CHECK(verb.takes("wrap") == (verb.kind == verb_kind::request));
  }
}
