#include "actors/api/custom_metadata.hpp"

#include "actors/protocol/quote.hpp"

#include <string_view>
#include <vector>

namespace lapse::api {

namespace {

constexpr std::size_t custom_keys_max = 64;
constexpr std::size_t custom_key_length_max = 128;
constexpr std::size_t custom_value_length_max = 512;

bool printable(std::string_view text) {
  for (const auto c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return false;
  return true;
}

/// Several errors as the server lists them.
std::string error_list(const std::vector<std::string>& errors) {
  if (errors.empty())
    return {};
  auto text =
      std::to_string(errors.size()) + (errors.size() == 1 ? " error" : " errors") + " occurred:\n";
  for (const auto& error : errors)
    text += "\t* custom_metadata validation failed: " + error + '\n';
  return text + '\n';
}

} // namespace

std::string custom_metadata_error(const std::map<std::string, std::string>& custom_metadata) {
  if (custom_metadata.size() > custom_keys_max)
    return error_list({"payload must contain at most " + std::to_string(custom_keys_max) +
                       " keys, provided " + std::to_string(custom_metadata.size())});
  std::vector<std::string> errors;
  for (const auto& [key, value] : custom_metadata) {
    if (key.empty() || key.size() > custom_key_length_max)
      errors.push_back("length of key " + quote(key) + " is " + std::to_string(key.size()) +
                       " but must be 0 < len(key) <= 128");
    if (value.empty() || value.size() > custom_value_length_max)
      errors.push_back("length of value for key " + quote(key) + " is " +
                       std::to_string(value.size()) + " but must be 0 < len(value) <= 512");
    if (!printable(key))
      errors.push_back("key " + quote(key) + " (" + key + ") contains unprintable characters");
    if (!printable(value))
      errors.push_back("value for key " + quote(key) + " contains unprintable characters");
  }
  return error_list(errors);
}

} // namespace lapse::api
