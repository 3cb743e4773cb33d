#include "sim/cli/man_page.hpp"

#include "sim/cli/command_table.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace lapse::cli {

namespace {

// -- escaping --------------------------------------------------------------------------

/// A character as troff shows it and a reader can copy it. A plain `-` is a hyphen, `'`, `^`, `~`
/// and the backquote are typographic ones, and the backslash begins a request.
std::string_view glyph(char c) {
  switch (c) {
    case '\\':
      return "\\(rs";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '`':
      return "\\(ga";
    default:
      return {};
  }
}

/// Text that is typed as it stands.
std::string code(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (auto special = glyph(c); !special.empty())
      result += special;
    else
      result += c;
  }
  return result;
}

/// Prose: code in backquotes becomes bold, an empty line begins a paragraph, and no line can be
/// taken for a request.
std::string prose(std::string_view text) {
  std::string result;
  bool bold = false;
  bool starts = true;
  for (char c : text) {
    if (starts && c == '\n') {
      result += ".PP\n";
      continue;
    }
    if (starts && (c == '.' || c == '\''))
      result += "\\&";
    starts = c == '\n';
    if (c == '`') {
      bold = !bold;
      result += bold ? "\\fB" : "\\fR";
    } else if (auto special = glyph(c); !special.empty() && (bold || c != '-')) {
      result += special;
    } else {
      result += c;
    }
  }
  return result;
}

// -- parts -----------------------------------------------------------------------------

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", code(text)); }

std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", code(text)); }

void section(std::ostream& out, std::string_view heading) { out << ".SH " << heading << '\n'; }

void item(std::ostream& out, const std::string& tag, std::string_view meaning) {
  out << ".TP\n" << tag << '\n' << prose(meaning) << '\n';
}

/// Lines that are not filled.
template <class Lines>
void listing(std::ostream& out, const Lines& lines, std::string_view lead = {}) {
  out << ".PP\n.RS 4\n.nf\n";
  for (const auto& line : lines)
    out << "\\&" << code(lead) << code(line) << '\n';
  out << ".fi\n.RE\n";
}

std::string tag_of(const boost::program_options::option_description& option) {
  auto shown = option.canonical_display_name(
      boost::program_options::command_line_style::allow_dash_for_short);
  auto result = bold("--" + option.long_name());
  if (shown != option.long_name() && shown != "--" + option.long_name())
    result = bold(shown) + ", " + result;
  if (option.semantic()->max_tokens() != 0)
    result += " " + italic(option.semantic()->name());
  return result;
}

void describe(std::ostream& out, const command& one) {
  const auto manual = one.manual();
  out << ".SS lapse " << one.name << '\n';
  listing(out, manual.synopsis, "lapse ");
  out << ".PP\n" << prose(manual.description);
  for (const auto& option : manual.options.options())
    item(out, tag_of(*option), option->description());
  for (const auto& [heading, rows] : manual.tables) {
    out << ".PP\n" << prose(heading) << ":\n";
    for (const auto& [name, meaning] : rows)
      item(out, bold(name), meaning);
  }
  out << ".PP\nexit status:\n";
  for (const auto& [status, meaning] : manual.statuses)
    item(out, bold(status), meaning);
}

// -- what commands share ---------------------------------------------------------------

