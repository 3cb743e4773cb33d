#pragma once

#include "actors/protocol/ids.hpp"
#include "reports/json/event_json.hpp"
#include "sim/engine/strategy.hpp"
#include "sim/run/runner.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace lapse {

/// What a run came to, whatever the order in which independent things happened: a sum over its
/// events.
class end_state final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger& lives) override {
    auto told = json_report::event_json(e, lives);
    // Why a request was refused is told from what had happened by then, independent things too; so
    // is which refusal of the run it was.
    if (told.is_object()) {
      told.erase("refused");
      told.erase("refusal");
      told.erase("why");
    }
    sum_ += mix(std::hash<std::string>{}(told.dump()));
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return sum_; }

private:
  std::uint64_t sum_ = 0;
};

inline std::uint64_t state_after(const lapse::plan::plan& what, lapse::engine::strategy& chooser) {
  end_state state;
  run::run_options how;
  how.interleave = true;
  how.chooser = &chooser;
  how.readers.push_back(&state);
  (void)run::run_plan(what, how);
  return state.value();
}

} // namespace lapse
