#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/language/handle_kind.hpp"
#include "sim/plan/plan.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapse::language {

/// Why a scenario cannot have a handle of that name; empty: it can.
[[nodiscard]] std::string handle_name_fault(std::string_view name);

/// Which handles a file binds and uses, and whether each use finds its handle: bound once, bound
/// before, not inside the same `together`. Uses are collected while steps are compiled and judged
/// at the end, when every binding is known.
class handle_registry {
public:
  /// A place in the order of issue.
  struct moment {
    std::size_t ordinal = 0;
    /// Enclosing `together`s, outermost first: its number and the member's index.
    std::vector<std::pair<int, int>> clients;
    /// Rounds of each enclosing repeat; none where it runs until a time.
    std::vector<std::optional<std::int64_t>> rounds;
  };

  void bind(const plan::counted_text& name, document::file_position where, const moment& when,
            handle_kind what = handle_kind::any);
  /// `when` none: anywhere in the file will do (properties).
  void use(const plan::counted_text& name, bool glob, document::file_position where,
           std::optional<moment> when, handle_kind wanted = handle_kind::any);

  /// Names of the clients of a family, which exist from the start and get their meaning at any
  /// time. The first counter of the name is the client's number, of which there are `clients`.
  void bind_clients(const plan::counted_text& name, document::file_position where,
                    std::int64_t clients, handle_kind what);

  /// A name that some step of the file binds, known before steps are compiled.
  void announce(std::string name);
  [[nodiscard]] bool announced(std::string_view name) const;

  void judge(document::diagnostics& faults);

  /// Whether a use speaks of what a client had before (`web1#1`).
  [[nodiscard]] bool speaks_of_earlier() const;

private:
  struct family {
    plan::counted_text name;
    document::file_position where;
    moment when;
    handle_kind what = handle_kind::any;
    std::int64_t clients = 0; ///< of a family of clients: how many
  };
  struct usage {
    plan::counted_text name;
    bool glob = false;
    document::file_position where;
    std::optional<moment> when;
    handle_kind wanted = handle_kind::any;
  };

  [[nodiscard]] static std::string step_binding_fault(const family& bound, const std::string& raw);
  void judge_binding(std::size_t index, document::diagnostics& faults);
  void judge_use(const usage& use, document::diagnostics& faults);
  [[nodiscard]] bool affordable(const plan::counted_text& name);
  [[nodiscard]] const family* family_of(const plan::counted_text& name, bool glob);
  [[nodiscard]] std::string hint(const std::string& name);

  std::vector<family> families_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::vector<std::size_t> counted_;
  std::vector<usage> uses_;
  /// Of clients without their numbers.
  std::unordered_map<std::string, bool> announced_;
  std::size_t matches_left_ = 1'000'000;
  std::size_t hints_left_ = 200;
};

/// Whether `text` is one of the names of a counted text: `job12` of `job{i}`.
[[nodiscard]] bool matches_counted(const plan::counted_text& name, std::string_view text);

} // namespace lapse::language
