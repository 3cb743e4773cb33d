#pragma once

#include "actors/protocol/door.hpp"
#include "sim/document/key_table.hpp"
#include "sim/document/node.hpp"
#include "sim/language/handle_kind.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapse::language {

class request_builder;

// What a step can do: one row per verb. The shape check, the compilers, the schema, the links that
// shrinking follows and the table of verbs in FORMAT.md read the rows; what a row cannot say is a
// function that stands beside it. A new verb is a row in the file of its group.

enum class verb_kind : std::uint8_t { request, keep, fault, repeat, together };

/// Who makes the request of a step without `as`.
enum class usual_caller : std::uint8_t { root, nobody, object };

/// What a verb creates by name, which other steps may then speak of.
enum class named_thing : std::uint8_t { nothing, mount, policy, by_path };

struct verb_parameter {
  std::string_view name;
  bool required = false;
  /// The object of the request's body that it goes into, as a JSON pointer; none: it does not go
  /// into the body as it stands.
  std::optional<std::string_view> into = std::nullopt;
};

/// A parameter that the verb's own function reads, or that is no part of the request.
constexpr verb_parameter read_here(std::string_view name) { return {name}; }
/// A parameter that is sent under its own name.
constexpr verb_parameter sent(std::string_view name, std::string_view into = "") {
  return {name, false, into};
}
constexpr verb_parameter required(verb_parameter parameter) {
  parameter.required = true;
  return parameter;
}

struct verb_spec {
  // -- its key in a step ---------------------------------------------------------------

  std::string_view name;
  /// `new_handle`: the value names a handle that the answer binds; `handle`: one that is used.
  document::value_shape shape = document::value_shape::text;
  std::string_view doc = {};
  std::vector<std::string_view> words = {};
  const document::key_table& (*table)() = nullptr;
  /// What the handle names.
  handle_kind handle = handle_kind::any;

  // -- the request ---------------------------------------------------------------------

  verb_kind kind = verb_kind::request;
  std::string_view method = {};
  /// `{}` stands for the verb's value; of a mount, `{mount}` for its path below `sys/`.
  std::string_view path = {};
  /// Those besides `at`, `after`, `expect` and, of requests, `as`, `wrap` and `wrap_ttl`.
  std::vector<verb_parameter> parameters = {};
  usual_caller caller = usual_caller::root;
  /// The body is an object even if nothing is in it.
  bool sends_object = false;
  /// The answer may be a token or lease, whatever the step says.
  bool makes_life = false;
  named_thing creates = named_thing::nothing;
  /// What the row cannot say; null: it says all.
  void (*compile)(request_builder&) = nullptr;
  /// Of kind `fault`.
  fault::kind what = fault::kind::backend_down;

  /// Whether `expect` beside it speaks of an answer; else it speaks of the world.
  [[nodiscard]] bool answered() const noexcept {
    return kind == verb_kind::request || kind == verb_kind::keep;
  }
  [[nodiscard]] const verb_parameter* find(std::string_view parameter) const noexcept;
  /// Whether a step with this verb may have the key.
  [[nodiscard]] bool takes(std::string_view step_key) const noexcept;
};

[[nodiscard]] const std::vector<verb_spec>& verbs();
[[nodiscard]] const verb_spec* find_verb(std::string_view name) noexcept;

/// The step's verb: the first key that is one. Null if there is none.
[[nodiscard]] const verb_spec* verb_of(const document::document_node& step);

/// The list of steps inside of a step: that of `repeat` or `together`; null if it has none.
[[nodiscard]] document::document_node* inner_steps(document::document_node& step) noexcept;
[[nodiscard]] const document::document_node*
inner_steps(const document::document_node& step) noexcept;

/// The counter's name of a repeat's mapping.
[[nodiscard]] std::string counter_of(const document::document_node& repeat);

/// Keys of every step, and of every step that makes a request.
[[nodiscard]] const std::vector<std::string_view>& step_keys();
[[nodiscard]] const std::vector<std::string_view>& request_keys();

/// Keys of a step whose value is the name of a new handle.
[[nodiscard]] const std::vector<std::string_view>& binding_keys();

} // namespace lapse::language
