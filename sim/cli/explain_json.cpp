#include "sim/cli/explain_print.hpp"

#include "reports/json/event_json.hpp"

namespace lapse::cli {

namespace {

using json = nlohmann::ordered_json;

json end_json(const explain::explained_end& end) {
  json result;
  json_report::put_time(result, "at", end.at);
  result["reason"] = end.reason;
  return result;
}

json link_json(const explain::bound_link& link) {
  json result{{"name", link.name}, {"kind", link.kind}};
  json_report::put_time(result, "end", link.end);
  result["bound"] = to_string(link.bound);
  json_report::put_time(result, "limit", link.limit);
  result["limit_bound"] = to_string(link.limit_bound);
  result["refusal"] = link.refusal;
  result["binding"] = link.binding;
  result["limiting"] = link.limiting;
  result["uses_left"] = link.uses_left;
  return result;
}

json renewals_json(const explain::renewal_outlook& told) {
  json result{{"refusal", told.refusal}};
  json_report::put_time(result, "grant", told.grant);
  json_report::put_time(result, "first_cut", told.first_cut);
  return result;
}

json maximum_json(const explain::ttl_maximum& one) {
  json result{{"name", one.name}, {"key", one.key}};
  json_report::put_time(result, "value", one.value);
  result["binds"] = one.binds;
  return result;
}

json casualty_json(const explain::casualty& dead) {
  json result{{"name", dead.name}, {"kind", dead.kind}, {"above", dead.above}};
  json_report::put_time(result, "otherwise", dead.otherwise);
  if (dead.kind == "lease") {
    result["mount"] = dead.mount;
    result["path"] = dead.path;
  }
  return result;
}

json backend_json(const explain::touched_backend& backend) {
  json result{{"mount", backend.mount},       {"leases", backend.leases},
              {"revoked", backend.revoked},   {"irrevocable", backend.irrevocable},
              {"failures", backend.failures}, {"error", backend.error}};
  json_report::put_time(result, "done", backend.done);
  return result;
}

json survivor_json(const explain::survivor& living) {
  json result{{"name", living.name}, {"kind", living.kind}, {"why", living.why}};
  json_report::put_time(result, "end", living.end);
  return result;
}

template <class List, class Write>
json list_json(const List& list, Write write) {
  auto result = json::array();
  for (const auto& one : list)
    result.push_back(write(one));
  return result;
}

json radius_json(const explain::blast_radius& told) {
  return {{"refusal", told.refusal},
          {"stopped", told.stopped},
          {"by", told.by},
          {"dead", list_json(told.dead, casualty_json)},
          {"backends", list_json(told.backends, backend_json)},
          {"survivors", list_json(told.survivors, survivor_json)},
          {"above_tokens", told.above_tokens},
          {"unrelated_tokens", told.unrelated_tokens},
          {"unrelated_leases", told.unrelated_leases}};
}

} // namespace

json explain_json(const explain::explanation& what) {
  json result{{"schema_version", 1},
              {"source", what.source},
              {"scenario", what.scenario},
              {"handle", what.handle},
              {"kind", what.kind}};
  json_report::put_time(result, "created", what.created);
  json_report::put_time(result, "at", what.at);
  result["moment"] = what.moment;
  json_report::put_time(result, "busiest", what.busiest);
  result["as_it_stands"] = end_json(what.as_it_stands);
  result["hard_end"] = end_json(what.hard_end);
  result["open_ended"] = what.open_ended;
  result["chain"] = list_json(what.chain, link_json);
  result["links_left_out"] = what.links_left_out;
  result["maxima"] = list_json(what.maxima, maximum_json);
  json_report::put_time(result, "raised", what.raised);
  result["renewals"] = renewals_json(what.renewals);
  result["revocation"] = radius_json(what.radius);
  return result;
}

json path_json(const explain::path_explanation& what) {
  json result{{"schema_version", 1},
              {"source", what.source},
              {"scenario", what.scenario},
              {"question", what.question},
              {"path", what.path}};
  json_report::put_time(result, "at", what.at);
  result["moment"] = what.moment;
  json_report::put_time(result, "busiest", what.busiest);
  result["revocation"] = radius_json(what.radius);
  return result;
}

json access_json(const explain::explained_access& what, const rule_place& place) {
  json result{{"schema_version", 1}, {"source", place.file}};
  result["refusal"] = what.number > 0 ? json(what.number) : json(nullptr);
  result["refusals"] = what.number > 0 ? json(what.refusals) : json(nullptr);
  json_report::put_time(result, "at", what.at);
  result["who"] = what.who;
  result["request"] = what.what;
  result["status"] = what.status;
  result["error"] = what.error;
  result["why"] = what.why;
  result["remedy"] = what.remedy;
  result["rule"] = what.rule;
  result["policies"] = what.policies;
  result["held"] = what.held;
  result["place"] = nullptr;
  if (place.at.line > 0)
    result["place"] = {
        {"file", place.rule_file}, {"line", place.at.line}, {"column", place.at.column}};
  return result;
}

} // namespace lapse::cli
