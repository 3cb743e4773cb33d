// Any text as a scenario: it is refused with errors that can be printed, or runs, and then each
// report of a format that others read can be read.

#include "actors/protocol/visible_text.hpp"
#include "reports/csv/csv_report.hpp"
#include "reports/html/html_report.hpp"
#include "reports/json/json_report.hpp"
#include "reports/junit/junit_document.hpp"
#include "reports/junit/junit_report.hpp"
#include "reports/markdown/markdown_report.hpp"
#include "reports/openmetrics/openmetrics_report.hpp"
#include "reports/text/text_report.hpp"
#include "sim/language/loader.hpp"
#include "sim/rules/catalogue.hpp"
#include "sim/run/runner.hpp"
#include "tests/fuzz/must.hpp"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <sstream>

namespace {

/// Ends a run that takes long, as a scenario may ask for: that is no fault.
class short_run final : public lapse::run::run_pause {
public:
  bool go_on(lapse::engine::simulation&, const lapse::run::handle_table&, lapse::instant) override {
    return ++pauses_ < most;
  }

  [[nodiscard]] bool ended() const noexcept { return pauses_ >= most; }

private:
  static constexpr int most = 500;
  int pauses_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lapse;
  language::load_options loading;
  loading.rule_ids = rules::rule_ids();
  const auto loaded =
      language::load_scenario({reinterpret_cast<const char*>(data), size}, "fuzz.yaml", loading);
  if (!loaded) {
    must(!loaded.error().empty());
    for (const auto& error : loaded.error()) {
      const auto line = to_string(error);
      must(line == visible_text(line));
      must(line.size() < 10'000);
    }
    return 0;
  }
  std::ostringstream text, json, junit, markdown, html, csv, openmetrics;
  text_report::text_report text_reader{text};
  json_report::json_report json_reader{json};
  junit::junit_report junit_reader{junit};
  markdown::markdown_report markdown_reader{markdown};
  html::html_report html_reader{html};
  csv::csv_report csv_reader{csv};
  openmetrics::openmetrics_report openmetrics_reader{openmetrics};
  short_run pause;
  run::run_options options;
  options.pause = &pause;
  options.readers = {&text_reader, &json_reader, &junit_reader,      &markdown_reader,
                     &html_reader, &csv_reader,  &openmetrics_reader};
  const auto outcome = run::run_plan(*loaded, options);
  if (!outcome.setup_errors.empty() || pause.ended()) // its reports are not finished then
    return 0;
  must(nlohmann::json::accept(json.str()));
  pugi::xml_document document;
  must(bool{document.load_string(
      (std::string{junit::junit_head} + junit.str() + std::string{junit::junit_foot}).c_str())});
  return 0;
}
