#include "actors/policy/hcl_document.hpp"

#include "actors/policy/hcl_reader.hpp"
#include "actors/protocol/quote.hpp"

#include <algorithm>

namespace lapse::policy {

namespace {

// Everything that is read further on can count on valid UTF-8.
hcl_error illegal_encoding(std::string_view before) {
  auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  // Without a line break `rfind` gives npos, and npos + 1 is 0.
  auto last = before.substr(before.rfind('\n') + 1);
  auto column = 1 + static_cast<int>(std::count_if(last.begin(), last.end(), [](char ch) {
                  return (static_cast<unsigned char>(ch) & 0xc0) != 0x80;
                }));
  return {"At " + std::to_string(line) + ':' + std::to_string(column) + ": illegal UTF-8 encoding",
          {line, column}};
}

} // namespace

std::variant<std::vector<hcl_item>, hcl_error> parse_hcl(std::string_view text) {
  if (auto valid = well_formed_prefix(text); valid < text.size())
    return illegal_encoding(text.substr(0, valid));
  auto first = text.find_first_not_of(" \t\n\v\f\r");
  if (first != std::string_view::npos && text[first] == '{')
    return parse_json_hcl(text);
  return parse_native_hcl(text);
}

} // namespace lapse::policy
