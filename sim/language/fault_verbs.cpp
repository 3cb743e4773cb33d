#include "sim/language/verb_groups.hpp"

namespace lapse::language {

std::vector<verb_spec> fault_verbs() {
  using enum fault::kind;
  return {
      {.name = "backend_down",
       .shape = document::value_shape::path,
       .doc = "Every call to this mount's backend fails from now on.",
       .kind = verb_kind::fault,
       .parameters = {read_here("only")},
       .what = backend_down},
      {.name = "backend_up",
       .shape = document::value_shape::path,
       .doc = "The backend works again.",
       .kind = verb_kind::fault,
       .what = backend_up},
      {.name = "backend_slow",
       .shape = document::value_shape::path,
       .doc = "Each revocation there takes a while.",
       .kind = verb_kind::fault,
       .parameters = {read_here("takes")},
       .what = backend_slow},
      {.name = "fail_revocation",
       .shape = document::value_shape::handle,
       .doc = "The backend refuses to revoke this one lease.",
       .kind = verb_kind::fault,
       .what = fail_revocation},
  };
}

} // namespace lapse::language
