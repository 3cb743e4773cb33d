#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapse::http {

/// What comes after `/v1/` in the first line of an HTTP request, read as the server reads it
/// (R-1218).
struct target {
  /// A broken escape: HTTP itself refuses it.
  bool malformed = false;
  /// With its escapes undone.
  std::string path;
  /// As it was sent.
  std::string sent;
  /// A `/` in front of the third part was sent escaped. What goes by the path as it was sent takes
  /// it for part of a name.
  bool escaped_slash = false;
  /// In the order of the query, keys may repeat. Pairs with a broken escape or a `;` are dropped.
  std::vector<std::pair<std::string, std::string>> query;
  /// The query as it was sent, without its `?`.
  std::string sent_query;

  /// The first value of `key`; null: there is none.
  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;
};

[[nodiscard]] target read_target(std::string_view text);

/// Characters that stand for themselves in a path, beside letters and digits.
inline constexpr std::string_view path_characters = "-_.~$&+,/:;=@";

/// `%XX` for each byte that is no ASCII letter, no digit and not in `kept`.
[[nodiscard]] std::string escape(std::string_view text, std::string_view kept);

/// Where a client is sent whose path is not clean: a path with `//`, `.` or `..` to the path they
/// mean, a folder without its `/` to the one with it. Empty: the path is served as it is.
[[nodiscard]] std::string redirection(const target& target);

/// The path that `path` means: without `//`, `.` and `..`, from its root on. A final `/` stays.
[[nodiscard]] std::string cleaned(std::string_view path);

/// Whether a path has `.` or `..` as one of its parts: such requests are refused (R-1219).
[[nodiscard]] bool is_relative(std::string_view path) noexcept;

} // namespace lapse::http
