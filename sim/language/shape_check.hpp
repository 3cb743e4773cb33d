#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/yaml_tree.hpp"
#include "sim/language/counters.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"

namespace lapse {

/// First pass over a file: keys and the shapes of their values against the key table, as the JSON
/// Schema does, with positions and hints. What handles, mounts and times mean is left to the
/// compilers, which leave out what has been reported here.
class shape_check {
public:
  explicit shape_check(diagnostics& faults) : faults_(&faults) {}

  void check_scenario(const yaml_node& root);

private:
  void check_keys(const yaml_node& map, const key_table& table);
  void check_value(const yaml_node& key, const yaml_node& value, const key_spec& spec);
  void check_scalar(const yaml_node& key, const yaml_node& value, const key_spec& spec);
  void check_duration(const yaml_node& key, const yaml_node& value, value_shape shape);
  void check_number(const yaml_node& key, const yaml_node& value, value_shape shape);
  void check_bounds(const yaml_node& key, const yaml_node& value, value_shape shape);
  void check_states(const yaml_node& key, const yaml_node& value);
  void check_names(const yaml_node& key, const yaml_node& value, value_shape shape);
  void check_policy(const yaml_node& key, const yaml_node& value);
  void check_mapping(const yaml_node& value, const key_table& table);
  void check_map_of(const yaml_node& value, const key_spec& spec);
  void check_list_of(const yaml_node& key, const yaml_node& value, const key_spec& spec);

  void check_step(const yaml_node& step);
  void check_step_key(const yaml_node& key, const yaml_node& value, const verb_spec* verb);
  void check_repeat(const yaml_node& key, const yaml_node& repeat);
  void check_property(const yaml_node& property);

  /// `what`, then what was expected of this shape.
  void wrong(const yaml_node& key, const yaml_node& value, value_shape shape);
  void unknown_key(const yaml_node& key, const key_table& table);
  void require(const yaml_node& map, std::string_view key, std::string_view what);

  diagnostics* faults_;
  counter_names counters_;
};

/// The counter's name of a repeat's mapping.
[[nodiscard]] std::string counter_of(const yaml_node& repeat);

} // namespace lapse
