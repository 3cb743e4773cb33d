#include "reports/junit/junit_report.hpp"

#include "actors/ttl/duration.hpp"
#include "reports/cause/described.hpp"
#include "reports/text/accident.hpp"
#include "reports/text/cell.hpp"
#include "reports/text/likeness.hpp"

#include <iterator>
#include <utility>

namespace lapse::junit {

namespace {

constexpr std::size_t evidence_bytes_max = 1000;

/// One line, however long the text is.
std::string line_of(std::string_view text) {
  return text_report::escaped(text, evidence_bytes_max);
}

} // namespace

void junit_report::on_event(const event& e, const lives::ledger&) {
  accidents_.on_event(e);
  refusals_.on_event(e);
  auto at = [&e] { return "at " + ttl::readable_duration(e.at); };
  if (const auto* run = std::get_if<run_started>(&e.body)) {
    name_ = line_of(run->name.empty() ? run->source : run->name);
    source_ = line_of(run->source.empty() ? run->name : run->source);
    seed_ = run->seed;
    start_unix_s_ = run->start_unix_s;
  } else if (const auto* x = std::get_if<expectation_failed>(&e.body)) {
    if (x->again)
      return add_again(*x);
    auto expected = "expected " + line_of(x->expected) + ", saw " + line_of(x->seen);
    if (!x->why.empty())
      expected += ": " + line_of(x->why);
    auto where = "line " + std::to_string(x->line) + ": " + line_of(x->subject);
    add({where, source_, source_, x->line,
         junit_problem{false, "expectation", expected,
                       source_ + ':' + std::to_string(x->line) + ':' + std::to_string(x->column) +
                           ", " + at() + "\nsubject   " + line_of(x->subject) + "\nexpected  " +
                           line_of(x->expected) + "\nsaw       " + line_of(x->seen) + '\n' +
                           (x->why.empty() ? "" : "because   " + line_of(x->why) + '\n')}});
  } else if (const auto* r = std::get_if<rule_broken>(&e.body)) {
    add({cause::described(line_of(r->id), line_of(r->sentence)), source_, source_, r->line,
         junit_problem{false, "rule", line_of(r->evidence),
                       at() + "\nmust hold  " + line_of(r->sentence) + "\nevidence   " +
                           line_of(r->evidence) + '\n'}});
  } else if (const auto* run = std::get_if<run_ended>(&e.body)) {
    end(e, *run);
  }
}

void junit_report::add_again(const expectation_failed& what) {
  if (!failures_.empty() && failed_ == failures_.size())
    failures_.back().problem->text += line_of(text_report::failure_words(what)) + '\n';
}

void junit_report::add(junit_case what) {
  ++failed_;
  if (failures_.size() < junit_failures_max)
    failures_.push_back(std::move(what));
}

std::string junit_report::output(const run_ended& run) const {
  auto result = line_of(accidents_.words(run));
  for (const auto& kind : refusals_.all()) {
    auto line = (kind.expected ? "refused as expected: " : "refused: ") + kind.first.what +
                (kind.first.line > 0 ? " (line " + std::to_string(kind.first.line) + ")" : "") +
                ": " + text_report::refusal_answer(kind.first);
    line += (kind.first.why.empty() ? "" : ": ") + kind.first.why;
    if (const auto more = kind.more(); !more.empty())
      line += "; " + more;
    result += (result.empty() ? "" : "\n") + line_of(line);
  }
  return result;
}

void junit_report::end(const event& e, const run_ended& run) {
  const auto passed = run.failed == 0 && run.rules_broken == 0 && failed_ == 0;
  junit_suite suite;
  suite.name = source_;
  // The schema of JUnit has no place for the `Z`.
  suite.timestamp = rfc3339(instant{0}, start_unix_s_);
  suite.timestamp.pop_back();
  suite.properties = {{"seed", std::to_string(seed_)},
                      {"expectations", std::to_string(run.expectations)},
                      {"requests", std::to_string(run.requests)},
                      {"virtual-end", ttl::readable_duration(e.at)}};
  const auto again =
      replay_command_.empty() ? "" : "see it again: " + line_of(replay_command_) + '\n';
  for (auto& one : failures_)
    one.problem->text += again;
  // What failed is counted once: the scenario itself has a case of its own only if it passed, or
  // if nothing says what failed.
  if (passed || failures_.empty()) {
    junit_case whole{name_, source_, source_, 0, {}};
    whole.output = output(run);
    if (!passed) {
      auto verdict = text_report::grouped(run.failed) + " of " +
                     text_report::grouped(run.expectations) + " expectations failed, " +
                     cause::rules_or_properties(run.rules_broken) + " broken";
      whole.problem = junit_problem{false, "scenario", verdict, verdict + '\n' + again};
    }
    suite.cases.push_back(std::move(whole));
  } else {
    failures_.front().output = output(run);
  }
  const auto left_out = failed_ - failures_.size();
  std::move(failures_.begin(), failures_.end(), std::back_inserter(suite.cases));
  if (left_out > 0) {
    auto rest = "and " + text_report::grouped(left_out) + " more failures";
    suite.cases.push_back({rest, source_, source_, 0, junit_problem{false, "more", rest, rest}});
  }
  write_junit(out_, suite);
}

void write_junit_refusal(std::ostream& out, const std::string& file,
                         const std::vector<std::string>& errors) {
  std::string text;
  for (const auto& error : errors)
    text += line_of(error) + '\n';
  auto message = "not run: " + text_report::grouped(errors.size()) +
                 (errors.size() == 1 ? " error" : " errors");
  const auto source = line_of(file);
  write_junit(
      out,
      {source, {}, {{source, source, source, 0, junit_problem{true, "input", message, text}}}});
}

} // namespace lapse::junit
