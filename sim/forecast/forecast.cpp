#include "sim/forecast/forecast.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/amounts.hpp"
#include "sim/forecast/outage.hpp"
#include "sim/forecast/scale.hpp"
#include "sim/run/live_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace lapse::forecast {

namespace {

using namespace std::chrono_literals;

/// Requests of one run, about. A run whose clients would ask for more is run with fewer clients.
constexpr std::uint64_t requests_max = 3'000'000;
/// Clients of a family in the runs with outages, and in the one that measures how much they ask.
constexpr std::uint32_t outage_clients_max = 1'000;
constexpr std::uint32_t pilot_clients_max = 50;
/// Warm-up before an outage: three TTLs, but no longer than this.
constexpr duration warm_up_max = 72h;

/// When the last client has started and the last step of the file has its turn; rounds of a repeat
/// that go on beside the steps after it are not waited for.
instant settled_of(const plan::plan& what) {
  instant now{0};
  auto result = now;
  for (const auto& step : what.steps) {
    if (step.when.from == plan::step_time::kind::at)
      now = step.when.value.low;
    else if (step.when.from == plan::step_time::kind::after)
      now = later(now, step.when.value.low);
    result = std::max(result, now);
  }
  for (const auto& family : what.clients)
    result = std::max(result, later(family.terms.start, family.terms.start_over));
  return result;
}

struct one_run {
  meter read;
  std::vector<document::load_error> errors;
};

/// Runs a plan up to `how.end` and reads it.
one_run measure(const plan::plan& what, meter::settings how, std::optional<std::uint64_t> seed) {
  const auto end = how.end;
  one_run result{meter(std::move(how)), {}};
  run::run_options options;
  options.seed = seed;
  options.until = end;
  options.readers.push_back(&result.read);
  run::live_run run(what, options);
  if (!run.start()) {
    for (const auto& error : run.outcome().setup_errors)
      result.errors.push_back({what.source, error.where, error.text});
    return result;
  }
  if (const auto last = run.play())
    run.end(*last);
  result.read.finish(run.world().lives());
  return result;
}

/// How many clients a family may have so that a run has about as many requests as it may.
std::uint32_t clients_max(const plan::plan& what, instant settled, instant end) {
  std::uint32_t largest = 1;
  for (const auto& family : what.clients)
    largest = std::max(largest, family.terms.count);
  if (largest <= pilot_clients_max)
    return largest;
  // A thirtieth of the time with few clients tells how much the whole would be.
  const auto pilot = scaled(what, pilot_clients_max);
  const auto until = later(settled, std::max<duration>((end - settled) / 30, 1min));
  const auto seen = measure(pilot.what, {settled, until, {}, {}, pilot.weights}, std::nullopt);
  std::uint64_t clients = 0;
  for (const auto& family : pilot.what.clients)
    clients += family.terms.count;
  const auto each = seen.read.requests() / std::max<std::uint64_t>(clients, 1) + 1;
  const auto whole = each * static_cast<std::uint64_t>(
                                (end - settled) / std::max(until - settled, duration{1}) + 1);
  const auto allowed = requests_max / std::max<std::uint64_t>(whole * what.clients.size(), 1);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(allowed, pilot_clients_max, largest));
}

std::optional<std::int64_t> reading_at(const source_reading& of, std::size_t i) {
  return i < of.at.size() ? std::optional{of.at[i]} : std::nullopt;
}

/// Why the mean that was simulated is another than arrival rate times life.
std::string difference(const source_reading& of, std::int64_t steady, duration window,
                       instant late_from, instant settled) {
  if (of.arrivals == 0 || std::abs(steady - of.late_mean) * 20 <= std::max(steady, of.late_mean))
    return {};
  auto text = fmt::format("{} simulated, {} by arrival rate x life: ",
                          cause::grouped(static_cast<std::uint64_t>(of.late_mean)),
                          cause::grouped(static_cast<std::uint64_t>(steady)));
  const auto most = of.arrivals / 20;
  if (of.cut_short > most)
    return text + "some end before their deadline, with their token, or revoked";
  if (settled + of.granted_life > late_from)
    return text + "not steady yet: a life is " + ttl::readable_duration(of.granted_life) +
           ", and " + ttl::readable_duration(window) + " were simulated";
  if (of.renewed > most)
    return text + "renewed lives go on, up to their maximum";
  return text + "new ones come in waves";
}

