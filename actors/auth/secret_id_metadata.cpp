#include "actors/auth/secret_id_metadata.hpp"

#include "actors/protocol/ascii.hpp"

#include <nlohmann/json.hpp>

namespace lapse::auth {

tl::expected<std::map<std::string, std::string>, std::string>
parse_metadata(std::string_view text) {
  std::map<std::string, std::string> result;
  text = trimmed(text);
  if (text.empty())
    return result;
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_object()) {
    bool texts_only = true;
    for (const auto& [key, value] : parsed.items())
      if (value.is_string())
        result[key] = value.get<std::string>();
      else
        texts_only = false;
    if (texts_only)
      return result;
    result.clear();
  }
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto pair = trimmed(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    if (pair.empty())
      continue;
    const auto equals = pair.find('=');
    const auto key = trimmed(pair.substr(0, equals));
    if (equals == std::string_view::npos || key.empty())
      return tl::unexpected<std::string>{"failed to parse the input: invalid <key,value> format"};
    result[std::string{key}] = trimmed(pair.substr(equals + 1));
  }
  return result;
}

} // namespace lapse::auth
