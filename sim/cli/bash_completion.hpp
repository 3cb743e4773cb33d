#pragma once

#include <ostream>

namespace lapse::cli {

/// Writes the shell function that completes command lines of lapse in bash 4 and later: commands,
/// their options, values of options where they can be listed, and files of the kind a command
/// reads.
void write_bash_completion(std::ostream& out);

} // namespace lapse::cli
