#include "sim/language/tables.hpp"
#include "sim/language/verb_groups.hpp"

namespace lapse::language {

std::vector<verb_spec> fault_verbs() {
  using enum fault::kind;
  return {
      {.name = to_string(backend_down),
       .shape = document::value_shape::path,
       .doc = "Every call to this mount's backend fails from now on.",
       .kind = verb_kind::fault,
       .parameters = {read_here("only")},
       .what = backend_down},
      {.name = to_string(backend_up),
       .shape = document::value_shape::path,
       .doc = "The backend works again.",
       .kind = verb_kind::fault,
       .what = backend_up},
      {.name = to_string(backend_slow),
       .shape = document::value_shape::path,
       .doc = "Each revocation there takes a while.",
       .kind = verb_kind::fault,
       .parameters = {read_here("takes")},
       .what = backend_slow},
      {.name = to_string(fail_revocation),
       .shape = document::value_shape::handle,
       .doc = "The backend refuses to revoke this one lease.",
       .kind = verb_kind::fault,
       .what = fail_revocation},
      {.name = to_string(outage),
       .shape = document::value_shape::mapping,
       .doc = "Clients from outside do not get through: `{ for, status, refuse }`, or `off`.",
       .words = {"off"},
       .table = outage_table,
       .kind = verb_kind::fault,
       .what = outage},
      {.name = to_string(slow),
       .shape = document::value_shape::mapping,
       .doc = "Their answers come late: `{ takes, for }`, or `off`.",
       .words = {"off"},
       .table = slow_table,
       .kind = verb_kind::fault,
       .what = slow},
      {.name = to_string(lose_answers),
       .shape = document::value_shape::mapping,
       .doc = "The server acts, and its answers to them get lost: `{ for }`, or `off`.",
       .words = {"off"},
       .table = lose_answers_table,
       .kind = verb_kind::fault,
       .what = lose_answers},
      {.name = to_string(renewals_fail),
       .shape = document::value_shape::mapping,
       .doc = "What a mount gave out cannot be renewed: `{ mount, for }`, with `over: true` again.",
       .table = renewals_fail_table,
       .kind = verb_kind::fault,
       .what = renewals_fail},
  };
}

} // namespace lapse::language
