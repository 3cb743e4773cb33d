#include "sim/serve/served_world.hpp"

#include "actors/protocol/visible_text.hpp"
#include "actors/ttl/duration.hpp"
#include "sim/document/load_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace lapse::serve {

namespace {

constexpr std::size_t earlier_bytes_max = 1000;

run::run_options run_options_of(const served_world::options& how,
                                std::initializer_list<lives::event_reader*> own) {
  run::run_options result;
  result.readers = how.readers;
  result.readers.insert(result.readers.end(), own);
  result.open_ended = true;
  result.earlier = how.earlier;
  return result;
}

} // namespace

served_world::served_world(const session_scenario& from, plan::plan what, const options& how)
  : from_(from), plan_(std::move(what)), until_(std::min<instant>(how.until, served_time_max)),
    earlier_(how.earlier), run_(plan_, run_options_of(how, {journal_.get(), &failures_})) {}

tl::expected<std::unique_ptr<served_world>, std::vector<std::string>>
served_world::make(const session_scenario& from, const options& how) {
  auto plan = from.plan(how.start_unix_s);
  if (!plan)
    return tl::unexpected(std::move(plan.error()));
  std::unique_ptr<served_world> result{new served_world(from, std::move(*plan), how)};
  if (!result->run_.start()) {
    std::vector<std::string> errors;
    for (const auto& error : result->run_.outcome().setup_errors)
      errors.push_back(to_string(document::load_error{from.name(), error.where, error.text}));
    return tl::unexpected(std::move(errors));
  }
  result->run_.advance(instant{0});
  return result;
}

instant served_world::next_turn() {
  return std::min(run_.next_turn(), run_.world().next_deadline().value_or(never));
}

void served_world::advance(instant to, const std::function<bool()>& go_on) {
  to = std::min(to, until_);
  while (now() < to) {
    // Just past the next deadline: it is done, and nothing after it.
    const auto due = run_.world().next_deadline().value_or(never);
    run_.advance(std::min({to, later(due, duration{1}), run_.next_turn()}));
    if (go_on && !go_on())
      return;
  }
}

void served_world::ask(const http_request& what, std::string_view target, std::uint64_t begun,
                       answer_reader take) {
  auto read = http::parse_raw_request(what.method, target, what.body, what.headers);
  if (!read)
    return take(bare_error(405), {});
  const auto token = http::token_of(what.headers);
  const auto place = journal_->add(now(), what, target, token, begun);
  // The number is known once it has been received. An answer that needs time comes after this.
  const auto number = std::make_shared<std::uint64_t>(0);
  run_.ask({{}, token.value_or(std::string{})}, std::make_shared<const request>(std::move(*read)),
           [this, place, number, take = std::move(take)](answer reply) {
             journal_->answered(place, reply.status);
             take(std::move(reply), {place, *number != 0 ? *number : journal_->number()});
           });
  *number = journal_->number();
  journal_->settled();
}

bool served_world::untouched() {
  return now() == instant{0} && journal_->entries().empty() && run_.outcome().requests == 0;
}

std::string served_world::root_token() { return text(run_.world().root()); }

void served_world::do_step(plan::step what, std::string_view text) {
  journal_->add(now(), journal::kind::step, text, steps_.size());
  steps_.push_back(std::move(what));
  run_.do_step(steps_.back());
}

void served_world::watch(plan::property what, std::string_view text) {
  journal_->add(now(), journal::kind::property, text, properties_.size());
  properties_.push_back(std::move(what));
  run_.watch(properties_.back());
}

bool served_world::name(const run::bound_handle& what) {
  if (!run_.bind(what))
    return false;
  static_cast<void>(what.token ? journal_->name(what.token, what.name)
                               : journal_->name(what.lease, what.name));
  journal_->add(now(), journal::kind::name, what.name, names_.size());
  names_.push_back(what);
  return true;
}

session_extent served_world::extent() const {
  return {run_.world().now(), run_.open_properties(), run_.request_open()};
}

std::string served_world::scenario() const {
  auto result = from_.write(plan_, *journal_, extent());
  for (const auto& broken : earlier_)
    result += "\n# Not of this world: " + visible_line(broken.evidence, earlier_bytes_max) + '\n';
  return result;
}

bool served_world::end() {
  run_.end(now());
  return run_.outcome().held();
}

std::optional<rule_broken> served_world::failed_so_far() {
  const auto& outcome = run_.outcome();
  if (outcome.held())
    return std::nullopt;
  rule_broken result;
  result.id = "reset";
  result.sentence = "what was judged before a reset has held";
  result.evidence = fmt::format("in a world that was reset at {}, {} of {} expectations and {} "
                                "rules or properties failed; first: {}",
                                ttl::format_duration(now()), outcome.failed, outcome.expectations,
                                outcome.rules_broken, failures_.first());
  return result;
}

bool served_world::repeat(const std::vector<lives::event_reader*>& readers, bool whole) const {
  run::run_options options;
  options.readers = readers;
  options.open_ended = true;
  options.earlier = earlier_;
  const auto placed = steps_.empty() && properties_.empty()
                          ? std::nullopt
                          : from_.placed(plan_, *journal_, extent());
  run::live_run again{plan_, options};
  if (!again.start())
    return false;
  again.advance(instant{0});
  for (const auto& [at, said, status, beside] : journal_->entries()) {
    again.advance(at);
    if (said->what == journal::kind::step)
      again.do_step(placed ? placed->steps[said->number] : steps_[said->number]);
    else if (said->what == journal::kind::property)
      again.watch(placed && placed->properties[said->number] ? *placed->properties[said->number]
                                                             : properties_[said->number]);
    else if (said->what == journal::kind::name)
      static_cast<void>(again.bind(names_[said->number]));
    if (said->what != journal::kind::request)
      continue;
    const auto headers = journal::headers_of(*said);
    auto asked = http::parse_raw_request(*said->method, *said->text, *said->body, headers);
    again.ask({{}, said->token == nullptr ? std::string{} : *said->token},
              std::make_shared<const request>(std::move(*asked)), [](const answer&) {});
  }
  again.advance(run_.world().now());
  if (whole)
    again.end(again.world().now());
  return again.outcome().held();
}

} // namespace lapse::serve
