#include "sim/cli/session_record.hpp"

#include "actors/protocol/visible_text.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/named_files.hpp"
#include "sim/serve/transcript_writer.hpp"

#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>

namespace lapse::cli {

namespace fs = std::filesystem;

session_record::session_record(std::string path, std::set<std::string> taken)
  : path_(std::move(path)), taken_(std::move(taken)) {
  if (path_.empty())
    return;
  if (const auto error = file_.open(path_); !error.empty())
    throw usage_error{"transcript: " + visible_text(error)};
}

/// A terminal or a pipe takes them all.
std::string session_record::next_path() {
  std::error_code error;
  if (fs::exists(path_, error) && !fs::is_regular_file(path_, error))
    return path_;
  const fs::path first{path_};
  for (;;) {
    auto result = first;
    result.replace_extension();
    result += '.' + std::to_string(++number_) + first.extension().string();
    if (claim_output(result.string(), taken_) == output_fault::none)
      return result.string();
  }
}

void session_record::write(serve::served_world& of) {
  if (path_.empty())
    return;
  if (std::exchange(begun_, true)) {
    file_ = {};
    if (const auto error = file_.open(next_path()); !error.empty())
      return complain(error);
  }
  serve::transcript_writer writer(of.plan(), file_.stream());
  of.repeat({&writer}, false);
  writer.finish();
  if (const auto error = file_.commit(); !error.empty())
    complain(error);
}

void session_record::complain(const std::string& error) {
  std::cerr << "lapse: transcript: " << visible_text(error) << '\n';
  whole_ = false;
}

} // namespace lapse::cli
