#include "reports/openmetrics/openmetrics_report.hpp"

#include "actors/lives/tally.hpp"
#include "actors/ttl/duration.hpp"
#include "reports/text/cell.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lapse::openmetrics {

namespace {

using namespace std::chrono_literals;

constexpr std::array kinds = {lives::life_record::kind::service, lives::life_record::kind::batch,
                              lives::life_record::kind::wrapping, lives::life_record::kind::lease};
constexpr std::array causes = {end_cause::deadline, end_cause::revoke, end_cause::ancestor,
                               end_cause::last_use, end_cause::prefix, end_cause::mount,
                               end_cause::tidy};

/// From seconds to years, as TTLs are.
struct bucket {
  duration upper;
  std::string_view label;
};
constexpr std::array buckets = {
    bucket{1s, "1.0"},           bucket{10s, "10.0"},           bucket{60s, "60.0"},
    bucket{300s, "300.0"},       bucket{900s, "900.0"},         bucket{3600s, "3600.0"},
    bucket{14400s, "14400.0"},   bucket{43200s, "43200.0"},     bucket{86400s, "86400.0"},
    bucket{604800s, "604800.0"}, bucket{2764800s, "2764800.0"}, bucket{31536000s, "31536000.0"}};

/// A label's value: control characters made visible, then what the format itself escapes.
std::string label(std::string_view text) {
  std::string result = "\"";
  for (auto c : text_report::escaped(text)) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + '"';
}

/// Seconds and nanoseconds apart: a sum over many lives is longer than 292 years.
struct long_time {
  std::uint64_t s = 0;
  std::uint64_t ns = 0;

  void add(duration d) noexcept {
    const auto whole = whole_seconds(d);
    s += static_cast<std::uint64_t>(whole);
    ns += static_cast<std::uint64_t>((d - std::chrono::seconds{whole}).count());
    s += ns / 1'000'000'000;
    ns %= 1'000'000'000;
  }

  [[nodiscard]] std::string text() const {
    auto fraction = std::to_string(ns);
    return std::to_string(s) + '.' + std::string(9 - fraction.size(), '0') + fraction;
  }
};

struct lived_histogram {
  std::array<std::uint64_t, buckets.size() + 1> counts{};
  long_time sum;
  std::uint64_t count = 0;

  void add(duration lived) {
    std::size_t at = 0;
    while (at < buckets.size() && lived > buckets[at].upper)
      ++at;
    ++counts[at];
    ++count;
    sum.add(lived);
  }
};

template <class Enum>
constexpr std::size_t index(Enum value) noexcept {
  return static_cast<std::size_t>(value);
}

} // namespace

void openmetrics_report::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    name_ = run->name;
    source_ = run->source;
    seed_ = run->seed;
  } else if (const auto* run = std::get_if<run_ended>(&e.body)) {
    end(*run, lives);
  } else if (const auto* x = std::get_if<request_answered>(&e.body)) {
    auto op = x->op ? *x->op : x->what ? x->what->op : operation::read;
    ++requests_[{op, x->reply != nullptr ? x->reply->status : 0}];
  }
}

void openmetrics_report::put_family(std::string_view name, std::string_view type,
                                    std::string_view help, std::string_view unit) {
  out_ << "# HELP " << name << ' ' << help << '\n' << "# TYPE " << name << ' ' << type << '\n';
  if (!unit.empty())
    out_ << "# UNIT " << name << ' ' << unit << '\n';
}

void openmetrics_report::end(const run_ended& run, const lives::ledger& lives) {
  put_family("lapse_run", "info", "What was run.");
  out_ << "lapse_run_info{name=" << label(name_) << ",source=" << label(source_) << ",seed=\""
       << seed_ << "\"} 1\n";
  put_verdict(run, lives);
  put_lives(lives);
  put_lived(lives);
  put_requests(lives.totals());
  put_clients(lives);
  out_ << "# EOF\n";
}

