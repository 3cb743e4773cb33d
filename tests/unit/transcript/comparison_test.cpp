// The comparison itself, held against the handed transcripts: what was recorded passes, every
// change of a recorded answer is found, and the typed comparison agrees with that of plain JSON.

#include "sim/transcript/compiled_transcript.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"
#include "tests/unit/transcript/recorded_door.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

using namespace lapse;
using namespace lapse::transcript;
using json = nlohmann::json;

namespace {

std::vector<transcript_ptr> handed_transcripts() {
  std::vector<std::string> files;
  for (const auto& each :
       std::filesystem::directory_iterator{source_folder() / "tests/conformance/transcripts"})
    files.push_back(each.path().string());
  std::sort(files.begin(), files.end());
  std::vector<transcript_ptr> result;
  for (const auto& file : files) {
    CAPTURE(file);
    auto loaded = load_transcript(file);
    if (!loaded)
      FAIL(to_string(loaded.error().front()));
    result.push_back(*loaded);
  }
  return result;
}

std::vector<const transcript_line*> requests_of(const lapse::transcript::transcript& t) {
  std::vector<const transcript_line*> result;
  for (const auto& line : t.lines)
    if (!line.sim)
      result.push_back(&line);
  return result;
}

std::string first_difference(const replay_result& result) {
  if (result.differences.empty())
    return "none";
  const auto& d = result.differences.front();
  std::string text = "line " + std::to_string(d.line) + ' ' + d.request;
  for (const auto& f : d.fields)
    text += "\n  " + f.path + ": expected " + f.expected + ", got " + f.got;
  return text;
}

bool comparisons_disagree(const replay_result& result) {
  for (const auto& d : result.differences)
    for (const auto& f : d.fields)
      if (f.path == "the comparison itself")
        return true;
  return false;
}

// -- changing one thing in a reply -------------------------------------------------

using places = std::vector<json::json_pointer>;

/// Everything that can be changed so that a comparison must see it.
void collect(const json& value, const json::json_pointer& at, bool in_keys, places& out) {
  if (value == "$any" || value.dump().find("{$any}") != std::string::npos)
    return;
  out.push_back(at);
  if (value.is_array() && !in_keys)
    for (std::size_t i = 0; i < value.size(); ++i)
      collect(value[i], at / i, false, out);
  if (value.is_object() && !value.contains("$t"))
    for (const auto& [key, item] : value.items())
      collect(item, at / key, key == "keys", out);
}

/// A reply that is not `value`; `others` are symbols that stand for something else by then.
json changed(const json& value, const std::vector<std::string>& others, std::mt19937& random) {
  if (value.is_object() && value.contains("$t"))
    return {{"$t", value["$t"].get<double>() + (random() % 2 ? 1.2 : -1.2)}};
  if (value.is_boolean())
    return !value.get<bool>();
  if (value.is_number_integer())
    return value.get<std::int64_t>() + (random() % 2 ? 1 : -1);
  if (value.is_number_float())
    // Twice as much, too: a large number plus a small one may be the same.
    return value.get<double>() * 2 + (random() % 2 ? 1.5 : -1.5);
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > 1 && text[0] == '$' && !others.empty())
      return others[random() % others.size()];
    return text + "x";
  }
  if (value.is_null())
    return random() % 2 ? json("x") : json(0);
  auto result = value;
  if (value.is_array()) {
    if (!result.empty() && random() % 2)
      result.erase(random() % result.size());
    else
      result.push_back("extra");
    return result;
  }
  if (!result.empty() && random() % 2)
    result.erase(std::next(result.begin(), static_cast<int>(random() % result.size())));
  else
    result["extra"] = 1;
  return result;
}

/// Symbols a reply mentions as whole strings.
void mentioned(const json& value, std::set<std::string>& out) {
  if (value.is_string() && value.get_ref<const std::string&>().starts_with("$") && value != "$any")
    out.insert(value.get<std::string>());
  if (value.is_structured())
    for (const auto& item : value)
      mentioned(item, out);
}

