#include "tests/model/model_durations.hpp"

#include <limits>

namespace lapse::sequential {

namespace {

__extension__ using wide = __int128;

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr wide most = std::numeric_limits<std::int64_t>::max();

bool digit(char c) { return c >= '0' && c <= '9'; }

// strconv.ParseInt of a whole text: no value where it is no number or too large.
std::optional<std::int64_t> whole_number(std::string_view text) {
  bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+'))
    text.remove_prefix(1);
  if (text.empty() || text.size() > 19)
    return std::nullopt;
  wide value = 0;
  for (char c : text) {
    if (!digit(c))
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > most)
    return std::nullopt;
  return static_cast<std::int64_t>(negative ? -value : value);
}

std::optional<wide> unit_size(std::string_view unit) {
  if (unit == "ns")
    return 1;
  if (unit == "us" || unit == "\xc2\xb5s" || unit == "\xce\xbcs")
    return 1'000;
  if (unit == "ms")
    return 1'000'000;
  if (unit == "s")
    return second_ns;
  if (unit == "m")
    return wide{60} * second_ns;
  if (unit == "h")
    return wide{3600} * second_ns;
  return std::nullopt;
}

read_duration refuse(std::string_view what, std::string_view text) {
  return {duration{0}, "time: " + std::string(what) + "duration \"" + std::string(text) + '"'};
}

read_duration invalid(std::string_view text) { return refuse("invalid ", text); }

// Number-unit pairs (`1h30m`, `.5s`), the form of Go's time.ParseDuration.
read_duration pairs_from(std::string_view text) {
  auto rest = text;
  bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+'))
    rest.remove_prefix(1);
  if (rest == "0")
    return {};
  if (rest.empty())
    return invalid(text);
  wide total = 0;
  while (!rest.empty()) {
    wide number = 0;
    wide fraction = 0;
    wide scale = 1;
    bool seen = false;
    for (; !rest.empty() && digit(rest.front()); rest.remove_prefix(1), seen = true) {
      number = number * 10 + (rest.front() - '0');
      if (number > most)
        return invalid(text);
    }
    if (!rest.empty() && rest.front() == '.') {
      rest.remove_prefix(1);
      for (; !rest.empty() && digit(rest.front()); rest.remove_prefix(1), seen = true)
        if (scale < wide{1'000'000'000'000'000}) {
          fraction = fraction * 10 + (rest.front() - '0');
          scale *= 10;
        }
    }
    if (!seen)
      return invalid(text);
    std::size_t length = 0;
    while (length < rest.size() && rest[length] != '.' && !digit(rest[length]))
      ++length;
    auto unit = rest.substr(0, length);
    if (unit.empty())
      return refuse("missing unit in ", text);
    auto size = unit_size(unit);
    if (!size)
      return refuse("unknown unit \"" + std::string(unit) + "\" in ", text);
    total += number * *size + fraction * *size / scale;
    if (total > most)
      return invalid(text);
    rest.remove_prefix(length);
  }
  return {duration{static_cast<std::int64_t>(negative ? -total : total)}, {}};
}

read_duration scaled(std::int64_t number, wide unit) {
  wide total = wide{number} * unit;
  if (total > most || -total > most)
    return {duration{0},
            "multiplication of durations resulted in overflow, one operand may be too large"};
  return {duration{static_cast<std::int64_t>(total)}, {}};
}

} // namespace

read_duration duration_from(std::string_view text) {
  if (text.empty())
    return {};
  if (auto number = whole_number(text))
    return scaled(*number, second_ns);
  if (text.back() == 'd') {
    auto number_text = text.substr(0, text.size() - 1);
    if (auto number = whole_number(number_text))
      return scaled(*number, wide{86400} * second_ns);
    return {duration{0},
            "strconv.ParseInt: parsing \"" + std::string(number_text) + "\": invalid syntax"};
  }
  return pairs_from(text);
}

namespace {

// `number` of units of `unit` ns with its decimal fraction, trailing zeros dropped.
std::string decimal(std::int64_t ns, std::int64_t unit) {
  auto text = std::to_string(ns / unit);
  auto rest = ns % unit;
  if (rest == 0)
    return text;
  auto digits = std::to_string(unit + rest).substr(1);
  while (digits.back() == '0')
    digits.pop_back();
  return text + '.' + digits;
}

} // namespace

std::string human(duration d) {
  auto ns = d.count();
  if (ns < 0)
    return '-' + human(-d);
  if (ns == 0)
    return "0s";
  if (ns < 1'000)
    return std::to_string(ns) + "ns";
  if (ns < 1'000'000)
    return decimal(ns, 1'000) + "\xc2\xb5s";
  if (ns < second_ns)
    return decimal(ns, 1'000'000) + "ms";
  auto minute = 60 * second_ns;
  std::string out;
  if (auto hours = ns / (60 * minute); hours != 0)
    out += std::to_string(hours) + 'h';
  if (auto minutes = ns / minute % 60; minutes != 0)
    out += std::to_string(minutes) + 'm';
  if (auto rest = ns % minute; rest != 0)
    out += decimal(rest, second_ns) + 's';
  return out;
}

instant floor1(instant t) {
  auto over = t.count() % second_ns;
  return t - duration{over < 0 ? over + second_ns : over};
}

instant round1(instant t) {
  return t.count() < 0 ? -round1(-t) : floor1(t + duration{second_ns / 2});
}

std::int64_t seconds(duration d) { return d.count() / second_ns; }

ttl_grant grant_ttl(const ttl_inputs& in, bool off_by_a_second) {
  auto now = floor1(in.now);
  auto start = in.start ? floor1(*in.start) : now;
  auto max = in.mount_max;
  for (auto limit : {in.backend_max, in.explicit_max})
    if (limit.count() > 0 && limit < max)
      max = limit;
  ttl_grant out;
  if (max.count() <= 0) {
    out.error = "max TTL must be greater than zero";
    return out;
  }
  std::optional<instant> deadline;
  if (in.period.count() > 0) {
    out.ttl = in.period;
    if (in.period > max) {
      out.warnings.push_back("period of \"" + human(in.period) +
                             "\" exceeded the effective max_ttl of \"" + human(max) +
                             "\"; period value is capped accordingly");
      out.ttl = max;
    }
    if (in.explicit_max.count() > 0)
      deadline = later(start, in.explicit_max);
  } else {
    out.ttl = in.increment.count() > 0     ? in.increment
              : in.backend_ttl.count() > 0 ? in.backend_ttl
                                           : in.mount_default;
    deadline = later(start, max);
  }
  if (!deadline)
    return out;
  auto left = *deadline - now + duration{off_by_a_second ? second_ns : 0};
  if (left.count() <= 0) {
    out.error = "past the max TTL, cannot renew";
    return out;
  }
  if (out.ttl > left) {
    out.warnings.push_back("TTL of \"" + human(out.ttl) +
                           "\" exceeded the effective max_ttl of \"" + human(left) +
                           "\"; TTL value is capped accordingly");
    out.ttl = left;
  }
  return out;
}

} // namespace lapse::sequential
