#include "actors/ttl/duration.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace lapse::ttl {

namespace {

// What a duration is written into: no number has more than 20 digits.
class digits {
public:
  void add(std::string_view text) { at_ = std::copy(text.begin(), text.end(), at_); }

  void add(std::uint64_t number, std::string_view unit) {
    at_ = std::to_chars(at_, std::end(text_), number).ptr;
    add(unit);
  }

  // `value / scale` with as many decimals as it needs; `scale` is a power of ten.
  void add(std::uint64_t value, std::uint64_t scale, std::string_view unit) {
    add(value / scale, "");
    if (auto rest = value % scale; rest != 0) {
      *at_++ = '.';
      for (scale /= 10; rest != 0; rest %= scale, scale /= 10)
        *at_++ = static_cast<char>('0' + rest / scale);
    }
    add(unit);
  }

  [[nodiscard]] std::string text() const { return {text_, static_cast<std::size_t>(at_ - text_)}; }

private:
  char text_[96];
  char* at_ = text_;
};

void add_magnitude(digits& to, std::uint64_t ns) {
  constexpr std::uint64_t second = 1'000'000'000;
  if (ns == 0)
    return to.add("0s");
  if (ns < 1'000)
    return to.add(ns, "ns");
  if (ns < 1'000'000)
    return to.add(ns, 1'000, "\xc2\xb5s");
  if (ns < second)
    return to.add(ns, 1'000'000, "ms");
  const auto minutes = ns / second / 60;
  if (minutes / 60 != 0)
    to.add(minutes / 60, "h");
  if (minutes % 60 != 0)
    to.add(minutes % 60, "m");
  if (const auto rest = ns % (60 * second); rest != 0)
    to.add(rest, second, "s");
}

} // namespace

std::string format_duration(duration d) {
  auto ns = static_cast<std::uint64_t>(d.count());
  digits text;
  if (d < duration::zero())
    text.add("-");
  add_magnitude(text, d < duration::zero() ? 0 - ns : ns);
  return text.text();
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