class forecaster {
public:
  forecaster(const plan::plan& what, const forecast_question& question)
    : what_(what), bare_(bare(what)), question_(question) {
    result_.scenario = what.name;
    result_.source = what.source;
    result_.limit = question.limit;
    result_.settled = settled_of(what);
    result_.end = later(result_.settled, question.horizon);
    result_.seeds = question.seeds;
  }

  std::vector<document::load_error> run() {
    auto with = scaled(bare_, clients_max(bare_, result_.settled, result_.end));
    if (!with.smaller.empty())
      note("scaled up from fewer clients: {}", fmt::join(with.smaller, ", "));
    for (std::size_t i = 0; i < question_.seeds; ++i) {
      const auto seed = i == 0 ? std::nullopt : std::optional{what_.seed + i};
      const auto seen = measure(with.what, settings(with.weights), seed);
      if (!seen.errors.empty())
        return seen.errors;
      if (i == 0)
        take_first(seen.read);
      take_peaks(seen.read);
      if (question_.progress)
        question_.progress(i + 1);
    }
    return {};
  }

  void outages() {
    if (what_.clients.empty())
      return;
    const auto with = scaled(bare_, outage_clients_max);
    duration ttl{0};
    for (const auto& row : result_.rows)
      if (!row.name.family.empty())
        ttl = std::max(ttl, row.first_granted);
    const auto warm_up = std::clamp<duration>(3 * std::min(ttl, warm_up_max), 10min, warm_up_max);
    if (ttl > warm_up_max / 3)
      note("outages begin {} after the start-up", ttl::readable_duration(warm_up));
    if (!with.smaller.empty())
      note("outages with fewer clients: {}", fmt::join(with.smaller, ", "));
    result_.outages = try_outages(with.what, result_.settled, warm_up,
                                  {5min, 10min, 20min, 30min, 40min, 50min, 1h});
  }

  void advise(const std::function<std::optional<plan::plan>(const std::string&)>& change) {
    if (result_.passed == never || result_.rows.empty())
      return;
    const auto& largest = result_.rows.front();
    const auto slash = largest.name.where.rfind('/');
    const auto others = result_.total.steady - largest.steady;
    const auto room = question_.limit - std::max<std::int64_t>(others, 0);
    if (slash == std::string::npos || largest.life <= duration{0} || largest.new_in_10h <= 0 ||
        room <= 0 || largest.of_secrets)
      return;
    const auto mount = largest.name.where.substr(0, slash);
    const auto role = largest.name.where.substr(slash + 1);
    // A life of as many minutes as there is room for what comes in one.
    auto minutes = room * 600 / largest.new_in_10h;
    minutes = std::min(minutes, largest.life / duration{1min});
    constexpr int tries_max = 4;
    for (auto tries = 0; tries < tries_max && minutes > 0; ++tries) {
      for (const auto* list : {"roles", "users"}) {
        const auto changed =
            change(fmt::format("auth.{}.{}.{}.token_ttl={}m", mount, list, role, minutes));
        if (!changed)
          continue;
        auto plain = bare(*changed);
        const auto most = clients_max(plain, result_.settled, result_.end);
        const auto with = scaled(std::move(plain), most);
        const auto seen = measure(with.what, settings(with.weights), std::nullopt);
        if (seen.errors.empty() && seen.read.passed() == never) {
          result_.advice = {"token_ttl", "auth/" + mount + '/' + role, minutes * duration{1min}};
          return;
        }
      }
      // Waves stand above their mean, by one of them at least.
      minutes -= tries == 0 ? 1 : std::max<std::int64_t>(minutes / 50, 1);
    }
  }

