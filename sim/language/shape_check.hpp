#pragma once

#include "sim/document/diagnostics.hpp"
#include "sim/document/node.hpp"
#include "sim/language/counters.hpp"
#include "sim/language/tables.hpp"
#include "sim/language/verbs.hpp"

namespace lapse::language {

/// First pass over a file: keys and the shapes of their values against the key table, as the JSON
/// Schema does, with positions and hints. What handles, mounts and times mean is left to the
/// compilers, which leave out what has been reported here.
class shape_check {
public:
  explicit shape_check(document::diagnostics& faults) : faults_(&faults) {}

  void check_scenario(const document::document_node& root);

private:
  void check_keys(const document::document_node& map, const document::key_table& table);
  void check_value(const document::document_node& value, const document::key_spec& spec);
  void check_scalar(const document::document_node& value, const document::key_spec& spec);
  void check_duration(const document::document_node& value, document::value_shape shape);
  void check_number(const document::document_node& value, document::value_shape shape);
  void check_bounds(const document::document_node& value, const document::key_spec& spec);
  void check_states(const document::document_node& value);
  void check_names(const document::document_node& value, document::value_shape shape);
  void check_policy(const document::document_node& value);
  void check_mapping(const document::document_node& value, const document::key_table& table);
  void check_map_of(const document::document_node& value, const document::key_spec& spec);
  void check_list_of(const document::document_node& value, const document::key_spec& spec);

  void check_step(const document::document_node& step);
  void check_step_key(const document::document_node& entry, const verb_spec* verb);
  void check_repeat(const document::document_node& repeat);
  void check_property(const document::document_node& property);

  /// Says what the value, or an item of it, is and what was expected of this shape.
  void wrong(const document::document_node& value, document::value_shape shape);
  void wrong_item(const document::document_node& entry, const document::document_node& item,
                  document::value_shape shape);
  void unknown_key(const document::document_node& entry, const document::key_table& table);
  void require(const document::document_node& map, std::string_view key, std::string_view what);

  document::diagnostics* faults_;
  counter_names counters_;
};

} // namespace lapse::language
