#pragma once

#include "actors/lives/event_reader.hpp"
#include "sim/cli/progress_line.hpp"

#include <cstdint>
#include <streambuf>

namespace lapse::cli {

/// How far a run has come, `at 32d, 120,000 requests`, on standard error while it goes on and gone
/// when it is over; as `progress_line`, only on a terminal. While one is there, whatever is written
/// to standard output erases the line first: both may be the same terminal.
class run_progress final : public lives::event_reader {
public:
  /// @param wanted false: never
  explicit run_progress(bool wanted);
  ~run_progress() override;
  run_progress(const run_progress&) = delete;
  run_progress& operator=(const run_progress&) = delete;

  void on_event(const event& e, const lives::ledger& lives) override;

private:
  /// Passes on what is written, after the line is gone.
  class erasing final : public std::streambuf {
  public:
    erasing(std::streambuf& to, progress_line& line) : to_(&to), line_(&line) {}

  protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* text, std::streamsize count) override;
    int sync() override { return to_->pubsync(); }

  private:
    std::streambuf* to_;
    progress_line* line_;
  };

  progress_line line_;
  std::streambuf* output_; ///< of standard output; null: not replaced
  erasing instead_;
  std::uint64_t events_ = 0;
};

} // namespace lapse::cli
