#include "actors/runtime/address.hpp"

#include "actors/protocol/quote.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace lapse::runtime {

namespace {

/// An IPv4 (4 bytes) or IPv6 (16 bytes) address with the length of its network's prefix.
struct network {
  std::array<unsigned char, 16> bytes{};
  int size = 4;
  int prefix = 32;
};

std::optional<int> parse_number(std::string_view text, int max) {
  int value = 0;
  const auto* last = text.data() + text.size();
  const auto [end, code] = std::from_chars(text.data(), last, value);
  if (text.empty() || end != last || code != std::errc{} || value < 0 || value > max)
    return std::nullopt;
  return value;
}

std::optional<network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  std::string host{text.substr(0, slash)};
  network result;
  // `10.0.0.1:80` binds a port too; the port is of no use here.
  if (host.find(':') == host.rfind(':') && host.find(':') != std::string::npos)
    host.erase(host.find(':'));
  if (host.find('\0') != std::string::npos)
    return std::nullopt;
  if (inet_pton(AF_INET, host.c_str(), result.bytes.data()) != 1) {
    if (inet_pton(AF_INET6, host.c_str(), result.bytes.data()) != 1)
      return std::nullopt;
    result.size = 16;
    result.prefix = 128;
  }
  if (slash != std::string_view::npos) {
    const auto prefix = parse_number(text.substr(slash + 1), result.size * 8);
    if (!prefix)
      return std::nullopt;
    result.prefix = *prefix;
  }
  return result;
}

std::string to_text(const network& from, std::string_view written) {
  const auto slash = written.find('/');
  std::string result{written.substr(0, slash)};
  if (from.size == 16) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(AF_INET6, from.bytes.data(), buffer.data(), buffer.size());
    result = buffer.data();
  }
  if (from.prefix != from.size * 8)
    result += '/' + std::to_string(from.prefix);
  return result;
}

bool contains(const network& outer, const network& inner) {
  if (outer.size != inner.size)
    return false;
  for (int bit = 0; bit < outer.prefix; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const auto mask = 0x80 >> bit % 8;
    if ((outer.bytes[byte] & mask) != (inner.bytes[byte] & mask))
      return false;
  }
  return true;
}

/// What is no address but looks like a path names a socket of the local system.
bool is_socket_path(std::string_view text) {
  return text.size() > 1 && (text.front() == '.' || text.find('/') != std::string_view::npos);
}

} // namespace

tl::expected<std::vector<std::string>, std::string>
parse_addresses(const std::vector<std::string>& texts) {
  std::vector<std::string> result;
  for (const auto& text : texts) {
    if (auto found = parse_network(text)) {
      result.push_back(to_text(*found, text));
    } else if (is_socket_path(text)) {
      result.push_back(text);
    } else {
      const auto name = quote(text);
      return tl::unexpected{"error parsing address " + name + ": Unable to convert " + name +
                            " to an IPv4 or IPv6 address, or a UNIX Socket"};
    }
  }
  return result;
}

std::optional<std::string> bad_block(const std::vector<std::string>& texts) {
  for (const auto& text : texts)
    if (text.find('/') == std::string::npos || !parse_network(text))
      return text;
  return std::nullopt;
}

bool blocks_within(const std::vector<std::string>& outer, const std::vector<std::string>& inner) {
  return std::all_of(inner.begin(), inner.end(), [&](const std::string& text) {
    const auto block = parse_network(text);
    return block && std::any_of(outer.begin(), outer.end(), [&](const std::string& around) {
             const auto network = parse_network(around);
             return network && network->prefix <= block->prefix && contains(*network, *block);
           });
  });
}

bool admits(const std::vector<std::string>& bound, std::string_view client) {
  if (bound.empty())
    return true;
  const auto from = parse_network(client);
  for (const auto& text : bound)
    if (auto network = parse_network(text); network && from && contains(*network, *from))
      return true;
  return false;
}

std::string admission_remedy() { return "`token_bound_cidrs` with " + std::string{client_address}; }

} // namespace lapse::runtime
