#include "sim/serve/control.hpp"

#include "actors/http/json_body.hpp"
#include "sim/serve/desk.hpp"
#include "sim/serve/vault_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace lapse::serve {

namespace {

constexpr std::string_view below = "/lapse/";

/// A key that an object of the body has more than once; empty: none has.
std::string repeated_key(const std::string& body) {
  std::vector<std::set<std::string>> open;
  std::string result;
  const auto look = [&](int, nlohmann::json::parse_event_t what, nlohmann::json& value) {
    using event = nlohmann::json::parse_event_t;
    if (what == event::object_start)
      open.emplace_back();
    else if (what == event::object_end)
      open.pop_back();
    else if (what == event::key && !open.back().insert(value.get<std::string>()).second)
      result = value.get<std::string>();
    return true;
  };
  [[maybe_unused]] const auto read = nlohmann::json::parse(body, look, false);
  return result;
}

std::string listed(std::span<const std::string_view> all) {
  std::string result;
  for (const auto& one : all)
    result += (result.empty() ? "`" : ", `") + std::string{one} + '`';
  return result;
}

bool has(std::span<const std::string_view> all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

tl::expected<void, control::refusal> control::check(const call& c, const route& of) {
  const auto knows = [&of](std::string_view what, const words& known, std::string_view key) {
    return known.empty() ? fmt::format("/lapse/{} takes no {}, and no `{}`", of.path, what, key)
                         : fmt::format("/lapse/{} does not know `{}`; its {} has {}", of.path, key,
                                       what, listed(known));
  };
  std::set<std::string_view> said;
  for (const auto& [key, value] : c.target.query) {
    if (!has(of.query, key))
      return refused(400, knows("query", of.query, key));
    if (!said.insert(key).second)
      return refused(400, fmt::format("the query says `{}` twice", key));
  }
  for (auto i = c.body.begin(); i != c.body.end() && !of.any_body; ++i)
    if (!has(of.body, i.key()))
      return refused(400, knows("body", of.body, i.key()));
  return {};
}

tl::expected<control::call, control::refusal> control::read(const http_exchange_ptr& what,
                                                            inbox::ticket number) const {
  const auto& options = desk_.options();
  if (options.control_closed)
    return refused(403, "lapse listens where others can reach it: start it with --control-token");
  if (!options.control_token.empty()) {
    const auto* token = what->request().find("X-Lapse-Token");
    if (token == nullptr || *token != options.control_token)
      return refused(403, "X-Lapse-Token is not the control token");
  }
  call result{what, number, http::read_target(what->request().target.substr(below.size())), {}};
  if (result.target.malformed)
    return refused(400, "the path has a broken escape");
  auto body = http::read_json_body(what->request().body);
  if (!body)
    return refused(400, body.error());
  if (const auto key = repeated_key(what->request().body); !key.empty())
    return refused(400, fmt::format("the body says `{}` twice", key));
  if (!body->is_null() && !body->is_object())
    return refused(400, "the body is no JSON object");
  result.body = body->is_null() ? json::object() : json(*body);
  return result;
}

void control::serve(const http_exchange_ptr& what, inbox::ticket number) {
  static const route routes[] = {
      {"GET", "clock", &control::read_clock},
      {"POST", "clock", &control::set_clock, {}, {"mode", "rate"}},
      {"POST", "clock/advance", &control::advance, {}, {"by", "to", "at_most"}},
      {"POST", "clock/sleep", &control::sleep, {}, {"for", "who"}},
      {"GET", "deadlines", &control::deadlines, {"within"}},
      {"GET", "wait", &control::wait, {"request", "count", "timeout"}},
      {"GET", "requests", &control::requests, {"unmodelled"}},
      {"GET", "events", &control::events, {"follow"}},
      {"POST", "faults", &control::faults, {}, {}, true},
      {"POST", "handles", &control::handles, {}, {}, true},
      {"POST", "expect", &control::expect, {}, {}, true},
      {"POST", "reset", &control::reset},
      {"GET", "report", &control::report, {"format"}},
      {"GET", "scenario", &control::scenario},
  };
  const auto asked = read(what, number);
  if (!asked) {
    desk_.letters().done(number);
    return desk_.reply(what, json_error(asked.error().status, asked.error().text));
  }
  const auto method = what->request().method == "PUT"    ? std::string{"POST"}
                      : what->request().method == "HEAD" ? std::string{"GET"}
                                                         : what->request().method;
  std::string_view path = asked->target.path;
  bool known = false;
  for (const auto& one : routes) {
    if (one.path != path)
      continue;
    known = true;
    if (one.method != method)
      continue;
    const auto checked = check(*asked, one);
    return answer(*asked, checked ? (this->*one.handle)(*asked) : tl::unexpected(checked.error()));
  }
  answer(*asked, known ? refused(405, fmt::format("{} does not know {}", path, method))
                       : refused(404, fmt::format("there is no /lapse/{}", path)));
}

void control::answer(const call& to, const outcome& what) {
  if (!what) {
    const auto& error = what.error();
    auto reply = json_error(error.status, error.text);
    if (!error.now.empty())
      reply.body = json{{"errors", {error.text}}, {"now", error.now}}.dump() + '\n';
    desk_.reply(to.by, std::move(reply));
  } else if (*what) {
    const auto text = (*what)->dump(2, ' ', false, json::error_handler_t::replace);
    desk_.reply(to.by, json_answer(text + '\n'));
  }
  // An advance waits for others, not others for it.
  if (to.target.path != "clock/advance" || !what || *what)
    desk_.letters().done(to.number);
}

void control::answer_text(const call& to, std::string_view type, std::string text) {
  http_answer result;
  result.headers = {{"Cache-Control", "no-store"}, {"Content-Type", std::string{type}}};
  result.body = std::move(text);
  desk_.reply(to.by, std::move(result));
}

void control::forget(const std::string& why) {
  for (const auto& one : std::exchange(waits_, {}))
    answer(one.by, refused(503, why));
  seen_.clear();
}

} // namespace lapse::serve
