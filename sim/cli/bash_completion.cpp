#include "sim/cli/bash_completion.hpp"

#include "sim/cli/command_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::cli {

namespace {

/// Finds out which option the current word is the value of. With `=` among the characters that
/// break words, as bash has it by default, `--report json=PATH` comes as four words, else as two.
constexpr std::string_view head =
    "# Completion of lapse for bash, made by `lapse completion bash` from the tables that "
    "--help prints.\n"
    R"bash(
# _lapse_offer LINES makes them the answer.
_lapse_offer()
{
  [[ $1 ]] && mapfile -t COMPREPLY <<<"$1"
}

# _lapse_files EXTENSION... offers folders, and files with one of the extensions; all without any.
_lapse_files()
{
  local found extension
  compopt -o filenames 2>/dev/null
  if [[ $# -eq 0 ]]; then
    found=$(compgen -P "$prefix" -f -- "$current")
  else
    found=$(
      compgen -P "$prefix" -d -- "$current"
      for extension; do compgen -P "$prefix" -f -X "!*.$extension" -- "$current"; done)
  fi
  _lapse_offer "$found"
}

_lapse_folders()
{
  compopt -o filenames 2>/dev/null
  _lapse_offer "$(compgen -P "$prefix" -d -- "$current")"
}

_lapse_words()
{
  _lapse_offer "$(compgen -P "$prefix" -W "$*" -- "$current")"
}

_lapse()
{
  local current=${COMP_WORDS[COMP_CWORD]} prefix= behind_equals= word
  local -a before=()
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      =) ;;
      --*=*) before+=("${word%%=*}" "${word#*=}") ;;
      *) before+=("$word") ;;
    esac
  done
  if [[ $current == = || ${COMP_WORDS[COMP_CWORD-1]} == = ]]; then
    behind_equals=yes
    current=${current#=}
  elif [[ $current == --*=* ]]; then
    before+=("${current%%=*}")
    prefix=${current%%=*}=
    current=${current#*=}
  fi
  local command=${before[0]-} option= earlier=
  [[ ${#before[@]} -gt 1 ]] && option=${before[-1]}
  [[ ${#before[@]} -gt 2 && $behind_equals ]] && earlier=${before[-2]}
)bash";

enum class value_kind : std::uint8_t {
  none, ///< a flag
  free, ///< a number, a time, anything
  file,
  folder,
  word,     ///< one of the choices
  word_path ///< the same, and `=PATH` may follow
};

value_kind kind_of(const boost::program_options::option_description& option,
                   const command_manual& manual) {
  if (option.semantic()->max_tokens() == 0)
    return value_kind::none;
  const auto name = option.semantic()->name();
  if (manual.choices.count(option.long_name()) != 0)
    return name.ends_with("[=PATH]") ? value_kind::word_path : value_kind::word;
  if (name == "FOLDER")
    return value_kind::folder;
  return name == "PATH" || name == "FILE" ? value_kind::file : value_kind::free;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

/// The branches for values of one command's options.
void write_values(std::ostream& out, std::string_view command, const command_manual& manual) {
  for (const auto& option : manual.options.options()) {
    const auto name = option->long_name();
    const auto kind = kind_of(*option, manual);
    if (kind == value_kind::none)
      continue;
    out << fmt::format("    '{} --{}')", command, name);
    if (kind == value_kind::file) {
      out << " _lapse_files; return ;;\n";
    } else if (kind == value_kind::folder) {
      out << " _lapse_folders; return ;;\n";
    } else if (kind == value_kind::free) {
      out << " return ;;\n";
    } else {
      out << '\n';
      if (kind == value_kind::word_path)
        out << "      if [[ $current == *=* ]]; then\n"
               "        prefix+=${current%%=*}=\n"
               "        current=${current#*=}\n"
               "        _lapse_files\n"
               "        return\n"
               "      fi\n";
      out << fmt::format("      _lapse_words {}\n      return ;;\n",
                         joined(manual.choices.at(name)));
    }
  }
}

void write_paths_of_words(std::ostream& out, std::string_view command,
                          const command_manual& manual) {
  for (const auto& option : manual.options.options())
    if (kind_of(*option, manual) == value_kind::word_path)
      out << fmt::format("    '{} --{}') _lapse_files; return ;;\n", command, option->long_name());
}

void write_arguments(std::ostream& out, std::string_view command, const command_manual& manual) {
  std::vector<std::string> options;
  for (const auto& option : manual.options.options())
    options.push_back("--" + option->long_name());
  out << fmt::format("    {})\n      if [[ $current == -* ]]; then\n        _lapse_words {}\n",
                     command, joined(options));
  if (!manual.reads.empty())
    out << fmt::format("      else\n        _lapse_files {}\n", joined(manual.reads));
  out << "      fi ;;\n";
}

} // namespace

void write_bash_completion(std::ostream& out) {
  out << head << "  case \"$command $option\" in\n";
  std::vector<std::string> names;
  for (const auto& one : all_commands()) {
    if (one.hidden)
      continue;
    names.emplace_back(one.name);
    write_values(out, one.name, one.manual());
  }
  out << "  esac\n  case \"$command $earlier\" in\n";
  for (const auto& one : all_commands())
    if (!one.hidden)
      write_paths_of_words(out, one.name, one.manual());
  out << "  esac\n  case $command in\n";
  out << fmt::format("    '') _lapse_words {} --help --version ;;\n", joined(names));
  for (const auto& one : all_commands())
    if (!one.hidden)
      write_arguments(out, one.name, one.manual());
  out << "  esac\n}\n\ncomplete -F _lapse lapse\n";
}

} // namespace lapse::cli
