#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"
#include "sim/cli/forecast_print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace lapse::cli {

namespace {

using forecast::forecast_row;

/// `940`, `1.2 k`, `14 k`, `460 k`, `3.3 M`.
std::string compact(std::int64_t count) {
  if (count < 1'000)
    return std::to_string(count);
  const auto million = count >= 999'500;
  const auto unit = million ? 1'000'000 : 1'000;
  const auto tenths = (count * 10 + unit / 2) / unit;
  const auto* name = million ? "M" : "k";
  if (tenths < 100 && tenths % 10 != 0)
    return fmt::format("{}.{} {}", tenths / 10, tenths % 10, name);
  return fmt::format("{} {}", (tenths + 5) / 10, name);
}

std::string compact(const std::optional<std::int64_t>& count) {
  return count ? compact(*count) : "-";
}

/// New ones an hour, with a tenth where there are few.
std::string per_hour(std::int64_t in_10h) {
  if (in_10h >= 100 || in_10h % 10 == 0)
    return compact((in_10h + 5) / 10);
  return fmt::format("{}.{}", in_10h / 10, in_10h % 10);
}

std::string peak_words(const forecast_row& row) {
  auto result = compact(row.peak) + " (" + ttl::readable_duration(row.peak_at) + ')';
  if (row.peak_least != row.peak_most)
    result += fmt::format(" {} to {}", compact(row.peak_least), compact(row.peak_most));
  return result;
}

std::string percent(std::int64_t part, std::int64_t of) {
  return of == 0 ? "-" : fmt::format("{}%", (part * 100 + of / 2) / of);
}

/// Columns as wide as they must be; the first is on the left.
class grid {
public:
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths.resize(std::max(widths.size(), i + 1));
        widths[i] = std::max(widths[i], text_report::display_width(row[i]));
      }
    std::string result;
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const auto last = i + 1 == row.size() && i + 1 == widths.size();
        line += i == 0 ? text_report::left(row[i], widths[i])
                : last ? "  " + row[i]
                       : "  " + text_report::right(row[i], widths[i]);
      }
      result += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    return result;
  }

private:
  std::vector<std::vector<std::string>> rows_;
};

std::vector<std::string> cells_of(const std::string& name, const forecast_row& row) {
  return {name,
          compact(row.now),
          compact(row.in_1h),
          compact(row.in_1d),
          compact(row.in_32d),
          peak_words(row),
          compact(row.steady),
          per_hour(row.new_in_10h),
          row.life > duration::zero() ? ttl::readable_duration(row.life) : "-",
          fmt::format("{}%", (row.permille + 5) / 10)};
}

constexpr std::size_t rows_shown_max = 20;

std::string leases_text(const forecast::forecast_result& what) {
  grid table;
  table.add({"LEASES", "now", "in 1h", "in 1d", "in 32d", "peak (when)", "steady", "new/h", "life",
             "share"});
  for (std::size_t i = 0; i < std::min(what.rows.size(), rows_shown_max); ++i) {
    const auto& row = what.rows[i];
    auto name = row.name.family.empty() ? row.name.where : row.name.family + ' ' + row.name.where;
    auto cells = cells_of(text_report::escaped(name), row);
    if (row.life > duration::zero())
      cells.back() +=
          fmt::format("  <- {}/h x {}", per_hour(row.new_in_10h), ttl::readable_duration(row.life));
    table.add(std::move(cells));
  }
  if (what.rows.size() > 1) {
    auto all = cells_of("all", what.total);
    all[8] = "-";
    all[9] = "";
    table.add(std::move(all));
  }
  auto result = table.text();
  if (what.rows.size() > rows_shown_max)
    result += fmt::format("… and {} more sources\n", what.rows.size() - rows_shown_max);
  for (const auto& row : what.rows)
    if (!row.differs.empty())
      result += fmt::format("{}: {}\n", text_report::escaped(row.name.where), row.differs);
  return result;
}

std::string limit_text(const forecast::forecast_result& what) {
  const auto limit = compact(what.limit);
  auto result = what.passed == never ? fmt::format("limit {}: not passed", limit)
                                     : fmt::format("limit {}: passed after {}", limit,
                                                   ttl::readable_duration(what.passed));
  if (what.advice)
    result += fmt::format("; `{}: {}` on {} would keep it under", what.advice->key,
                          ttl::readable_duration(what.advice->ttl), what.advice->on);
  return result + '\n';
}

std::string renewals_text(const forecast::forecast_result& what) {
  const auto& r = what.renewals;
  const auto mean = r.mean_tenths < 100 && r.mean_tenths % 10 != 0
                        ? fmt::format("{}.{}", r.mean_tenths / 10, r.mean_tenths % 10)
                        : compact((r.mean_tenths + 5) / 10);
  auto result = fmt::format("RENEWALS/min   mean {}   worst {}", mean, compact(r.worst));
  if (r.worst > 0) {
    result += fmt::format(" ({}", ttl::readable_duration(std::chrono::minutes{r.worst_minute}));
    if (r.mean_tenths > 0)
      result += fmt::format(", {} x", (r.worst * 10 + r.mean_tenths / 2) / r.mean_tenths);
    result += ')';
  }
  return result + fmt::format("   worst after 12h {}\n", compact(r.worst_later));
}

std::string outages_text(const forecast::forecast_result& what) {
  if (what.outages.empty())
    return {};
  grid table;
  std::vector<std::string> head{"OUTAGE of"};
  std::vector<std::string> abandoned{"  renewal abandoned"};
  std::vector<std::string> without{"  without a credential"};
  std::vector<std::string> ended{"  end in the minute after it"};
  for (const auto& one : what.outages) {
    head.push_back(ttl::readable_duration(one.length));
    abandoned.push_back(percent(one.abandoned, one.renewing));
    without.push_back(percent(one.without, one.clients));
    ended.push_back(compact(one.ended_after));
  }
  // The last column of a grid is on the left.
  for (auto* row : {&head, &abandoned, &without, &ended}) {
    row->emplace_back();
    table.add(std::move(*row));
  }
  return table.text();
}

} // namespace

std::string forecast_text(const forecast::forecast_result& what) {
  auto result = leases_text(what) + limit_text(what);
  if (what.steady_from > what.end)
    result +=
        fmt::format("steady from {} on, after the {} that were simulated\n",
                    ttl::readable_duration(what.steady_from), ttl::readable_duration(what.end));
  else
    result += fmt::format("steady from {} on: one life after the start-up\n",
                          ttl::readable_duration(what.steady_from));
  result += renewals_text(what) + outages_text(what);
  for (const auto& note : what.notes)
    result += text_report::escaped(note) + '\n';
  return result;
}

} // namespace lapse::cli