  forecast_result result() && { return std::move(result_); }

private:
  template <class... Values>
  void note(fmt::format_string<Values...> text, Values&&... values) {
    result_.notes.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  [[nodiscard]] meter::settings settings(std::vector<std::int64_t> weights) const {
    const auto from = result_.settled;
    return {from,
            result_.end,
            {from, later(from, 1h), later(from, 24h), later(from, 768h)},
            question_.limit,
            std::move(weights)};
  }

  [[nodiscard]] forecast_row row_of(const source_reading& of) const {
    forecast_row row;
    row.name = of.name;
    row.of_secrets = of.of_secrets;
    row.now = reading_at(of, 0).value_or(0);
    row.in_1h = reading_at(of, 1);
    row.in_1d = reading_at(of, 2);
    row.in_32d = reading_at(of, 3);
    row.peak = row.peak_least = row.peak_most = of.peak;
    row.peak_at = of.peak_at;
    row.simulated = of.late_mean;
    row.first_granted = of.first_granted;
    row.levels = of.levels;
    return row;
  }

  /// What the first seed tells: all but the band.
  void take_first(const meter& read) {
    const auto window = result_.end - result_.settled;
    const auto late_from = result_.end - result_.end / 4;
    result_.passed = read.passed();
    result_.requests = read.requests();
    result_.total = row_of(read.total());
    result_.steady_from = result_.settled;
    for (const auto& of : read.sources()) {
      auto row = row_of(of);
      // Of as many as came, so many in ten hours; and each is there for its life.
      row.new_in_10h = static_cast<std::int64_t>(of.arrivals) * (36'000) /
                       std::max<std::int64_t>(window / duration{1s}, 1);
      row.by_rate = of.arrivals > 0 ? static_cast<std::int64_t>(of.arrivals) *
                                          (of.granted_life / duration{1s}) /
                                          std::max<std::int64_t>(window / duration{1s}, 1)
                                    : of.late_mean;
      const auto lasts = of.cut_short <= of.arrivals / 20;
      row.life = of.arrivals > 0 && lasts ? of.granted_life : duration{0};
      row.steady = lasts ? row.by_rate : of.late_mean;
      row.differs = difference(of, row.by_rate, window, late_from, result_.settled);
      result_.total.steady += row.steady;
      result_.total.by_rate += row.by_rate;
      result_.total.new_in_10h += row.new_in_10h;
      result_.steady_from = std::max(result_.steady_from, later(result_.settled, row.life));
      result_.rows.push_back(std::move(row));
    }
    for (auto& row : result_.rows)
      row.permille = row.steady * 1000 / std::max<std::int64_t>(result_.total.steady, 1);
    result_.total.permille = result_.total.steady > 0 ? 1000 : 0;
    std::stable_sort(result_.rows.begin(), result_.rows.end(),
                     [](const auto& a, const auto& b) { return a.steady > b.steady; });
    take_renewals(read.renewals());
  }

  void take_renewals(const std::vector<std::int64_t>& minutes) {
    auto& to = result_.renewals;
    const auto sum = std::accumulate(minutes.begin(), minutes.end(), std::int64_t{0});
    to.mean_tenths = sum * 10 / static_cast<std::int64_t>(minutes.size());
    const auto worst = std::max_element(minutes.begin(), minutes.end());
    to.worst = *worst;
    to.worst_minute = result_.settled / duration{1min} + (worst - minutes.begin());
    constexpr std::ptrdiff_t half_day = 720;
    if (half_day < minutes.end() - minutes.begin())
      to.worst_later = *std::max_element(minutes.begin() + half_day, minutes.end());
  }

  /// The band over the seeds.
  void take_peaks(const meter& read) {
    const auto widen = [](forecast_row& row, const source_reading& of) {
      row.peak_least = std::min(row.peak_least, of.peak);
      row.peak_most = std::max(row.peak_most, of.peak);
    };
    widen(result_.total, read.total());
    for (auto& row : result_.rows)
      for (const auto& of : read.sources())
        if (of.name == row.name)
          widen(row, of);
  }

  const plan::plan& what_;
  const plan::plan bare_;
  const forecast_question& question_;
  forecast_result result_;
};

} // namespace

tl::expected<forecast_result, std::vector<document::load_error>>
forecast(const plan::plan& what, const forecast_question& question,
         const std::function<std::optional<plan::plan>(const std::string& override)>& change) {
  forecaster all(what, question);
  if (auto errors = all.run(); !errors.empty())
    return tl::unexpected(std::move(errors));
  all.outages();
  all.advise(change);
  return std::move(all).result();
}

} // namespace lapse::forecast
