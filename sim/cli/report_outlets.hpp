#pragma once

#include "reports/output/atomic_file.hpp"
#include "reports/output/spool.hpp"
#include "sim/cli/report_formats.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/plan/plan.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::cli {

/// The reports of one run while it goes on.
class run_reports {
public:
  [[nodiscard]] std::vector<lives::event_reader*> readers() const;

  /// The run is over: files of its own get their names.
  void finish();

private:
  friend class report_outlets;

  struct piece {
    std::size_t place = 0;
    std::unique_ptr<output::spool> waiting;    ///< or nothing: written where it belongs at once
    std::unique_ptr<output::atomic_file> file; ///< of its own, in a folder
    std::string path;
    std::string_view foot; ///< of that file
    std::unique_ptr<lives::event_reader> reader;
  };

  std::vector<piece> pieces_;
  std::vector<std::pair<std::string, std::string>> problems_; ///< path and what is wrong
};

/// Where the reports of all runs go: standard output, a file for all runs, or a folder with a file
/// for each. Files get their names only when they are complete.
///
/// `open` may be called from any thread, all else from the one that made it, and in order of the
/// files: then the bytes do not depend on which run finished first.
class report_outlets {
public:
  /// Opens files and makes folders. Throws `usage_error`.
  explicit report_outlets(const run_arguments& arguments);

  /// Whether a report has standard output for itself.
  [[nodiscard]] bool on_output() const noexcept { return on_output_; }

  /// Fresh reports of the scenario with that number. Throws `usage_error` for a file that cannot be
  /// written.
  [[nodiscard]] std::unique_ptr<run_reports> open(std::size_t scenario,
                                                  const plan::plan* what = nullptr);

  /// Writes what waited for its turn.
  void take(run_reports& of, bool held);

  /// The scenario could not be run: notes that in the reports that have a place for it.
  void refuse(std::size_t scenario, const std::vector<std::string>& errors);

  /// Completes all that has been written to. False if something could not be written; says so.
  [[nodiscard]] bool commit();

private:
  struct place {
    report_request request;
    std::vector<std::string> paths; ///< one per scenario in a folder, one file, or none
    bool folder = false;
    std::unique_ptr<output::atomic_file> file; ///< for all runs
    bool begun = false;                        ///< the head is written
    bool used = false;                         ///< and something that is to stay
    bool broken = false;                       ///< a part is missing: not to be completed
    std::uint64_t bytes = 0;
    std::size_t left_out = 0; ///< runs whose report did not fit
    std::size_t left_out_failed = 0;
  };

  [[nodiscard]] std::ostream& stream(place& of);
  void begin(place& of);
  void append(place& to, output::spool& what, bool held);
  void problem(const std::string& path, const std::string& error);
  [[nodiscard]] run_facts facts(std::size_t scenario) const;

  const run_arguments& arguments_;
  std::deque<place> places_;
  bool on_output_ = false;
  bool all_written_ = true;
};

} // namespace lapse::cli
