#pragma once

#include "sim/document/node.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::shrink {

// Which step gives a handle its name and which steps speak of it. Names with counters (`job{i}`)
// are taken as globs (`job*`): whoever may be meant is.

/// Names that are bound so far.
class bound_names {
public:
  void add(const std::string& name);
  /// `root`, `none` and whatever matches a bound name.
  [[nodiscard]] bool has(std::string_view name) const;

private:
  std::set<std::string, std::less<>> plain_;
  std::vector<std::string> globs_;
  mutable std::size_t matches_left_ = 20'000'000;
};

/// Counters of the repeats around a step.
using counter_scope = std::vector<std::string>;

/// The name with `*` for each counter in scope.
[[nodiscard]] std::string as_glob(std::string_view name, const counter_scope& counters);

/// The name without `.lease`, `.descendants` or `.leases`.
[[nodiscard]] std::string_view bare_name(std::string_view name) noexcept;

/// Handles that the step itself binds, as globs.
[[nodiscard]] std::vector<std::string> names_bound(const document::document_node& step,
                                                   const counter_scope& counters);

/// Handles of the scenario's clients, as globs where there are many.
[[nodiscard]] std::vector<std::string> names_of_clients(const document::document_node& document);

/// Handles without which the step's own request means nothing, as globs; `as`, expectations and
/// inner steps are not among them.
[[nodiscard]] std::vector<std::string> names_needed(const document::document_node& step,
                                                    const counter_scope& counters);

/// Calls `found` with whatever stands in braces anywhere in the value (`{app}`, `{app.accessor}`),
/// as a glob without its part, whether or not it is a handle.
void names_in_braces(const document::document_node& value, const counter_scope& counters,
                     const std::function<void(std::string)>& found);

/// True if `expect` of the step speaks of the world, false if of an answer.
[[nodiscard]] bool expects_world(const document::document_node& step);

/// A step without inner steps, in file order.
struct step_link {
  document::node_id id = 0;
  std::vector<std::string> binds;
  std::vector<std::string> needs;
  /// Who asks; empty: nobody said.
  std::string asker;
  /// `policies` of a `create`; null: those of who asks. Lives as long as the document.
  const document::document_node* policies = nullptr;
};

/// All of them, those inside of repeats and togethers included.
[[nodiscard]] std::vector<step_link> link_steps(const document::document_node& document);

/// The steps of `wanted` and those that bind what they need, and so on; with `askers`, also those
/// that bind who asks.
[[nodiscard]] std::set<document::node_id> support(const std::vector<step_link>& steps,
                                                  const std::set<document::node_id>& wanted,
                                                  bool askers);

} // namespace lapse::shrink
