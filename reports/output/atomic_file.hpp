#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace lapse::output {

/// What becomes of a symbolic link that stands where a file is written: what it leads to is
/// written, or it is replaced itself, where its name is one that others can foresee.
enum class links { followed, replaced };

/// A file that appears whole or not at all: what is written goes to `PATH.tmp-…` beside it, and
/// only `commit` gives it its name. A run that is killed in the middle leaves the old file or
/// nothing under that name. A path that is there and is no regular file (`/dev/stdout`, a pipe) is
/// written to directly, since it must not be replaced.
class atomic_file {
public:
  atomic_file();
  /// Removes the temporary file unless it was committed.
  ~atomic_file();
  atomic_file(atomic_file&&) noexcept;
  atomic_file& operator=(atomic_file&&) noexcept;

  /// Empty text, or why it cannot be opened.
  [[nodiscard]] std::string open(const std::string& path, links what = links::followed);

  /// Where to write. Failures are kept until `commit`.
  [[nodiscard]] std::ostream& stream();

  /// Writes out all that is left and gives the file its name. Empty text, or what went wrong (a
  /// full disk, a closed pipe); then the old file is untouched.
  [[nodiscard]] std::string commit();

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Opens, writes and commits a file at once. Empty text, or what went wrong; then the old file is
/// untouched.
[[nodiscard]] std::string write_whole(const std::string& path,
                                      const std::function<void(std::ostream&)>& write,
                                      links what = links::followed);

} // namespace lapse::output
