#include "sim/cli/command_manual.hpp"

#include <fmt/format.h>

namespace lapse::cli {

void print_help(std::ostream& out, const command_manual& manual) {
  auto lead = "usage:";
  for (const auto& call : manual.synopsis) {
    out << fmt::format("{:<6} lapse {}\n", lead, call);
    lead = "";
  }
  out << '\n' << manual.description << '\n' << manual.options;
  for (const auto& [heading, rows] : manual.tables) {
    out << fmt::format("\n{}:\n", heading);
    for (const auto& [name, meaning] : rows)
      out << fmt::format("  {:<12} {}\n", name, meaning);
  }
  out << "\nexamples:\n";
  for (const auto& example : manual.examples)
    out << fmt::format("  {}\n", example);
  out << "\nexit status:\n";
  for (const auto& [status, meaning] : manual.statuses)
    out << fmt::format("  {}  {}\n", status, meaning);
  if (manual.several_files)
    out << "With several files the highest.\n";
}

} // namespace lapse::cli