const manual_rows& environment_rows() {
  static const manual_rows rows = {
      {"NO_COLOR", "If it is set to anything, output has no colours. They are for terminals only."},
      {"GITHUB_STEP_SUMMARY",
       "`lapse run` and `lapse check` append a summary in Markdown to the file it names."},
      {"GITHUB_ACTIONS",
       "If it is `true`, `lapse run` and `lapse check` print what failed as `::error` lines too."},
      {"GITHUB_WORKSPACE", "The folder from which those lines name files."},
      {"LAPSE_SHARDS",
       "How many jobs share the runs of `lapse check`, where JOB_COMPLETION_INDEX numbers them."},
      {"JOB_COMPLETION_INDEX", "The number of this job, from 0: Kubernetes indexed jobs set it."},
      {"SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_COUNT, SLURM_ARRAY_TASK_MIN, SLURM_ARRAY_TASK_STEP",
       "This task's share of the runs: Slurm sets them in arrays."},
      {"CI_NODE_INDEX, CI_NODE_TOTAL",
       "This job's share of the runs: GitLab sets them in parallel jobs."},
      {"BUILDKITE_PARALLEL_JOB, BUILDKITE_PARALLEL_JOB_COUNT",
       "This job's share of the runs: Buildkite sets them in parallel jobs. The option `--shard` "
       "takes precedence over all of these."},
      {"LAPSE_ADDR, BAO_ADDR, VAULT_ADDR",
       "Where `lapse clock` looks for the server; the first one that is set."},
      {"BAO_CACERT, VAULT_CACERT, BAO_CAPATH, VAULT_CAPATH",
       "Authorities that `lapse clock` believes over TLS: a file, or a folder of files."},
      {"BAO_TLS_SERVER_NAME, VAULT_TLS_SERVER_NAME, BAO_SKIP_VERIFY, VAULT_SKIP_VERIFY",
       "Whose certificate `lapse clock` wants to see; or, if it is `true`, that any will do."},
      {"BAO_DEV_ROOT_TOKEN_ID, VAULT_DEV_ROOT_TOKEN_ID",
       "The id of the root token of `lapse serve`, without its `--root-token`."},
      {"BAO_DEV_LISTEN_ADDRESS, VAULT_DEV_LISTEN_ADDRESS",
       "Where `lapse serve` listens, without its `--listen`."},
      {"TMPDIR", "Where parts of reports are stored until they are written; `/tmp` by default."},
  };
  return rows;
}

const manual_rows& file_rows() {
  static const manual_rows rows = {
      {".lapse/failures",
       "Failing cases that `lapse check` found, as scenario files; it tries them first next time. "
       "See its `--failures`."},
      {"share/lapse/scenarios",
       "Scenarios to learn from, with FORMAT.md, which describes the language of scenario files."},
      {"share/lapse/schema", "JSON Schemas of scenario files and of the outputs for programs."},
  };
  return rows;
}

} // namespace

void write_man_page(std::ostream& out) {
  out << ".\\\" Made by `lapse manual` from the tables that --help prints.\n"
         ".TH LAPSE 1 \"\" \"lapse " LAPSE_VERSION "\" \"User Commands\"\n"
         // Words that are typed are not to be broken.
         ".nh\n.ad l\n";
  section(out, "NAME");
  out << "lapse \\- what dies, when and why in a Vault or OpenBao estate\n";
  section(out, "SYNOPSIS");
  out << bold("lapse") << ' ' << italic("COMMAND") << " [" << italic("ARGUMENT") << "]...\n.br\n"
      << bold("lapse") << ' ' << italic("COMMAND") << ' ' << bold("--help") << "\n.br\n"
      << bold("lapse --version") << '\n';
  section(out, "DESCRIPTION");
  out << prose(
      "Simulates the tokens and secret leases of a Vault or OpenBao server in virtual time,\n"
      "each as an actor, and reports what dies with what, when, and why. Scenario files in\n"
      "YAML describe what happens and what is expected. The same scenario and seed give\n"
      "the same bytes in every report, on every machine.\n");
  section(out, "COMMANDS");
  for (const auto& one : all_commands())
    if (!one.hidden)
      item(out, bold(one.name), one.about);
  for (const auto& one : all_commands())
    if (!one.hidden)
      describe(out, one);
  section(out, "EXIT STATUS");
  for (const auto& [status, meaning] : all_statuses())
    item(out, bold(status), meaning);
  out << ".PP\nWith several files the highest.\n";
  section(out, "ENVIRONMENT");
  for (const auto& [name, meaning] : environment_rows())
    item(out, bold(name), meaning);
  section(out, "FILES");
  for (const auto& [name, meaning] : file_rows())
    item(out, italic(name), meaning);
  section(out, "EXAMPLES");
  for (const auto& one : all_commands())
    if (!one.hidden)
      listing(out, one.manual().examples);
  section(out, "SEE ALSO");
  out << "README.md and ARCHITECTURE.md in share/doc/lapse, FORMAT.md in share/lapse/scenarios\n";
}

} // namespace lapse::cli
