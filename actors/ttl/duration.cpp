#include "actors/ttl/duration.hpp"

#include <cstdint>
#include <string_view>

namespace lapse::ttl {

namespace {

// `value / scale` with as many decimals as it needs; `scale` is a power of ten.
std::string decimal(std::uint64_t value, std::uint64_t scale, std::string_view unit) {
  auto text = std::to_string(value / scale);
  if (auto rest = value % scale; rest != 0) {
    text += '.';
    for (scale /= 10; rest != 0; rest %= scale, scale /= 10)
      text += static_cast<char>('0' + rest / scale);
  }
  return text += unit;
}

std::string format_magnitude(std::uint64_t ns) {
  constexpr std::uint64_t second = 1'000'000'000;
  if (ns < 1'000)
    return ns == 0 ? "0s" : decimal(ns, 1, "ns");
  if (ns < 1'000'000)
    return decimal(ns, 1'000, "\xc2\xb5s");
  if (ns < second)
    return decimal(ns, 1'000'000, "ms");
  std::string text;
  auto minutes = ns / second / 60;
  if (minutes / 60 != 0)
    text += std::to_string(minutes / 60) + 'h';
  if (minutes % 60 != 0)
    text += std::to_string(minutes % 60) + 'm';
  if (auto rest = ns % (60 * second); rest != 0)
    text += decimal(rest, second, "s");
  return text;
}

} // namespace

std::string format_duration(duration d) {
  auto ns = static_cast<std::uint64_t>(d.count());
  return d < duration::zero() ? '-' + format_magnitude(0 - ns) : format_magnitude(ns);
}

std::string readable_duration(duration d) {
  constexpr duration day = std::chrono::hours{24};
  if (d == never)
    return "never";
  return d >= 2 * day && d % day == duration::zero() ? std::to_string(d / day) + 'd'
                                                     : format_duration(d);
}

std::string full_duration(duration d) {
  const auto all = whole_seconds(d);
  const auto s = all < 0 ? -all : all;
  auto result = std::to_string(s % 60) + 's';
  if (s >= 60)
    result = std::to_string(s / 60 % 60) + 'm' + result;
  if (s >= 3600)
    result = std::to_string(s / 3600) + 'h' + result;
  return all < 0 ? '-' + result : result;
}

} // namespace lapse::ttl
