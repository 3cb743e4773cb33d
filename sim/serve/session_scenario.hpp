#pragma once

#include "sim/document/node.hpp"
#include "sim/plan/plan.hpp"
#include "sim/serve/journal.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lapse::serve {

/// How far a session has come.
struct session_extent {
  instant now{0};
  /// Properties that would fail if it ended now, only because it does: places among those of the
  /// file, then those from outside.
  std::vector<std::size_t> open = {};
  /// Whether a request has no answer yet.
  bool request_open = false;
};

/// The scenario that a served world is made from, and as which its session can be written down.
class session_scenario {
public:
  /// Reads `file`; empty: what a dev server begins with, the root token and `secret/`.
  /// @param root_token id of the root token; empty: `root` of a dev server, or what the file says.
  /// @param kv_version of `secret/` without a file
  /// The errors are lines for people.
  [[nodiscard]] static tl::expected<session_scenario, std::vector<std::string>>
  read(const std::string& file, const std::string& root_token, int kv_version = 2);

  /// As the world's plan. `start` as its `server.start`, unless the file says when it begins.
  [[nodiscard]] tl::expected<plan::plan, std::vector<std::string>>
  plan(std::optional<std::int64_t> start_unix_s) const;

  /// Reads once more, after a world was made, what its file and those that it names say: from then
  /// on the session is written down, and steps from outside are compiled, as that world has it.
  void refresh();

  /// The session so far as a scenario file: `lapse run` does the same again, up to `now`. Requests
  /// side by side stand in a `together`. Steps of the file that are still to come stand in
  /// comments, with properties of what only they make, and those that wait for what has not
  /// happened yet.
  /// @param made the plan of the world.
  [[nodiscard]] std::string write(const plan::plan& made, const journal& what,
                                  const session_extent& until) const;

  /// Compiles a step of the scenario language as one that comes now, in JSON or YAML. The error is
  /// for people.
  [[nodiscard]] tl::expected<plan::step, std::string>
  step(const std::string& text, const plan::plan& made, const journal& what, instant now) const;

  /// The same for a property such as `{ always: { tokens: 3 } }`, whose window begins now or later.
  [[nodiscard]] tl::expected<plan::property, std::string>
  property(const std::string& text, const plan::plan& made, const journal& what, instant now) const;

  /// What was compiled on its own, in the journal's order.
  struct outside {
    std::vector<plan::step> steps;
    /// None: it stands in comments.
    std::vector<std::optional<plan::property>> properties;
  };
  /// Compiles the journal's steps and properties once more, as they stand in what `write` gives: so
  /// reports name their lines there. None: that does not load.
  [[nodiscard]] std::optional<outside> placed(const plan::plan& made, const journal& what,
                                              const session_extent& until) const;

  /// Whether the file says when the world begins.
  [[nodiscard]] bool has_start() const noexcept { return has_start_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
  session_scenario() = default;

  /// Which of the session's requests and steps stand in a scenario.
  enum class extent : std::uint8_t {
    whole,
    names ///< only what later steps may speak of
  };
  struct divided {
    document::document_node scenario;
    /// The file's steps that are still to come.
    document::document_node to_come;
    /// Places of the journal's steps among those of `scenario`.
    std::vector<std::size_t> outside;
  };
  [[nodiscard]] divided document(const plan::plan& made, const journal& what, instant now,
                                 extent how_much) const;
  /// As `write` prints it.
  [[nodiscard]] divided written(const plan::plan& made, const journal& what,
                                const session_extent& until) const;
  /// Takes out what `write` puts into comments.
  void keep_judged(divided& of, const plan::plan& made, const journal& what,
                   const session_extent& until) const;
  [[nodiscard]] std::vector<std::string> overrides(std::optional<std::int64_t> start) const;

  std::string name_;
  std::string text_;
  std::string folder_;
  std::string root_token_;
  bool has_start_ = false;
  /// With what stands in files of their own; empty before a world was made.
  document::document_node base_;
};

} // namespace lapse::serve
