#include "sim/forecast/outage.hpp"

#include "sim/run/live_run.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace lapse::forecast {

namespace {

/// Watches the clients of a run with one outage.
class outage_reader final : public lives::event_reader {
public:
  outage_reader(instant from, instant to) : from_(from), to_(to) {}

  void before_event(const event& e, const lives::ledger& lives) override {
    if (e.at > to_ && !looked_)
      look(lives);
  }

  void on_event(const event& e, const lives::ledger&) override {
    if (const auto* asked = std::get_if<client_asked>(&e.body)) {
      if (e.at < from_ && is_renewal(asked->what))
        renewing_.insert({asked->who.family, asked->who.number});
      // Whoever logs in while a token of its own lives has given up renewing it.
      if (asked->what == client_request::login && e.at >= from_ && e.at <= to_)
        gave_up_.insert({asked->who.family, asked->who.number});
    } else if (const auto* changed = std::get_if<client_changed>(&e.body)) {
      if (changed->what == client_changed::kind::gave_up && e.at >= from_ && e.at <= to_)
        gave_up_.insert({changed->who.family, changed->who.number});
    } else if (std::holds_alternative<token_ended>(e.body) ||
               std::holds_alternative<lease_ended>(e.body)) {
      result.ended_after += e.at > to_ && e.at - to_ <= std::chrono::minutes{1};
    }
  }

  void finish(const lives::ledger& lives) {
    if (!looked_)
      look(lives);
    result.renewing = static_cast<std::int64_t>(renewing_.size());
    result.abandoned = std::count_if(gave_up_.begin(), gave_up_.end(),
                                     [&](const auto& one) { return renewing_.count(one) > 0; });
  }

  outage_forecast result;

private:
  void look(const lives::ledger& lives) {
    looked_ = true;
    const auto& book = lives.clients();
    for (std::uint32_t f = 0; f < book.families().size(); ++f) {
      const auto count = book.families()[f].facts.count;
      result.clients += count;
      for (std::uint32_t n = 1; n <= count; ++n) {
        const auto gap = book.open_gap({f, n}, to_);
        result.without += gap.from <= to_;
      }
    }
  }

  instant from_;
  instant to_;
  bool looked_ = false;
  std::set<std::pair<std::uint32_t, std::uint32_t>> gave_up_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> renewing_;
};

} // namespace

std::vector<outage_forecast> try_outages(const plan::plan& what, instant settled, duration warm_up,
                                         const std::vector<duration>& lengths) {
  std::vector<outage_forecast> result;
  const auto from = later(settled, warm_up);
  for (const auto length : lengths) {
    auto with = what;
    plan::fault_step fault;
    fault.what = fault::kind::outage;
    fault.lasts = length;
    plan::step step;
    step.when = {plan::step_time::kind::at, {from, from, -1}};
    step.words.parts.push_back({"outage", -1});
    step.action = std::move(fault);
    with.steps.push_back(std::move(step));
    const auto to = later(from, length);
    outage_reader reader(from, to);
    run::run_options options;
    options.until = later(to, std::chrono::minutes{1});
    options.readers.push_back(&reader);
    run::live_run run(with, options);
    if (!run.start())
      break;
    if (const auto last = run.play())
      run.end(*last);
    reader.finish(run.world().lives());
    reader.result.length = length;
    result.push_back(reader.result);
  }
  return result;
}

} // namespace lapse::forecast
