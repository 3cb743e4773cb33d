#include "sim/language/tables.hpp"
#include "sim/language/verb_groups.hpp"

namespace lapse::language {

std::vector<verb_spec> structure_verbs() {
  return {
      {.name = "repeat",
       .shape = document::value_shape::mapping,
       .doc = "Runs steps several times; {i} counts from 1.",
       .table = repeat_table,
       .kind = verb_kind::repeat},
      {.name = "together",
       .shape = document::value_shape::list_of,
       .doc = "Steps issued at once by independent clients.",
       .table = step_table,
       .kind = verb_kind::together},
  };
}

} // namespace lapse::language