void openmetrics_report::put_verdict(const run_ended& run, const lives::ledger& lives) {
  put_family("lapse_run_passed", "gauge", "1 if all held, 0 if not.");
  out_ << "lapse_run_passed " << (run.failed == 0 && run.rules_broken == 0 ? 1 : 0) << '\n';
  long_time took;
  took.add(lives.now());
  put_family("lapse_run_virtual_seconds", "gauge", "Virtual time at the end of the run.",
             "seconds");
  out_ << "lapse_run_virtual_seconds " << took.text() << '\n';
  put_family("lapse_expectations", "counter", "Expectations compared.");
  out_ << "lapse_expectations_total " << run.expectations << '\n';
  put_family("lapse_expectations_failed", "counter", "Expectations that did not hold.");
  out_ << "lapse_expectations_failed_total " << run.failed << '\n';
  put_family("lapse_rules_broken", "counter", "Built-in rules and properties that did not hold.");
  out_ << "lapse_rules_broken_total " << run.rules_broken << '\n';
  put_family("lapse_warnings", "counter", "Warnings of the run.");
  out_ << "lapse_warnings_total " << lives.warnings() << '\n';
}

void openmetrics_report::put_lives(const lives::ledger& lives) {
  const lives::tally all{lives};
  put_family("lapse_issued", "counter", "Tokens and leases issued, by kind.");
  for (auto kind : kinds)
    if (all.made(kind) > 0)
      out_ << "lapse_issued_total{kind=\"" << to_string(kind) << "\"} " << all.made(kind) << '\n';
  put_family("lapse_alive", "gauge", "Tokens and leases alive at the end of the run, by kind.");
  for (auto kind : kinds)
    if (all.made(kind) > 0)
      out_ << "lapse_alive{kind=\"" << to_string(kind) << "\"} " << all.alive(kind) << '\n';
  put_family("lapse_leases", "gauge",
             "Lease records at the end of the run, those of tokens included.");
  out_ << "lapse_leases " << lives.counts().leases << '\n';
  put_family("lapse_secret_leases", "gauge",
             "Lease records of secrets alone at the end of the run.");
  out_ << "lapse_secret_leases " << lives.counts().secret_leases << '\n';
  put_family("lapse_ended", "counter", "Tokens and leases that ended, by kind and cause.");
  for (auto kind : kinds)
    for (auto cause : causes)
      if (all.made(kind) > 0)
        out_ << "lapse_ended_total{kind=\"" << to_string(kind) << "\",cause=\"" << to_string(cause)
             << "\"} " << all.ended(kind, cause) << '\n';
}

void openmetrics_report::put_lived(const lives::ledger& lives) {
  std::array<lived_histogram, kinds.size()> lived;
  for (const auto& life : lives.all())
    if (const auto end = lives.end_of(life); end.at != never)
      lived[index(life.what)].add(end.at - life.created);
  put_family("lapse_lived_seconds", "histogram",
             "How long the tokens and leases that ended had lived, by kind.", "seconds");
  for (auto kind : kinds) {
    const auto& histogram = lived[index(kind)];
    if (histogram.count == 0)
      continue;
    const auto by = "kind=\"" + std::string{to_string(kind)} + '"';
    std::uint64_t up_to = 0;
    for (std::size_t i = 0; i <= buckets.size(); ++i) {
      up_to += histogram.counts[i];
      out_ << "lapse_lived_seconds_bucket{" << by << ",le=\""
           << (i < buckets.size() ? buckets[i].label : "+Inf") << "\"} " << up_to << '\n';
    }
    out_ << "lapse_lived_seconds_count{" << by << "} " << histogram.count << '\n'
         << "lapse_lived_seconds_sum{" << by << "} " << histogram.sum.text() << '\n';
  }
}

