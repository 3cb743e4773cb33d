#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace lapse::cli {

/// `12 of 93 runs` on standard error while long work goes on, erased when it is over. Only on
/// a terminal, and only after half a second: otherwise nothing is ever written.
class progress_line {
public:
  /// @param what in the plural: `scenarios`
  progress_line(std::size_t total, std::string what);
  ~progress_line() { hide(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  /// Of what is not counted.
  explicit progress_line(bool wanted);

  /// Whether anything will ever be written.
  [[nodiscard]] bool wanted() const noexcept { return wanted_; }

  void show(std::size_t done);
  /// Calls `words` if it is time to say something.
  void show(const std::function<std::string()>& words);
  /// Before anything else is written to the terminal.
  void hide();

private:
  using clock = std::chrono::steady_clock;

  std::size_t total_ = 0;
  std::string what_ = {};
  bool wanted_;
  bool shown_ = false;
  clock::time_point next_;
};

} // namespace lapse::cli
