// What clients did.

#include "actors/protocol/glob.hpp"
#include "actors/protocol/integer_text.hpp"
#include "actors/ttl/duration.hpp"
#include "sim/serve/control.hpp"
#include "sim/serve/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace lapse::serve {

namespace {

constexpr std::chrono::seconds timeout_usual{10};
constexpr std::chrono::minutes timeout_max{10};
constexpr std::size_t patterns_max = 1000;
/// Of a listing of requests: the latest.
constexpr std::size_t requests_max = 10'000;

/// PUT and POST are the same.
std::string_view verb_of(std::string_view method) { return method == "PUT" ? "POST" : method; }

/// `PUT auth/token/renew-self`: a method and a path without `/v1/` and query, in which `*` stands
/// for anything.
bool matches(std::string_view pattern, const journal::message& one) {
  const auto space = pattern.find(' ');
  auto path = pattern;
  if (space != std::string_view::npos) {
    if (verb_of(pattern.substr(0, space)) != verb_of(*one.method))
      return false;
    path = pattern.substr(space + 1);
  }
  if (path.starts_with("/v1/"))
    path.remove_prefix(4);
  const auto asked = std::string_view{*one.text};
  return glob_match(path, asked.substr(0, asked.find('?')));
}

} // namespace

// -- waiting -----------------------------------------------------------------------------

control::outcome control::wait(const call& c) {
  waiting_call one;
  one.by = c;
  const auto* pattern = c.target.find("request");
  if (pattern == nullptr || pattern->empty())
    return refused(400, "`request` is a method and a path: PUT+auth/token/renew-self");
  one.pattern = *pattern;
  if (const auto* count = c.target.find("count")) {
    const auto number = parse_unsigned(*count);
    if (!number || *number == 0)
      return refused(400, "`count` is a number from 1");
    one.count = *number;
  }
  duration timeout = timeout_usual;
  if (const auto* text = c.target.find("timeout")) {
    const auto value = parse_duration(*text);
    if (!value || *value < duration::zero() || *value > timeout_max)
      return refused(400, "`timeout` is a duration of the wall clock, at most 10m");
    timeout = *value;
  }
  if (seen_.size() >= patterns_max && seen_.find(one.pattern) == seen_.end())
    return refused(400, fmt::format("more than {} different requests to wait for", patterns_max));
  one.until = wall_clock::now() + timeout;
  if (!look_at(one)) {
    waits_.push_back(std::move(one));
    c.by->watch([this, by = c.by] {
      desk_.letters().post(
          [this, by] { waits_.remove_if([&](const auto& other) { return other.by.by == by; }); });
    });
  }
  return std::nullopt;
}

/// Answers if enough have been asked since the last wait for the same. True: it is answered.
bool control::look_at(const waiting_call& one) {
  const auto& all = desk_.world().journal().entries();
  auto& seen = seen_[one.pattern];
  std::uint64_t count = 0;
  for (auto at = seen; at < all.size(); ++at) {
    if (all[at].said->method == nullptr || !matches(one.pattern, *all[at].said) ||
        ++count < one.count)
      continue;
    seen = at + 1;
    auto result = clock_now();
    result["count"] = count;
    answer(one.by, outcome{std::move(result)});
    return true;
  }
  if (wall_clock::now() < one.until)
    return false;
  answer(one.by,
         refused(408, fmt::format("{} of {} `{}` have come", count, one.count, one.pattern)));
  return true;
}

void control::look_at_waits() {
  const auto now = wall_clock::now();
  const bool late =
      std::any_of(waits_.begin(), waits_.end(), [&](const auto& one) { return one.until <= now; });
  if (std::exchange(news_, false) || late)
    waits_.remove_if([this](const auto& one) { return look_at(one); });
}

std::optional<wall_time> control::next_timeout() const {
  std::optional<wall_time> result;
  for (const auto& one : waits_)
    result = result ? std::min(*result, one.until) : one.until;
  return result;
}

// -- listings ------------------------------------------------------------------------------

control::outcome control::requests(const call& c) {
  if (c.target.find("unmodelled") != nullptr) {
    auto list = json::array();
    for (const auto& [what, count] : desk_.unmodelled().all())
      list.push_back({{"method", what.first},
                      {"path", what.second},
                      {"count", count},
                      {"reason", unmodelled_requests::reason_of(what.second)}});
    return json{{"unmodelled", std::move(list)}, {"others", desk_.unmodelled().others()}};
  }
  const auto& all = desk_.world().journal().entries();
  const auto total = desk_.world().journal().requests();
  auto list = json::array();
  const auto first = all.size() > requests_max ? all.size() - requests_max : 0;
  for (auto at = first; at < all.size(); ++at) {
    const auto& one = all[at];
    if (one.said->method == nullptr)
      continue;
    list.push_back({{"at", time_text(one.at)},
                    {"at_ns", one.at.count()},
                    {"method", *one.said->method},
                    {"path", *one.said->text},
                    {"status", one.status == 0 ? json(nullptr) : json(one.status)}});
  }
  return json{{"requests", std::move(list)}, {"total", total}};
}

namespace {

/// The events of a run as lines of JSON.
class line_writer final : public lives::event_reader {
public:
  std::string text;
  void on_event(const event& e, const lives::ledger& lives) override {
    text += event_line(e, lives);
  }
};

} // namespace

control::outcome control::events(const call& c) {
  line_writer past;
  desk_.world().repeat({&past}, false);
  const auto* follow = c.target.find("follow");
  if (follow == nullptr || *follow == "false") {
    answer_text(c, "application/x-ndjson", std::move(past.text));
    return std::nullopt;
  }
  http_answer head;
  head.headers = {{"Cache-Control", "no-store"}, {"Content-Type", "application/x-ndjson"}};
  c.by->begin(std::move(head));
  if (!past.text.empty())
    c.by->part(std::move(past.text));
  desk_.events().follow(c.by);
  c.by->watch([this, by = c.by] { desk_.letters().post([this, by] { desk_.events().gone(by); }); });
  return std::nullopt;
}

} // namespace lapse::serve
