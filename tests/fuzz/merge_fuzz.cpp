// Any text as a shard's report: it is refused with a text, or written as it was read.

#include "sim/search/search_report.hpp"
#include "tests/fuzz/must.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lapse;
  const auto read =
      search::read_search_report(std::string{reinterpret_cast<const char*>(data), size});
  if (!read) {
    must(!read.error().empty());
    return 0;
  }
  const auto text = search::to_json(*read).dump();
  const auto again = search::read_search_report(text);
  must(again.has_value());
  must(search::to_json(*again).dump() == text);
  return 0;
}
