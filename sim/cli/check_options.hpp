#pragma once

#include "sim/cli/commands.hpp"
#include "sim/explore/search.hpp"
#include "sim/explore/strategies.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lapse::cli {

/// What `lapse check` was told.
struct check_arguments {
  bool help = false;
  std::vector<std::string> files;
  /// Those in folders that say `check: when_named`.
  std::vector<std::string> left_out;
  /// Reports of shards to merge instead of searching.
  std::vector<std::string> merge;
  bool generate = false;
  std::variant<explore::mixed, explore::sampling> strategy;
  /// `auto`, `exhaustive`, or what `strategy` says.
  std::string strategy_name = "auto";
  std::uint64_t runs = 0;
  /// Of the sampling of one file, all runs together.
  std::uint64_t deliveries = std::numeric_limits<std::uint64_t>::max();
  std::optional<std::chrono::nanoseconds> time;
  /// As given, and the number it stands for.
  std::string seed_text = "0";
  std::uint64_t seed = 0;
  std::size_t jobs = 1;
  /// From 1.
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  bool verify_determinism = false;
  /// What nobody spoke of is a failure.
  bool strict = false;
  std::size_t tries = 500;
  std::optional<std::chrono::nanoseconds> shrink_time;
  /// Folder of failing cases; empty: none is kept.
  std::string failures = ".lapse/failures";
  std::string junit;
  std::string json;
};

/// Throws `usage_error`. `environment` reads a variable of the environment; null if it is not set.
[[nodiscard]] check_arguments read_check_arguments(const command_words& words,
                                                   const char* (*environment)(const char*));

} // namespace lapse::cli
