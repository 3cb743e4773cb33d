#include "sim/transcript/json_pattern.hpp"
#include "sim/transcript/verdict.hpp"

#include <fmt/color.h>
#include <fmt/format.h>

#include <ostream>

namespace lapse::transcript {

namespace {

using buffer = fmt::memory_buffer;

void put(buffer& out, std::string_view text) { out.append(text.data(), text.data() + text.size()); }

/// Control characters of answers must not reach a terminal.
std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      result += c;
  return result;
}

void put_styled(buffer& out, fmt::text_style style, std::string_view text, bool coloured) {
  if (coloured)
    put(out, fmt::format(style, "{}", text));
  else
    put(out, text);
}

std::string seconds_text(instant at) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(at).count();
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

std::string answer_text(int status, const nlohmann::json& body) {
  return fmt::format("{} {}", status, body.is_null() ? "without a body" : brief(body));
}

void put_pair(buffer& out, std::string_view path, const std::string& expected,
              const std::string& got, bool coloured) {
  if (!path.empty())
    put(out, fmt::format("    {}\n", printable(path)));
  put_styled(out, fmt::fg(fmt::terminal_color::red), fmt::format("    - {}", printable(expected)),
             coloured);
  put(out, "\n");
  put_styled(out, fmt::fg(fmt::terminal_color::green), fmt::format("    + {}", printable(got)),
             coloured);
  put(out, "\n");
}

void put_difference(buffer& out, const difference& d, bool coloured) {
  put(out, fmt::format("  {} s, line {}", seconds_text(d.at), d.line));
  if (d.issued != d.at)
    put(out, fmt::format(", issued at {} s", seconds_text(d.issued)));
  put(out, fmt::format(": {}\n", printable(d.request)));
  // Fields are clearer than bodies, unless the whole answer is a different one.
  if (d.fields.empty() || d.expected_status != d.got_status) {
    put_pair(out, "", answer_text(d.expected_status, d.expected), answer_text(d.got_status, d.got),
             coloured);
    return;
  }
  for (const auto& field : d.fields)
    put_pair(out, field.path, field.expected, field.got, coloured);
}

void put_heading(buffer& out, const file_verdict& verdict, bool coloured) {
  const auto passed = verdict.passed();
  const auto colour = passed ? fmt::terminal_color::green : fmt::terminal_color::red;
  put_styled(out, fmt::fg(colour) | fmt::emphasis::bold, passed ? "passed" : "FAILED", coloured);
  put(out, fmt::format("  {}", printable(verdict.file)));
  if (!verdict.errors.empty())
    put(out, "  not a transcript that can be replayed");
  else if (passed)
    put(out, fmt::format("  {} answers", verdict.result.compared));
  else
    put(out, fmt::format("  {} of {} answers differ (- expected, + got)", verdict.result.differing,
                         verdict.result.compared));
  if (!verdict.broken.empty())
    put(out, fmt::format(", {} broken rules", verdict.broken.size()));
  put(out, "\n");
}

} // namespace

verdict_totals totals_of(const std::vector<file_verdict>& verdicts) {
  verdict_totals result;
  for (const auto& each : verdicts) {
    ++(each.passed() ? result.passed : result.failed);
    result.answers += each.result.compared;
  }
  return result;
}

void print_verdict(std::ostream& out, const file_verdict& verdict, bool coloured) {
  buffer text;
  put_heading(text, verdict, coloured);
  for (const auto& each : verdict.result.differences)
    put_difference(text, each, coloured);
  const auto shown = verdict.result.differences.size();
  if (verdict.result.differing > shown)
    put(text, fmt::format("  and {} more\n", verdict.result.differing - shown));
  for (const auto& rule : verdict.broken)
    put(text,
        fmt::format("  {} broken: {}\n    {}\n", rule.id, rule.sentence, printable(rule.evidence)));
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void print_totals(std::ostream& out, const verdict_totals& totals) {
  out << fmt::format("{} passed, {} failed, {} answers compared\n", totals.passed, totals.failed,
                     totals.answers);
}

} // namespace lapse::transcript
