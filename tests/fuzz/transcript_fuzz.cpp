// Any text as a transcript: it is refused with lines that say why, or replayed against a world.

#include "actors/protocol/visible_text.hpp"
#include "sim/engine/simulation.hpp"
#include "sim/transcript/compiled_transcript.hpp"
#include "tests/fuzz/must.hpp"

#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lapse;
  std::istringstream lines{std::string{reinterpret_cast<const char*>(data), size}};
  const auto read = transcript::read_transcript(lines, "fuzz.jsonl");
  if (!read) {
    must(!read.error().empty());
    return 0;
  }
  transcript::compiled_transcript compiled{*read};
  engine::simulation server{compiled.config()};
  const auto result = compiled.replay(server);
  must(result.differing <= result.compared);
  return 0;
}
