#pragma once

#include "actors/protocol/door.hpp"
#include "sim/transcript/transcript.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lapse::transcript {

/// One field that is not what the transcript says.
struct field_difference {
  /// E.g. `status` or `auth.policies[1]`.
  std::string path;
  /// Compact JSON, or `(absent)`.
  std::string expected;
  std::string got;
};

/// One answer that is not what the transcript says.
struct difference {
  int line = 0;
  /// When the request was sent, and when the replay issued it.
  instant at{0};
  instant issued{0};
  /// As in the file, e.g. `POST auth/token/create as $root {"ttl":"3s"}`.
  std::string request;
  int expected_status = 0;
  int got_status = 0;
  /// Null where there was no body. Symbols stand for what they are bound to in `got`, too.
  nlohmann::json expected;
  nlohmann::json got;
  std::vector<field_difference> fields;
};

struct replay_result {
  std::uint64_t requests = 0;
  /// Answers compared; loose lines are not.
  std::uint64_t compared = 0;
  std::uint64_t differing = 0;
  /// At most `differences_max` of them, in order.
  std::vector<difference> differences;

  [[nodiscard]] bool passed() const noexcept { return differing == 0; }
};

using door_factory = std::function<std::unique_ptr<door>(const server_config&)>;

/// A transcript made ready to be replayed many times: each line is compiled once into a request
/// (built anew only when its symbols stand for other values than last time) and an expectation
/// that compares typed answers field by field. Not to be shared between threads.
class compiled_transcript {
public:
  /// Differences kept per replay; the rest are counted only.
  static constexpr std::size_t differences_max = 50;

  explicit compiled_transcript(transcript_ptr source);
  ~compiled_transcript();
  compiled_transcript(compiled_transcript&&) noexcept;
  compiled_transcript& operator=(compiled_transcript&&) noexcept;

  [[nodiscard]] const transcript& source() const noexcept;

  /// The server's configuration.
  [[nodiscard]] server_config config() const;

  /// Sends all requests to a fresh server. Each request is issued at `at + took`, or at `at` if
  /// `settle` found that the real server had acted by then.
  [[nodiscard]] replay_result replay(door& server);

  /// Like `replay`, but every answer is also compared as plain JSON, and a line on which the two
  /// comparisons disagree counts as differing. For tests of the comparison itself.
  [[nodiscard]] replay_result replay_doubly(door& server);

  /// Replays on fresh servers. The recording knows only that the server acted between `at` and
  /// `at + took`: where a line differs when issued at the end of that span and everything up to it
  /// fits when it is issued at its start, it stays at the start in this and all later replays
  /// (R-1733).
  [[nodiscard]] replay_result settle(const door_factory& make_server);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace lapse::transcript