void openmetrics_report::put_requests(const lives::run_totals& totals) {
  if (!requests_.empty())
    put_family("lapse_requests", "counter", "Requests answered, by operation and status.");
  for (const auto& [what, count] : requests_)
    out_ << "lapse_requests_total{operation=\"" << to_string(what.first) << "\",status=\""
         << what.second << "\"} " << count << '\n';
  put_family("lapse_renewals", "counter", "Renewals granted.");
  out_ << "lapse_renewals_total{of=\"token\"} " << totals.token_renewals << '\n'
       << "lapse_renewals_total{of=\"lease\"} " << totals.lease_renewals << '\n';
  put_family("lapse_backend_revocations", "counter",
             "Attempts to revoke at a backend, by outcome.");
  out_ << "lapse_backend_revocations_total{outcome=\"failed\"} " << totals.backend_failures << '\n'
       << "lapse_backend_revocations_total{outcome=\"done\"} "
       << totals.backend_attempts - totals.backend_failures << '\n';
  put_family("lapse_irrevocable", "counter", "Revocations that were given up.");
  out_ << "lapse_irrevocable_total " << totals.given_up << '\n';
}

void openmetrics_report::put_clients(const lives::ledger& lives) {
  const auto& families = lives.clients().families();
  if (families.empty())
    return;
  std::vector<lives::client_book::family> all;
  for (std::uint32_t i = 0; i < families.size(); ++i)
    all.push_back(lives.clients().as_of(i, lives.now()));
  const auto each = [&](std::string_view name, std::string_view type, std::string_view help,
                        std::string_view suffix, auto&& value) {
    put_family(name, type, help);
    for (const auto& one : all)
      out_ << name << suffix << "{family=" << label(one.facts.name) << "} " << value(one) << '\n';
  };
  each("lapse_clients", "gauge", "Clients, by family.", "",
       [](const auto& f) { return f.facts.count; });
  put_family("lapse_client_requests", "counter",
             "Requests of clients, by family, kind and whether the server heard of them.");
  for (const auto& one : all)
    for (std::size_t i = 0; i < one.asked.size(); ++i)
      for (const auto reached : {true, false})
        if (const auto count = reached ? one.asked[i] : one.unreached[i]; count > 0)
          out_ << "lapse_client_requests_total{family=" << label(one.facts.name) << ",what=\""
               << to_string(static_cast<client_request>(i)) << "\",reached=\""
               << (reached ? "true" : "false") << "\"} " << count << '\n';
  each("lapse_client_requests_refused", "counter", "Requests of clients that the server refused.",
       "_total", [](const auto& f) { return f.refused; });
  each("lapse_client_requests_worst_minute", "gauge", "Most requests of a family in one minute.",
       "", [](const auto& f) { return f.worst; });
  each("lapse_clients_without_a_set", "gauge",
       "Clients that were ever without a token and all they hold.", "",
       [](const auto& f) { return f.hit; });
  put_family("lapse_clients_longest_gap_seconds", "gauge",
             "The longest time a client was without a token and all it holds.", "seconds");
  for (const auto& one : all) {
    long_time longest;
    longest.add(one.longest.length);
    out_ << "lapse_clients_longest_gap_seconds{family=" << label(one.facts.name) << "} "
         << longest.text() << '\n';
  }
  put_sources(lives);
}

/// What is alive at the end, by where it comes from.
void openmetrics_report::put_sources(const lives::ledger& lives) {
  // Mount, role, family.
  std::map<std::array<std::string, 3>, std::uint64_t> alive;
  std::vector<std::uint32_t> families(lives.size(), lives::client_book::no_family);
  for (lives::ledger::slot i = 0; i < lives.size(); ++i) {
    const auto& life = lives.at(i);
    auto& family = families[i];
    if (life.client)
      family = life.client.family;
    else if (life.above_slot != lives::ledger::no_slot)
      family = families[life.above_slot];
    if (lives.end_of(life).at != never)
      continue;
    ++alive[{lives.mount(life), std::string{life.role_name()},
             family == lives::client_book::no_family
                 ? std::string{}
                 : lives.clients().families()[family].facts.name}];
  }
  put_family("lapse_alive_by_source", "gauge",
             "Tokens and leases alive at the end, by mount, role and family of clients.");
  for (const auto& [source, count] : alive)
    out_ << "lapse_alive_by_source{mount=" << label(source[0]) << ",role=" << label(source[1])
         << ",family=" << label(source[2]) << "} " << count << '\n';
}

} // namespace lapse::openmetrics
