// What a search says beside its verdict: a green one may rest on requests that were refused.

#include "reports/text/accident.hpp"
#include "sim/run/runner.hpp"
#include "sim/search/search_report.hpp"

namespace lapse::search {

namespace {

class accident_notes final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger&) override {
    seen_.on_event(e);
    if (const auto* run = std::get_if<run_ended>(&e.body))
      words_ = seen_.words(*run);
  }

  [[nodiscard]] const std::string& words() const noexcept { return words_; }

private:
  text_report::accidents seen_;
  std::string words_;
};

} // namespace

first_run run_in_file_order(const plan::plan& what) {
  accident_notes notes;
  run::run_options how;
  how.readers.push_back(&notes);
  first_run result;
  for (const auto& error : run::run_plan(what, how).setup_errors)
    result.errors.push_back({what.source, error.where, error.text});
  result.notes = notes.words();
  return result;
}

} // namespace lapse::search
