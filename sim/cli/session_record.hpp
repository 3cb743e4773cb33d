#pragma once

#include "reports/output/atomic_file.hpp"
#include "sim/serve/served_world.hpp"

#include <set>
#include <string>

namespace lapse::cli {

/// Transcripts of a served session: a file for each of its worlds, of which a reset begins another.
/// The first gets the name given, later ones a number in it: `s.jsonl`, `s.2.jsonl`, `s.3.jsonl`.
class session_record {
public:
  /// Opens the first file, since a session whose transcript has no place would be lost. Throws
  /// `usage_error`.
  /// @param path empty: nothing is to be written
  /// @param taken places where nothing may be written
  session_record(std::string path, std::set<std::string> taken);

  /// Writes the world that is over.
  void write(serve::served_world& of);

  /// Whether all could be written; what could not was said on standard error.
  [[nodiscard]] bool whole() const noexcept { return whole_; }

private:
  [[nodiscard]] std::string next_path();
  void complain(const std::string& error);

  const std::string path_;
  std::set<std::string> taken_;
  output::atomic_file file_;
  std::size_t number_ = 1;
  /// The first is written.
  bool begun_ = false;
  bool whole_ = true;
};

} // namespace lapse::cli
