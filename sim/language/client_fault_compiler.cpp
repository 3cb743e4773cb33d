#include "sim/language/client_fault_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/path_check.hpp"

#include <fmt/format.h>

namespace lapse::language {

namespace {

using document::document_node;

void read_status(load_context& context, const document_node& object, plan::fault_step& into) {
  if (const auto* refuse = object.find("refuse"); refuse != nullptr)
    if (document::to_flag(*refuse).value_or(false))
      into.status = 0;
  const auto* status = object.scalar("status");
  if (status == nullptr)
    return;
  const auto number = document::to_integer(status->text);
  if (!number || *number < 400 || *number > 599)
    context.faults.report(status->at, fmt::format("`status` is {}; expected one from 400 to 599",
                                                  document::in_quotes(status->text)));
  else
    into.status = static_cast<int>(*number);
}

} // namespace

plan::fault_step compile_client_fault(load_context& context, const document_node& object,
                                      const verb_spec& verb) {
  plan::fault_step result;
  result.what = verb.what;
  if (object.is_scalar()) {
    // The one text that the shape check lets through is `off`.
    result.over = true;
    return result;
  }
  result.lasts = context.fixed_duration("for", object.scalar("for")).value_or(never);
  if (const auto* over = object.find("over"))
    result.over = document::to_flag(*over).value_or(false);
  read_status(context, object, result);
  if (const auto* takes = object.scalar("takes"))
    result.takes = context.duration_range(*takes).value_or(plan::ranged<duration>{});
  if (const auto* mount = object.scalar("mount")) {
    check_mount(context, *mount);
    result.mount = context.counted(std::string{trimmed_mount(mount->text)} + "/");
  }
  return result;
}

} // namespace lapse::language
