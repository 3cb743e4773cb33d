#pragma once

#include "sim/engine/decisions.hpp"
#include "sim/plan/client_family.hpp"
#include "sim/plan/property.hpp"
#include "sim/plan/step.hpp"

namespace lapse::plan {

// A scenario file compiled once into plain, immutable types. The loader makes a plan,
// the runner reads it; nothing here knows YAML. Repeats stay a structure: a plan's size is that of
// its file, however often a step is run.

/// What only the server can say: an identifier that a read gives.
struct looked_up {
  request_ptr ask;
  /// Where in the answer's `data` it stands.
  std::string key;
  /// Where in the body it belongs.
  nlohmann::json::json_pointer at;
  /// The part of the text at `at` that it takes the place of, where that stands between `before`
  /// and `after`; empty: all of the text.
  std::string replaces = {};
  std::string before = {};
  std::string after = {};
};

/// A request of the set-up before time 0, made by root; a refusal is an error of the file at
/// `where`.
struct setup_request {
  document::file_position where;
  request_ptr what;
  std::string words;
  /// Ranges in the body (`default_ttl: 30m..2h`); `what` has their lower ends.
  std::vector<body_hole> holes;
  /// Asked just before the request.
  std::vector<looked_up> asks;
};

/// Something the user should know that is no error.
struct plan_warning {
  document::file_position where;
  std::string text;
};

struct plan {
  /// The file, as the user gave it.
  std::string source;
  std::string name;
  std::string about;
  std::uint64_t seed = 0;
  server_config server;
  std::vector<setup_request> setup;
  std::vector<client_family> clients;
  /// The file speaks of what clients had before (`web1#1`).
  bool names_earlier = false;
  std::vector<step> steps;
  std::vector<property> properties;
  /// Refusals that no `expect` speaks of, warnings, and expecting nothing at all are failures.
  bool strict = false;
  /// Ids of built-in rules switched off, in file order.
  std::vector<std::string> rules_off;
  /// None: the last step or the end of the last property's window.
  std::optional<instant> until;
  std::vector<plan_warning> warnings;
  /// How many ranges the file has; `ranged::draw` is below it.
  int ranges = 0;
  /// Where they stand.
  std::vector<range_place> range_places;
  /// The choices of a run found by a search, which this file repeats (`decisions`).
  std::optional<engine::decision_list> decisions;
};

} // namespace lapse::plan
