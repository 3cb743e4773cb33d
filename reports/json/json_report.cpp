#include "reports/json/json_report.hpp"

#include "reports/cause/cause.hpp"
#include "reports/text/client_words.hpp"

#include <string>

namespace lapse::json_report {

namespace {

std::string dump(const report_json& value) {
  // Names and metadata are anybody's bytes; what is no UTF-8 becomes U+FFFD.
  return value.dump(-1, ' ', false, report_json::error_handler_t::replace);
}

report_json life_json(const lives::ledger& lives, const lives::life_record& life,
                      const lives::outlook& ahead) {
  auto end = lives.end_of(life);
  auto dead = end.at != never;
  report_json out;
  out["id"] = stable_id(life);
  out["name"] = lives.name(life);
  out["handle"] =
      lives.handle(life).empty() ? report_json(nullptr) : report_json(lives.handle(life));
  out["kind"] = to_string(life.what);
  out[life.is_lease() ? "owner" : "parent"] =
      life.above ? report_json(stable_id(lives, life.above)) : report_json(nullptr);
  put_time(out, "created", life.created);
  put_time(out, "advertised_ttl", life.advertised == duration::zero() ? never : life.advertised);
  put_time(out, "advertised_end", life.expire);
  out["renewals"] = life.renewals;
  out["bound"] = to_string(life.bound);
  out["state"] = to_string(end.state());
  put_time(out, "ended", end.at);
  put_time(out, "lived", (dead ? end.at : lives.now()) - life.created);
  put_time(out, "due", dead ? never : ahead.end);
  out["cause"] = dead ? report_json(to_string(end.cause)) : report_json(nullptr);
  out["bound_by"] = cause::what_bound(lives, life, ahead);
  out["causes"] = report_json::array();
  for (const auto& link : cause::cause_chain(lives, life)) {
    report_json step = {
        {"name", link.name}, {"state", link.state}, {"cause", to_string(link.cause)}};
    put_time(step, "at", link.at);
    out["causes"].push_back(std::move(step));
  }
  out["sentence"] = cause::sentence(lives, life);
  put_time(out, "gone", life.gone);
  out["irrevocable"] = life.given_up;
  return out;
}

report_json gap_json(const lives::ledger& lives, std::uint32_t family,
                     const lives::client_book::gap& one) {
  if (one.length == duration::zero())
    return nullptr;
  report_json out = {{"client", lives.clients().name({family, one.number})}};
  put_time(out, "from", one.from);
  put_time(out, "length", one.length);
  const auto* lost = lives.get(one.lost);
  out["lost"] = lost == nullptr ? report_json(nullptr) : report_json(lives.name(*lost));
  out["why"] = lost == nullptr ? cause::gap_reason(lives, one.lost) : cause::reason(lives, *lost);
  return out;
}

report_json clients_json(const lives::ledger& lives, std::uint32_t number) {
  const auto of = lives.clients().as_of(number, lives.now());
  report_json out = {{"family", of.facts.name}, {"count", of.facts.count},
                     {"login", of.facts.login}, {"renew", of.facts.renew},
                     {"holds", of.facts.holds}, {"refused", of.refused},
                     {"gave_up", of.gave_up}};
  for (std::size_t i = 0; i < of.asked.size(); ++i) {
    const auto what = std::string{to_string(static_cast<client_request>(i))};
    out["asked"][what] = of.asked[i];
    out["unreached"][what] = of.unreached[i];
  }
  out["requests_per_minute"] = {{"mean_tenths", of.mean_tenths(lives.now())},
                                {"worst", of.worst},
                                {"worst_minute", of.worst_minute}};
  out["without_a_set"] = {{"clients", of.hit},
                          {"longest", gap_json(lives, number, of.longest)},
                          {"first", gap_json(lives, number, of.first)}};
  return out;
}

} // namespace

void json_report::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    return start(*run);
  if (const auto* run = std::get_if<run_ended>(&e.body))
    return end(*run, lives);
  auto json = event_json(e, lives);
  if (json.is_null())
    return;
  out_ << (first_event_ ? "\n    " : ",\n    ") << dump(json);
  first_event_ = false;
  if (std::holds_alternative<expectation_failed>(e.body) ||
      std::holds_alternative<rule_broken>(e.body))
    failures_.push_back(std::move(json));
}

void json_report::start(const run_started& run) {
  report_json head = {{"name", run.name},
                      {"about", run.about},
                      {"source", run.source},
                      {"start", rfc3339(instant{0}, run.start_unix_s)},
                      {"seed", run.seed}};
  out_ << "{\n  \"schema_version\": 1,\n  \"run\": " << dump(head) << ",\n  \"events\": [";
}

void json_report::put_lives(const char* key, const lives::ledger& lives, bool leases) {
  const auto ahead = lives.outlooks();
  auto first = true;
  out_ << "  \"" << key << "\": [";
  for (lives::ledger::slot i = 0; i < lives.size(); ++i) {
    const auto& life = lives.at(i);
    if (life.is_lease() != leases)
      continue;
    out_ << (first ? "\n    " : ",\n    ") << dump(life_json(lives, life, ahead[i]));
    first = false;
  }
  out_ << "\n  ],\n";
}

void json_report::put_clients(const lives::ledger& lives) {
  const auto families = lives.clients().families().size();
  if (families == 0)
    return;
  out_ << "  \"clients\": [";
  for (std::uint32_t i = 0; i < families; ++i)
    out_ << (i == 0 ? "\n    " : ",\n    ") << dump(clients_json(lives, i));
  out_ << "\n  ],\n";
}

void json_report::end(const run_ended& run, const lives::ledger& lives) {
  out_ << "\n  ],\n";
  put_lives("tokens", lives, false);
  put_lives("leases", lives, true);
  put_clients(lives);
  out_ << "  \"failures\": [";
  for (std::size_t i = 0; i < failures_.size(); ++i)
    out_ << (i == 0 ? "\n    " : ",\n    ") << dump(failures_[i]);
  report_json result = {{"passed", run.failed == 0 && run.rules_broken == 0 && failures_.empty()},
                        {"requests", run.requests},
                        {"expectations", run.expectations},
                        {"failed", run.failed},
                        {"rules_broken", run.rules_broken},
                        {"properties", run.properties},
                        {"unspoken_refusals", run.unspoken},
                        {"unreached_requests", run.unreached},
                        {"warnings", lives.warnings()},
                        {"leases", lives.counts().leases},
                        {"secret_leases", lives.counts().secret_leases}};
  put_time(result, "ended", lives.now());
  out_ << "\n  ],\n  \"result\": " << dump(result) << "\n}\n";
}

} // namespace lapse::json_report
