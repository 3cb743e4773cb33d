#pragma once

#include "actors/protocol/time.hpp"
#include "sim/cli/commands.hpp"

#include <boost/program_options.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lapse::cli {

/// Reads the words of a command. Throws `usage_error` with the nearest known option for one that
/// does not exist, and for missing or surplus values. Options are never abbreviated.
/// @param name of the words that are no options: its value is a text if there may be at most one of
/// them, otherwise a list of texts; null: the command takes none.
[[nodiscard]] boost::program_options::variables_map
read_arguments(std::string_view command, const command_words& words,
               const boost::program_options::options_description& options,
               const char* name = nullptr, bool at_most_one = false);

/// Names for a message: `text, json and audit`.
[[nodiscard]] std::string listed(std::span<const std::string_view> names);

// What values of options mean.

/// The value of an option that takes a text, `otherwise` without it.
[[nodiscard]] std::string text_of(const boost::program_options::variables_map& values,
                                  const char* name, std::string otherwise);

/// The number of an option; none without it. Throws `usage_error` for what is no whole number from
/// `least` to `most`.
[[nodiscard]] std::optional<std::uint64_t>
number_between(std::string_view command, const boost::program_options::variables_map& values,
               const char* name, std::uint64_t least, std::uint64_t most);

/// Whether `--format` is `json`. Throws `usage_error` if it is not `text` either.
[[nodiscard]] bool wants_json(std::string_view command,
                              const boost::program_options::variables_map& values);

// How a wrong one of these is refused is for the command to say.

/// Digits alone, at most 2^64 - 1.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);

/// A duration of the scenario language such as `90m`, from zero.
[[nodiscard]] std::optional<instant> time_since_start(const std::string& text);

/// The first of the environment's variables that is set and not empty; empty: none is.
[[nodiscard]] std::string first_variable(std::initializer_list<const char*> names);

/// What `--seed` may be at most, where it is a number.
inline constexpr std::uint64_t seed_max = std::numeric_limits<std::uint64_t>::max();

/// What `--jobs` may be at most.
inline constexpr std::size_t jobs_max = 256;

/// What `--jobs` is without being said: at least 1.
[[nodiscard]] std::size_t cores();

} // namespace lapse::cli
