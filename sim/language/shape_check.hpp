#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/node.hpp"
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

  void check_scenario(const document_node& root);

private:
  void check_keys(const document_node& map, const key_table& table);
  void check_value(const document_node& value, const key_spec& spec);
  void check_scalar(const document_node& value, const key_spec& spec);
  void check_duration(const document_node& value, value_shape shape);
  void check_number(const document_node& value, value_shape shape);
  void check_bounds(const document_node& value, value_shape shape);
  void check_states(const document_node& value);
  void check_names(const document_node& value, value_shape shape);
  void check_policy(const document_node& value);
  void check_mapping(const document_node& value, const key_table& table);
  void check_map_of(const document_node& value, const key_spec& spec);
  void check_list_of(const document_node& value, const key_spec& spec);

  void check_step(const document_node& step);
  void check_step_key(const document_node& entry, const verb_spec* verb);
  void check_repeat(const document_node& repeat);
  void check_property(const document_node& property);

  /// Says what the value, or an item of it, is and what was expected of this shape.
  void wrong(const document_node& value, value_shape shape);
  void wrong_item(const document_node& entry, const document_node& item, value_shape shape);
  void unknown_key(const document_node& entry, const key_table& table);
  void require(const document_node& map, std::string_view key, std::string_view what);

  diagnostics* faults_;
  counter_names counters_;
};

} // namespace lapse
