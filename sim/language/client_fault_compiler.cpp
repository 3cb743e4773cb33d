#include "sim/language/client_fault_compiler.hpp"

#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/path_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace lapse::language {

namespace {

using document::document_node;
using names = std::vector<std::string_view>;

names keys_of(fault::kind what) {
  switch (what) {
    case fault::kind::outage:
      return {"for", "status", "refuse"};
    case fault::kind::slow:
      return {"takes", "for"};
    case fault::kind::renewals_fail:
      return {"mount", "for", "over"};
    default:
      return {"for"};
  }
}

bool is_off(const document_node& object) { return object.is_scalar() && object.text == "off"; }

void check_keys(load_context& context, const document_node& object, const verb_spec& verb) {
  const auto known = keys_of(verb.what);
  for (const auto& entry : object.entries())
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      context.faults.report(entry.key_at,
                            fmt::format("unknown key {} in `{}`{}", document::in_quotes(entry.key),
                                        verb.name, document::did_you_mean(entry.key, known)));
}

bool is_span(load_context& context, const document_node& value) {
  const auto low = value.text.substr(0, value.text.find(".."));
  const auto read = document::to_duration(low);
  if (read && *read >= duration::zero())
    return true;
  context.faults.report(value.at, fmt::format("`{}` is {}; expected a duration such as 90s",
                                              value.key, document::in_quotes(value.text)));
  return false;
}

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
  const bool needs_mount = verb.what == fault::kind::renewals_fail;
  if (is_off(object) && !needs_mount) {
    result.over = true;
    return result;
  }
  if (!object.is_map()) {
    context.faults.report(object.at, fmt::format("`{}` takes a mapping{}", verb.name,
                                                 needs_mount ? "" : ", or `off`"));
    return result;
  }
  check_keys(context, object, verb);
  if (const auto* lasts = object.scalar("for"); lasts != nullptr && is_span(context, *lasts))
    result.lasts = context.fixed_duration("for", lasts).value_or(never);
  if (const auto* over = object.find("over"))
    result.over = document::to_flag(*over).value_or(false);
  read_status(context, object, result);
  if (const auto* takes = object.scalar("takes"); takes != nullptr && is_span(context, *takes))
    result.takes = context.duration_range(*takes).value_or(plan::ranged<duration>{});
  else if (takes == nullptr && verb.what == fault::kind::slow)
    context.faults.report(object.at, "`slow` needs `takes`: how long each answer takes");
  if (const auto* mount = object.scalar("mount"))
    result.mount = context.counted(std::string{trimmed_mount(mount->text)} + "/");
  else if (needs_mount)
    context.faults.report(object.at, "`renewals_fail` needs `mount`: what of is not renewed");
  return result;
}

} // namespace lapse::language
