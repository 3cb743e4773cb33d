#include "actors/ttl/duration.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/words.hpp"
#include "reports/text/likeness.hpp"

#include <algorithm>

namespace lapse::html {

namespace {

/// Coordinates of the curve: whole numbers in a box this large.
constexpr std::int64_t box_width = 10'000;
constexpr std::int64_t box_height = 1'000;
/// The curve tells so many columns of the box apart; within one, least, most and last are drawn.
constexpr std::int64_t columns = 800;
constexpr std::uint64_t y_ticks_max = 4;

constexpr std::size_t limits_max = 20;

/// How many there were, at every instant at which that changed.
struct series {
  const std::vector<run_level>& steps;
  std::int64_t most = 0;
  instant most_at{0};
  std::int64_t last = 0;
};

series series_of(const std::vector<run_level>& steps) {
  series result{steps};
  for (const auto& step : steps) {
    result.last = step.count;
    if (step.count <= result.most)
      continue;
    result.most = step.count;
    result.most_at = step.from;
  }
  return result;
}

/// Draws a series as the `d` of an SVG path.
class step_curve {
public:
  step_curve(const time_axis& axis, std::int64_t top)
    : axis_(axis), top_(std::max<std::int64_t>(top, 1)) {}

  [[nodiscard]] std::string path(const series& what, instant until) {
    text_ = "M0 " + std::to_string(y(0));
    std::int64_t now = 0;
    for (std::size_t i = 0; i < what.steps.size();) {
      auto column = column_of(what.steps[i].from);
      auto least = now;
      auto most = now;
      auto x = axis_.position(what.steps[i].from) * box_width / time_axis::width;
      for (; i < what.steps.size() && column_of(what.steps[i].from) == column; ++i) {
        now = what.steps[i].count;
        least = std::min(least, now);
        most = std::max(most, now);
      }
      move(x, least, most, now);
    }
    return text_ + 'H' + std::to_string(axis_.position(until) * box_width / time_axis::width);
  }

private:
  [[nodiscard]] std::int64_t column_of(instant at) const {
    return axis_.position(at) * columns / time_axis::width;
  }

  [[nodiscard]] std::int64_t y(std::int64_t count) const {
    return box_height - count * box_height / top_;
  }

  void move(std::int64_t x, std::int64_t least, std::int64_t most, std::int64_t now) {
    text_ += 'H' + std::to_string(x);
    for (auto count : {most, least, now})
      if (auto height = y(count); height != y_) {
        text_ += 'V' + std::to_string(height);
        y_ = height;
      }
  }

  const time_axis& axis_;
  std::int64_t top_;
  std::int64_t y_ = box_height;
  std::string text_;
};

mustache::list y_ticks(std::int64_t top, std::int64_t step) {
  mustache::list result;
  for (std::int64_t count = 0; count <= top; count += step) {
    mustache::object tick;
    put(tick, "y", percent_text(time_axis::width - count * time_axis::width / top));
    put(tick, "y_label", text_report::grouped(static_cast<std::uint64_t>(count)));
    result.push_back(std::move(tick));
  }
  return result;
}

std::string peak_words(const series& what) {
  if (what.most == 0)
    return "none";
  return text_report::grouped(static_cast<std::uint64_t>(what.most)) + " at most, from " +
         ttl::readable_duration(what.most_at) + "; " +
         text_report::grouped(static_cast<std::uint64_t>(what.last)) + " at the end";
}

/// "leases at most 20,000 from 1h to 3h".
std::string limit_words(const asserted_limit& limit, std::int64_t count, bool most) {
  const auto exactly = limit.at_least == limit.at_most;
  auto text = limit.count +
              (exactly ? " exactly "
               : most  ? " at most "
                       : " at least ") +
              text_report::grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0)));
  if (limit.from == limit.to)
    return text + " at " + ttl::readable_duration(limit.from);
  if (limit.from > instant{0})
    text += " from " + ttl::readable_duration(limit.from);
  return limit.to == never ? text : text + " to " + ttl::readable_duration(limit.to);
}

mustache::list limits_of(const page_facts& facts, std::int64_t top) {
  mustache::list result;
  // One of an instant is as wide as can be seen.
  constexpr std::int64_t instant_width = box_width / 80;
  const auto x = [&](instant at, std::int64_t by) {
    const auto place =
        facts.axis.position(std::min(at, facts.axis.end())) * box_width / time_axis::width;
    return std::to_string(std::clamp<std::int64_t>(place + by, 0, box_width));
  };
  const auto add = [&](const asserted_limit& limit, std::optional<std::int64_t> count, bool most) {
    if (!count || *count < 0 || *count > top || result.size() == limits_max)
      return;
    mustache::object line;
    put(line, "limit_words", limit_words(limit, *count, most));
    const auto half = limit.from == limit.to ? instant_width / 2 : std::int64_t{0};
    put(line, "limit_from", x(limit.from, -half));
    put(line, "limit_to", x(limit.to, half));
    put(line, "limit_y", std::to_string(box_height - *count * box_height / top));
    result.push_back(std::move(line));
  };
  for (const auto& limit : facts.options.limits) {
    add(limit, limit.at_most, true);
    if (limit.at_least != limit.at_most)
      add(limit, limit.at_least, false);
  }
  return result;
}

/// The highest limit that leaves the curves readable.
std::int64_t highest_limit(const page_facts& facts, std::int64_t most) {
  constexpr std::int64_t times_max = 5;
  std::int64_t result = 0;
  for (const auto& limit : facts.options.limits)
    for (const auto& count : {limit.at_least, limit.at_most})
      if (count && *count / times_max <= most)
        result = std::max(result, *count);
  return result;
}

} // namespace

mustache::object counts_section(const page_facts& facts) {
  auto tokens = series_of(facts.findings.tokens_live);
  auto leases = series_of(facts.findings.leases_live);
  auto records = series_of(facts.findings.lease_records);
  // Lease records are drawn where something is said of them.
  const auto& limits = facts.options.limits;
  const auto draws_records = std::any_of(
      limits.begin(), limits.end(), [](const asserted_limit& l) { return l.count == "leases"; });
  auto most = std::max<std::int64_t>(
      {tokens.most, leases.most, draws_records ? records.most : std::int64_t{0}, 1});
  most = std::max(most, highest_limit(facts, most));
  auto step = static_cast<std::int64_t>(round_step(static_cast<std::uint64_t>(most), y_ticks_max));
  auto top = (most + step - 1) / step * step;
  mustache::object result;
  put(result, "tokens_path", step_curve{facts.axis, top}.path(tokens, facts.lives.now()));
  put(result, "leases_path", step_curve{facts.axis, top}.path(leases, facts.lives.now()));
  put(result, "tokens_peak", peak_words(tokens));
  put(result, "leases_peak", peak_words(leases));
  result["records_some"] = mustache::data{draws_records};
  put(result, "records_path", step_curve{facts.axis, top}.path(records, facts.lives.now()));
  put(result, "records_peak", peak_words(records));
  put_list(result, "limits", limits_of(facts, top));
  put_list(result, "y_ticks", y_ticks(top, step));
  return result;
}

} // namespace lapse::html
