#pragma once

#include <string>
#include <string_view>

/// What a call of the program left.
struct outcome {
  int status = -1;
  std::string out;
  std::string err;
};

/// Runs `lapse ARGUMENTS` through the shell in the source folder.
outcome lapse(const std::string& arguments);

/// Runs a shell line in the source folder; `$LAPSE` is the program.
outcome shell(const std::string& line);

/// A folder of its own for one test, removed with it.
class scratch {
public:
  scratch();
  ~scratch();
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  /// Path of a file in the folder.
  [[nodiscard]] std::string path(const std::string& name) const;
  /// Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view text) const;

private:
  std::string folder_;
};

[[nodiscard]] std::string read_file(const std::string& path);

/// Whether a text contains another.
[[nodiscard]] bool has(const std::string& text, const std::string& part);
