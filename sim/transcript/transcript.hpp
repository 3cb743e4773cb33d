#pragma once

#include "actors/protocol/door.hpp"

#include "actors/http/read_request.hpp"

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapse::transcript {

/// One request of a transcript with the answer a real server gave, or a `sim` line.
struct transcript_line {
  /// Counts from 1; the first line of the file is the header.
  int number = 0;
  /// When the request was sent.
  instant at{0};
  /// Until the answer was there; the server acted between `at` and `at + took`.
  duration took{0};
  /// Symbol or literal token; none: no token.
  std::optional<std::string> as;
  std::string method;
  std::string path;
  nlohmann::json body;
  /// The body as it was sent, where it is given so; then `body` is unused.
  std::optional<std::string> raw;
  /// Without those that say nothing.
  http::header_list headers;
  /// Prefix of the symbols bound from the answer, without `$`; empty: none.
  std::string save;
  int status = 0;
  /// None: the body was empty.
  std::optional<nlohmann::json> reply;
  /// The real server answered differently in another recording: not compared.
  bool loose = false;
  /// Set for a `sim` line: then everything below `at` is unused.
  std::optional<fault> sim;
};

/// A conversation with a fresh server, as recorded (tests/conformance/README.md).
struct transcript {
  std::string file;
  /// 2: requests may have any headers, and bodies as they were sent.
  int version = 1;
  std::string name;
  std::string about;
  std::string server;
  std::optional<duration> default_lease_ttl;
  std::optional<duration> max_lease_ttl;
  std::vector<transcript_line> lines;
};

using transcript_ptr = std::shared_ptr<const transcript>;

/// A mistake in a transcript file.
struct transcript_error {
  std::string file;
  /// 0: the file as a whole.
  int line = 0;
  /// What is wrong and how to fix it, one sentence each.
  std::string what;
};
[[nodiscard]] std::string to_string(const transcript_error& e);

/// No line of a transcript is longer, ...
inline constexpr std::size_t transcript_line_bytes_max = std::size_t{1} << 20;
/// ... no transcript is longer, ...
inline constexpr std::size_t transcript_bytes_max = std::size_t{32} << 20;
/// ... and no JSON in it nests deeper. Anything larger is refused unread.
inline constexpr int transcript_depth_max = 100;
/// Later instants are refused: a century.
inline constexpr duration transcript_at_max = std::chrono::hours{24 * 36525};

/// Reads a transcript, or says what is wrong with it: never nothing, in order of lines. `file` is
/// what messages call it.
///
/// Example:
///
///     #include <sstream>
///     std::istringstream lines{"{\"config\": {}}\n"};
///     auto read = transcript::read_transcript(lines, "a.jsonl");
///     assert(!read && read.error().front().line >= 1);
[[nodiscard]] tl::expected<transcript_ptr, std::vector<transcript_error>>
read_transcript(std::istream& in, const std::string& file);

/// Opens and reads `file`.
[[nodiscard]] tl::expected<transcript_ptr, std::vector<transcript_error>>
load_transcript(const std::string& file);

/// The server the transcript was recorded from: an OpenBao dev server.
[[nodiscard]] server_config config_of(const transcript& t);

} // namespace lapse::transcript
