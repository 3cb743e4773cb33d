#include "sim/serve/control.hpp"

#include "actors/http/json_body.hpp"
#include "sim/serve/desk.hpp"
#include "sim/serve/vault_api.hpp"

#include <fmt/format.h>

#include <utility>

namespace lapse::serve {

namespace {

constexpr std::string_view below = "/lapse/";

} // namespace

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
  if (!body->is_null() && !body->is_object())
    return refused(400, "the body is no JSON object");
  result.body = body->is_null() ? json::object() : json(*body);
  return result;
}

void control::serve(const http_exchange_ptr& what, inbox::ticket number) {
  static constexpr route routes[] = {
      {"GET", "clock", &control::read_clock},       {"POST", "clock", &control::set_clock},
      {"POST", "clock/advance", &control::advance}, {"POST", "clock/sleep", &control::sleep},
      {"GET", "deadlines", &control::deadlines},    {"GET", "wait", &control::wait},
      {"GET", "requests", &control::requests},      {"GET", "events", &control::events},
      {"POST", "faults", &control::faults},         {"POST", "handles", &control::handles},
      {"POST", "expect", &control::expect},         {"POST", "reset", &control::reset},
      {"GET", "report", &control::report},          {"GET", "scenario", &control::scenario},
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
    if (one.method == method)
      return answer(*asked, (this->*one.handle)(*asked));
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
