#include "actors/runtime/placeholder.hpp"

namespace lapse::runtime {

std::string random_text(const number_source& draw, std::size_t length, std::string_view alphabet) {
  std::string result;
  result.reserve(length);
  // Ten characters per number: enough bits for any alphabet of up to 64 characters.
  constexpr std::size_t per_number = 10;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % per_number == 0)
      number = draw();
    result += alphabet[number % alphabet.size()];
    number /= alphabet.size();
  }
  return result;
}

std::string random_base62(const number_source& draw, std::size_t length) {
  return random_text(draw, length,
                     "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

std::string random_serial(const number_source& draw) {
  constexpr std::size_t bytes = 20;
  const auto digits = random_text(draw, 2 * bytes, "0123456789abcdef");
  std::string result;
  for (std::size_t i = 0; i < bytes; ++i) {
    if (i != 0)
      result += ':';
    result += digits.substr(2 * i, 2);
  }
  return result;
}

std::string placeholder_pem(const number_source& draw, std::string_view kind) {
  std::string result = "-----BEGIN ";
  result += kind;
  result += "-----\n";
  constexpr int lines = 2;
  for (int i = 0; i < lines; ++i) {
    result += random_base62(draw, 64);
    result += '\n';
  }
  result += "-----END ";
  result += kind;
  return result += "-----";
}

} // namespace lapse::runtime
