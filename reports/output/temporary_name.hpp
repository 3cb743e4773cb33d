#pragma once

#include <cstddef>
#include <string>

namespace lapse::output {

/// The name of a file that exists only until it is renamed, kept where a signal handler finds it: a
/// process that is ended leaves none behind. Past 256 names at once, and names of more than 4095
/// bytes, are not remembered.
class temporary_name {
public:
  temporary_name() = default;
  explicit temporary_name(const std::string& path);
  ~temporary_name();
  temporary_name(const temporary_name&) = delete;
  temporary_name& operator=(const temporary_name&) = delete;

private:
  std::size_t slot_ = none;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

/// Removes all files whose names are remembered. May be called in a signal handler.
void remove_temporary_files() noexcept;

} // namespace lapse::output