/// Whether the symbols stand for the same kind of thing: a change between kinds is found too, but
/// a typed answer cannot hold it.
std::string kind_of(const std::string& symbol) {
  if (symbol.find("accessor") != std::string::npos)
    return "accessor";
  const auto dot = symbol.find('.');
  return dot == std::string::npos ? "token" : symbol.substr(dot);
}

} // namespace

TEST_CASE("what was recorded passes, as typed answers and as plain JSON alike") {
  std::uint64_t compared = 0, typed = 0, total = 0;
  for (const auto& source : handed_transcripts()) {
    CAPTURE(source->file);
    const answer_maker maker{*source};
    compiled_transcript compiled{source};
    std::vector<answer> answers, raw;
    for (const auto* line : requests_of(*source)) {
      answers.push_back(maker.make(*line));
      raw.push_back(maker.make_raw(*line));
      typed += answers.back().shape != envelope::raw;
      ++total;
    }
    for (const auto* list : {&answers, &raw}) {
      recorded_door server{maker.token("$root"), *list};
      const auto result = compiled.replay(server);
      CAPTURE(first_difference(result));
      CHECK(result.passed());
      CHECK(result.requests == list->size());
      recorded_door again{maker.token("$root"), *list};
      const auto doubly = compiled.replay_doubly(again);
      CHECK(doubly.passed());
      CHECK(doubly.compared == result.compared);
      compared += result.compared;
    }
  }
  CHECK(compared > 20'000);
  // Nearly all answers take the typed way: otherwise this would test little.
  CHECK(typed * 100 > total * 99);
}

TEST_CASE("every change of a recorded answer is found, by both comparisons") {
  std::mt19937 random{20260101};
  std::uint64_t changes = 0;
  for (const auto& source : handed_transcripts()) {
    const answer_maker maker{*source};
    compiled_transcript compiled{source};
    const auto lines = requests_of(*source);
    std::vector<answer> answers;
    for (const auto* line : lines)
      answers.push_back(maker.make(*line));
    std::set<std::string> bound{"$root"};
    // A long transcript repeats itself: some of its lines will do.
    const auto stride = lines.size() / 8 + 1;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto known = bound;
      if (lines[i]->reply)
        mentioned(*lines[i]->reply, bound);
      if (lines[i]->loose || i % stride != 0)
        continue;
      auto line = *lines[i];
      if (!line.reply || random() % 20 == 0) {
        line.status += line.status == 204 ? -4 : 1;
      } else {
        places all;
        collect(*line.reply, json::json_pointer{}, false, all);
        // An empty body has nothing to change.
        if (all.empty())
          continue;
        const auto place = all[random() % all.size()];
        auto& value = (*line.reply)[place];
        std::vector<std::string> others;
        if (value.is_string() && value.get_ref<const std::string&>().starts_with("$")) {
          const auto symbol = value.get<std::string>();
          for (const auto& other : known)
            if (other != symbol && kind_of(other) == kind_of(symbol) &&
                maker.token(other).id != maker.token(symbol).id)
              others.push_back(other);
          // A first occurrence where a second name is allowed may be anything.
          if (!known.count(symbol) &&
              (others.empty() || line.path == "sys/wrapping/unwrap" || line.body.contains("id")))
            continue;
        }
        value = changed(value, others, random);
      }
      ++changes;
      auto kept = std::exchange(answers[i], maker.make(line));
      recorded_door server{maker.token("$root"), answers};
      // What comes after the change says nothing of it.
      server.silent_after = i + 1;
      const auto result = compiled.replay_doubly(server);
      answers[i] = std::move(kept);
      if (result.passed() || result.differences.front().line != line.number ||
          comparisons_disagree(result))
        FAIL(source->file << ":" << line.number << ": "
                          << (line.reply ? line.reply->dump() : "no body") << '\n'
                          << first_difference(result));
    }
  }
  CHECK(changes > 2'000);
}
