#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

namespace lapse::output {

/// Output that waits for its turn: in memory while it is small, beyond `spool_memory_max` in a
/// temporary file without a name (in `$TMPDIR`, else `/tmp`), which is gone with the process.
class spool {
public:
  spool();
  ~spool();
  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;

  /// Where to write. Failures are kept until `append_to`.
  [[nodiscard]] std::ostream& stream();

  /// Bytes written so far.
  [[nodiscard]] std::uint64_t size() const;

  /// Copies all that was written. Empty text, or why it cannot.
  [[nodiscard]] std::string append_to(std::ostream& out);

private:
  struct state;
  std::unique_ptr<state> state_;
};

inline constexpr std::uint64_t spool_memory_max = 1 << 20;

} // namespace lapse::output
