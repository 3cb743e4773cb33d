#include "actors/protocol/visible_text.hpp"
#include "sim/cli/command_table.hpp"
#include "sim/cli/termination.hpp"
#include "sim/document/nearest.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using lapse::cli::command_words;

void print_help(std::ostream& out) {
  out << "lapse: what dies, when and why in a Vault or OpenBao estate\n"
         "\n"
         "usage: lapse COMMAND [ARGUMENT]...\n"
         "       lapse COMMAND --help\n"
         "       lapse --version\n"
         "\n"
         "commands:\n";
  for (const auto& c : lapse::cli::all_commands())
    if (!c.hidden)
      out << "  " << c.name << std::string(10 - c.name.size(), ' ') << c.about << '\n';
  out << "\nexamples:\n";
  for (const auto& example : lapse::cli::first_examples())
    out << "  " << example << '\n';
  out << "\nexit status:\n";
  for (const auto& [status, meaning] : lapse::cli::all_statuses())
    out << "  " << status << "  " << meaning << '\n';
}

/// Its lines are ours; what they quote may hold anything.
int complain(std::string_view text) {
  std::cerr << "lapse: ";
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    std::cerr << lapse::visible_text(text.substr(0, end)) << '\n';
    text.remove_prefix(end + 1);
  }
  std::cerr << lapse::visible_text(text) << '\n';
  return 2;
}

int dispatch(const std::vector<std::string>& words) {
  if (words.empty()) {
    print_help(std::cerr);
    return 2;
  }
  const auto& name = words.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(std::cout);
    return 0;
  }
  if (name == "--version") {
    std::cout << "lapse " LAPSE_VERSION "\n";
    return 0;
  }
  for (const auto& c : lapse::cli::all_commands())
    if (c.name == name)
      return c.run(command_words(words.begin() + 1, words.end()));
  std::vector<std::string_view> names{"--help", "--version"};
  for (const auto& c : lapse::cli::all_commands())
    names.push_back(c.name);
  auto kind = name.starts_with("-") ? "option" : "command";
  return complain(std::string("unknown ") + kind + " " + lapse::document::in_quotes(name) +
                  lapse::document::did_you_mean(name, names) + "\ntry `lapse --help`");
}

/// Results go to standard output: if they could not be written, the command has failed, whatever it
/// found.
int finish(int status) {
  errno = 0;
  std::cout.flush();
  if (std::cout.good())
    return status;
  auto reason = errno != 0 ? std::string(": ") + std::strerror(errno) : std::string{};
  return complain("cannot write to standard output" + reason);
}

} // namespace

int main(int argc, char** argv) {
  lapse::cli::prepare_process();
  std::ios::sync_with_stdio(false);
  std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    return finish(dispatch(words));
  } catch (const lapse::cli::usage_error& e) {
    return complain(e.text);
  } catch (const std::bad_alloc&) {
    return complain("out of memory");
  } catch (const std::exception& e) {
    return complain(std::string("internal error: ") + e.what());
  }
}
