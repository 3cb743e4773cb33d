#include "sim/cli/github.hpp"

#include "actors/protocol/visible_text.hpp"
#include "reports/text/accident.hpp"
#include "sim/document/nearest.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace lapse::cli {

namespace {

constexpr std::size_t error_bytes_max = 2'000;

/// As the runner of a job reads it back; in a property `:` and `,` part what is between them.
std::string encoded(std::string_view text, bool in_property) {
  std::string result;
  for (auto c : text) {
    if (c == '%')
      result += "%25";
    else if (in_property && c == ':')
      result += "%3A";
    else if (in_property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

/// GitHub looks for files from the top of the repository, wherever the command was started.
std::string in_workspace(std::string_view file) {
  namespace fs = std::filesystem;
  const auto* top = setting("GITHUB_WORKSPACE");
  std::error_code error;
  if (top == nullptr)
    return std::string{file};
  const auto whole = fs::weakly_canonical(fs::absolute(fs::path{file}, error), error);
  const auto below = whole.lexically_relative(fs::weakly_canonical(top, error)).generic_string();
  return error || below.empty() || below.starts_with("..") ? std::string{file} : below;
}

} // namespace

bool github_job() {
  const char* value = setting("GITHUB_ACTIONS");
  return value != nullptr && std::string_view{value} == "true";
}

bool github_summary_wanted() { return setting("GITHUB_STEP_SUMMARY") != nullptr; }

bool append_github_summary(std::string_view command,
                           const std::function<void(std::ostream&)>& write) {
  const char* path = setting("GITHUB_STEP_SUMMARY");
  if (path == nullptr)
    return true;
  std::ofstream out(path, std::ios::app | std::ios::binary);
  write(out);
  out.flush();
  if (out)
    return true;
  std::cerr << "lapse: " << command << ": cannot append to GITHUB_STEP_SUMMARY "
            << document::in_quotes(path) << '\n';
  return false;
}

std::string github_error(std::string_view file, document::file_position at, std::string_view text) {
  std::string result = "::error file=" + encoded(visible_text(in_workspace(file)), true);
  if (at.line > 0)
    result += ",line=" + std::to_string(at.line);
  if (at.line > 0 && at.column > 0)
    result += ",col=" + std::to_string(at.column);
  return result + "::" + encoded(visible_text(text, error_bytes_max), false) + '\n';
}

void github_errors::on_event(const event& e, const lives::ledger&) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    source_ = run->source;
  else if (const auto* x = std::get_if<expectation_failed>(&e.body); x != nullptr && !x->again)
    tell({x->line, x->column}, text_report::failure_words(*x));
  else if (const auto* r = std::get_if<rule_broken>(&e.body))
    tell({r->line, 0}, r->id + ": " + r->sentence + ": " + r->evidence);
}

void github_errors::tell(document::file_position at, std::string_view text) {
  if (told_++ < github_errors_max)
    out_ << github_error(source_, at, text);
}

} // namespace lapse::cli
