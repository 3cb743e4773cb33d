#pragma once

#include "sim/cli/commands.hpp"

#include <boost/program_options.hpp>

#include <string_view>

namespace lapse {

/// Reads the words of a command. Throws `usage_error` with the nearest known option for one that
/// does not exist, and for missing or surplus values. Options are never abbreviated.
[[nodiscard]] boost::program_options::variables_map
read_arguments(std::string_view command, const command_words& words,
               const boost::program_options::options_description& options,
               const boost::program_options::positional_options_description& positions);

} // namespace lapse
