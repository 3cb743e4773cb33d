#include "reports/trace/trace_report.hpp"

#include "reports/cause/cause.hpp"

#include <array>
#include <string>

namespace lapse::trace {

namespace {

using json = nlohmann::ordered_json;

constexpr int server_process = 1;
constexpr int token_process = 2;
constexpr int lease_process = 3;

std::int64_t microseconds(instant at) {
  return std::chrono::floor<std::chrono::microseconds>(at).count();
}

json time_or_null(instant at) { return at == never ? json(nullptr) : json(at.count()); }

/// What happened to one token or lease.
struct happening {
  const lives::life_record* life = nullptr;
  std::string_view name;
  json args = json::object();
};

/// In one line, and in ASCII whatever a name holds.
std::string line_of(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

happening renewal(const lives::life_record* life, instant expire, ttl_bound bound) {
  return {
      life, "renewed", {{"advertised_end_ns", time_or_null(expire)}, {"bound", to_string(bound)}}};
}

void place(nlohmann::ordered_json& one, const lives::ledger& lives,
           const lives::life_record& life) {
  one["pid"] = life.is_lease() ? lease_process : token_process;
  one["tid"] = lives.slot_of(life) + 1;
}

} // namespace

void trace_report::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    start(*run);
  else if (const auto* run = std::get_if<run_ended>(&e.body))
    end(*run, lives);
  else
    put_instant(e, lives);
}

void trace_report::put(const json& one) {
  out_ << (first_ ? "\n" : ",\n") << line_of(one);
  first_ = false;
}

void trace_report::start(const run_started& run) {
  const json about = {{"schema_version", 1},
                      {"name", run.name},
                      {"source", run.source},
                      {"start", rfc3339(instant{0}, run.start_unix_s)},
                      {"seed", run.seed}};
  out_ << "{\n\"displayTimeUnit\": \"ms\",\n\"otherData\": " << line_of(about)
       << ",\n\"traceEvents\": [";
  put_process(server_process, "server");
  put_process(token_process, "tokens");
  put_process(lease_process, "leases");
}

void trace_report::put_process(int process, std::string_view name) {
  put({{"ph", "M"},
       {"name", "process_name"},
       {"pid", process},
       {"tid", 0},
       {"args", {{"name", name}}}});
  put({{"ph", "M"},
       {"name", "process_sort_index"},
       {"pid", process},
       {"tid", 0},
       {"args", {{"sort_index", process}}}});
}

// -- instants --------------------------------------------------------------------

void trace_report::put_instant(const event& e, const lives::ledger& lives) {
  happening what;
  if (const auto* x = std::get_if<token_renewed>(&e.body)) {
    what = renewal(lives.find(x->token), x->expire, x->bound);
  } else if (const auto* x = std::get_if<lease_renewed>(&e.body)) {
    what = renewal(lives.find(x->lease), x->expire, x->bound);
  } else if (const auto* x = std::get_if<token_orphaned>(&e.body)) {
    what = {lives.find(x->token), "orphaned"};
  } else if (const auto* x = std::get_if<token_ended>(&e.body)) {
    what = {lives.find(x->token), "ended", {{"cause", to_string(x->cause)}}};
  } else if (const auto* x = std::get_if<lease_ended>(&e.body)) {
    what = {lives.find(x->lease), "ended", {{"cause", to_string(x->cause)}}};
  } else if (const auto* x = std::get_if<revocation_attempted>(&e.body)) {
    what = {lives.find(x->lease),
            x->ok ? "revoked at the backend" : "revocation failed",
            {{"attempt", x->attempt}}};
    if (!x->ok)
      what.args["error"] = x->error;
  } else if (const auto* x = std::get_if<lease_irrevocable>(&e.body)) {
    what = {lives.find(x->lease), "revocation given up", {{"error", x->error}}};
  } else if (const auto* x = std::get_if<seal_changed>(&e.body)) {
    return mark(e.at, lives, nullptr, x->sealed ? "sealed" : "unsealed");
  } else if (const auto* x = std::get_if<expectation_failed>(&e.body)) {
    return mark(
        e.at, lives, nullptr, "expectation failed",
        {{"line", x->line}, {"subject", x->subject}, {"expected", x->expected}, {"seen", x->seen}});
  } else if (const auto* x = std::get_if<rule_broken>(&e.body)) {
    return mark(e.at, lives, nullptr, "rule broken",
                {{"id", x->id}, {"sentence", x->sentence}, {"evidence", x->evidence}});
  }
  if (what.life != nullptr)
    mark(e.at, lives, what.life, what.name, std::move(what.args));
}

void trace_report::mark(instant at, const lives::ledger& lives, const lives::life_record* life,
                        std::string_view name, json args) {
  json one = {{"ph", "i"}, {"name", name}, {"ts", microseconds(at)}};
  if (life != nullptr) {
    place(one, lives, *life);
    one["s"] = "t";
  } else {
    one["pid"] = server_process;
    one["tid"] = 0;
    one["s"] = "g";
  }
  args["at_ns"] = at.count();
  one["args"] = std::move(args);
  put(one);
}

// -- lives -----------------------------------------------------------------------

void trace_report::put_life(const lives::ledger& lives, lives::ledger::slot which,
                            const lives::outlook& ahead) {
  const auto& life = lives.at(which);
  const auto end = lives.end_of(life);
  const auto name = lives.name(life);
  json track = {{"ph", "M"}, {"name", "thread_name"}};
  place(track, lives, life);
  track["args"] = {{"name", name}};
  put(track);
  auto last = end.at == never ? lives.now() : end.at;
  auto begin = microseconds(life.created);
  json one = {{"ph", "X"},
              {"name", name},
              {"cat", to_string(life.what)},
              {"ts", begin},
              {"dur", microseconds(last) - begin}};
  place(one, lives, life);
  one["args"] = {{"kind", to_string(life.what)},
                 {"above", life.above ? json(lives.name(life.above)) : json(nullptr)},
                 {"created_ns", life.created.count()},
                 {"advertised_end_ns", time_or_null(life.expire)},
                 {"ended_ns", time_or_null(end.at)},
                 {"state", to_string(end.state())},
                 {"cause", end.at == never ? json(nullptr) : json(to_string(end.cause))},
                 {"bound_by", cause::what_bound(lives, life, ahead)},
                 {"renewals", life.renewals},
                 {"irrevocable", life.given_up},
                 {"sentence", cause::sentence(lives, life)}};
  put(one);
}

/// From whatever ended to what it took along.
void trace_report::put_arrow(const lives::ledger& lives, lives::ledger::slot which) {
  const auto& life = lives.at(which);
  const auto end = lives.end_of(life);
  if (end.at == never || end.cause != end_cause::ancestor)
    return;
  const auto* from = lives.find(life.above ? life.above : end.because);
  if (from == nullptr)
    return;
  const auto its_end = lives.end_of(*from);
  if (its_end.at == never)
    return;
  const std::array sides = {std::pair{from, its_end.at}, std::pair{&life, end.at}};
  for (const auto& [side, at] : sides)
    if (microseconds(at) <= microseconds(side->created))
      return;
  for (const auto& [side, at] : sides) {
    json one = {{"ph", side == from ? "s" : "f"},
                {"name", "took along"},
                {"cat", "cascade"},
                {"id", which + 1},
                {"ts", microseconds(at) - 1}};
    if (side != from)
      one["bp"] = "e";
    place(one, lives, *side);
    put(one);
  }
}

void trace_report::end(const run_ended& run, const lives::ledger& lives) {
  const auto ahead = lives.outlooks();
  for (lives::ledger::slot i = 0; i < lives.size(); ++i) {
    put_life(lives, i, ahead[i]);
    put_arrow(lives, i);
  }
  mark(lives.now(), lives, nullptr, "run ended",
       {{"requests", run.requests},
        {"expectations", run.expectations},
        {"failed", run.failed},
        {"rules_broken", run.rules_broken}});
  out_ << "\n]\n}\n";
}

} // namespace lapse::trace
