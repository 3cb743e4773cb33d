// The clock as tests hold it.

#include "actors/ttl/duration.hpp"
#include "sim/serve/control.hpp"
#include "sim/serve/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace lapse::serve {

namespace {

/// A duration of the scenario language, from zero.
std::optional<duration> read_span(std::string_view text) {
  const auto read = parse_duration(text);
  return !read || text.empty() || *read < duration::zero() ? std::nullopt : std::optional{*read};
}

template <class Json>
std::optional<duration> span_of(const Json& value) {
  if (value.is_number_integer() || value.is_number_unsigned())
    return read_span(std::to_string(value.template get<std::int64_t>()));
  return value.is_string() ? read_span(value.template get<std::string>()) : std::nullopt;
}

/// Lives that stand and have a deadline, the earliest first.
std::vector<lives::ledger::slot> due_lives(const lives::ledger& all, instant now, instant until) {
  std::vector<lives::ledger::slot> result;
  for (lives::ledger::slot at = 0; at < all.size(); ++at)
    if (const auto& life = all.at(at);
        life.stands(now) && life.expire != never && life.expire <= until)
      result.push_back(at);
  std::stable_sort(result.begin(), result.end(),
                   [&](auto a, auto b) { return all.at(a).expire < all.at(b).expire; });
  return result;
}

constexpr std::size_t deadlines_max = 1000;

} // namespace

std::string control::time_text(instant at) const {
  return rfc3339(at, desk_.world().start_unix_s());
}

control::json control::next_deadline() {
  auto& world = desk_.world();
  const auto at = world.next_turn();
  if (at == never)
    return nullptr;
  json result{{"at", time_text(at)},
              {"in", ttl::format_duration(at - world.now())},
              {"what", "work"},
              {"whom", nullptr}};
  if (at == world.run().next_turn()) {
    const auto property = world.run().property_in_turn();
    result["what"] = property.empty() ? "step" : "property";
    if (!property.empty())
      result["whom"] = property;
  }
  const auto& lives = world.run().world().lives();
  for (const auto& life : lives.all())
    if (life.expire == at && life.stands(world.now())) {
      result["what"] = life.is_lease() ? "lease" : "token";
      result["whom"] = lives.name(life);
      break;
    }
  return result;
}

control::json control::clock_now() {
  auto& world = desk_.world();
  return {{"now", time_text(world.now())},
          {"elapsed", ttl::format_duration(world.now())},
          {"elapsed_ns", world.now().count()}};
}

control::outcome control::read_clock(const call&) {
  auto result = clock_now();
  result["mode"] = desk_.mode().name();
  result["rate"] = desk_.mode().rate();
  // Without this request itself.
  result["in_flight"] = desk_.letters().in_flight() - 1;
  result["requests"] = desk_.world().journal().requests();
  result["next"] = next_deadline();
  return result;
}

control::outcome control::set_clock(const call& c) {
  const auto mode = c.body.find("mode");
  if (mode == c.body.end() || !mode->is_string())
    return refused(400, "`mode` is real, frozen, follow, scaled (with a `rate`) or skip");
  std::optional<std::int64_t> rate;
  if (const auto given = c.body.find("rate"); given != c.body.end() && !given->is_null()) {
    if (!given->is_number_integer())
      return refused(400, "`rate` is a whole number");
    rate = given->get<std::int64_t>();
  }
  const auto text = mode->get<std::string>();
  auto made =
      text.find('=') == std::string::npos ? make_clock_mode(text, rate) : read_clock_mode(text);
  if (!made)
    return refused(400, made.error());
  desk_.change_mode(std::move(*made));
  return read_clock(c);
}

// -- advancing -------------------------------------------------------------------------

control::outcome control::advance(const call& c) {
  if (auto checked = check_advance(c.body); !checked)
    return tl::unexpected(std::move(checked.error()));
  desk_.when_quiet(c.number, [this, c] { answer(c, do_advance(c)); });
  return std::nullopt;
}

tl::expected<void, control::refusal> control::check_advance(const json& body) {
  const auto to = body.find("to");
  if (to == body.end() || !to->is_object()) {
    if (body.contains("at_most"))
      return refused(400, "`at_most` goes with { \"expired\": HANDLE } alone");
    return {};
  }
  if (body.contains("by"))
    return refused(400, "an advance has either `by`, a duration, or `to`");
  for (auto i = to->begin(); i != to->end(); ++i)
    if (i.key() != "expired" && i.key() != "at_most")
      return refused(
          400, fmt::format("unknown key `{}` in `to`; it has `expired` and `at_most`", i.key()));
  return {};
}

tl::expected<instant, control::refusal> control::in_time(instant at) {
  if (at <= served_time_max)
    return at;
  return refused(400, "the clock of a served world goes no further than a century after its "
                      "start, to " +
                          time_text(served_time_max));
}

tl::unexpected<control::refusal> control::stopped() {
  return tl::unexpected(refusal{503, desk_.stopped_words(), time_text(desk_.world().now())});
}

control::outcome control::do_advance(const call& c) {
  const auto before = desk_.world().now();
  desk_.events().begin();
  const auto took_back = [&] { return desk_.events().take(desk_.world().run().world().lives()); };
  outcome problem = std::nullopt;
  bool whole = true;
  if (const auto to = c.body.find("to"); to != c.body.end() && to->is_object()) {
    problem = until_expired(c.body);
  } else if (const auto target = goal(c.body)) {
    whole = desk_.move_to(*target);
  } else {
    problem = tl::unexpected(target.error());
  }
  auto what = took_back();
  if (!problem)
    return problem;
  if (!whole && desk_.letters().was_interrupted())
    return stopped();
  auto result = clock_now();
  result["moved"] = ttl::format_duration(desk_.world().now() - before);
  if (desk_.world().now() >= desk_.world().until())
    result["stopped"] = desk_.world().until() < served_time_max ? "--until" : "a century";
  result["next"] = next_deadline();
  result["events"] = std::move(what.events);
  result["lines"] = std::move(what.lines);
  if (what.left_out > 0)
    result["left_out"] = what.left_out;
  return result;
}

tl::expected<instant, control::refusal> control::goal(const json& body) {
  auto& world = desk_.world();
  const auto by = body.find("by");
  const auto to = body.find("to");
  if ((by == body.end()) == (to == body.end()))
    return refused(400, "an advance has either `by`, a duration, or `to`");
  if (by != body.end()) {
    const auto span = span_of(*by);
    if (!span)
      return refused(400, "`by` is a duration such as 40m, at most a century");
    return in_time(later(world.now(), *span));
  }
  if (!to->is_string())
    return refused(400, "`to` is a time, `next`, or { \"expired\": HANDLE }");
  const auto text = to->get<std::string>();
  if (text == "next") {
    const auto due = world.next_turn();
    if (due >= served_time_max)
      return refused(409, "nothing is due");
    return later(due, duration{1});
  }
  const auto time = parse_rfc3339(text);
  if (!time)
    return refused(400, "`to` is a time such as 2026-02-01T00:00:00Z, `next`, or "
                        "{ \"expired\": HANDLE }");
  const auto seconds = time->seconds - world.start_unix_s();
  constexpr std::int64_t seconds_max = 9'000'000'000;
  const auto at = std::chrono::seconds{std::clamp(seconds, -seconds_max, seconds_max)} +
                  duration{time->nanoseconds};
  if (at < world.now())
    return refused(400, fmt::format("{} is past: it is {}", text, time_text(world.now())));
  return in_time(at);
}

/// Until the deadline of a token or lease has passed, whatever renews it on the way.
control::outcome control::until_expired(const json& body) {
  auto& world = desk_.world();
  const auto& to = body["to"];
  const auto named = to.find("expired");
  if (named == to.end() || !named->is_string())
    return refused(400, "`to` is a time, `next`, or { \"expired\": HANDLE }");
  const auto name = named->get<std::string>();
  const auto* handle = world.run().handles().find(name);
  const auto& lives = world.run().world().lives();
  const auto slot = handle == nullptr ? lives::ledger::no_slot
                    : handle->token   ? lives.slot_of(handle->token)
                                      : lives.slot_of(handle->lease);
  if (slot == lives::ledger::no_slot)
    return refused(400, fmt::format("no token or lease is named `{}`; POST /lapse/handles names "
                                    "one",
                                    name));
  auto limit = world.until();
  const auto at_most = to.contains("at_most") ? to["at_most"] : body.value("at_most", json{});
  if (!at_most.is_null()) {
    const auto span = span_of(at_most);
    if (!span)
      return refused(400, "`at_most` is a duration such as 30d");
    limit = std::min(limit, later(world.now(), *span));
  }
  while (lives.at(slot).stands(world.now())) {
    const auto end = lives.at(slot).expire;
    if (end == never && limit >= served_time_max)
      return refused(409, fmt::format("`{}` never expires", name));
    if (world.now() >= limit)
      return refused(409, fmt::format("`{}` has not expired by {}", name, time_text(world.now())));
    if (!desk_.move_to(std::min(limit, later(end, duration{1}))))
      return stopped();
  }
  return std::nullopt;
}

// -- sleep -----------------------------------------------------------------------------

control::outcome control::sleep(const call& c) {
  const auto span = c.body.contains("for") ? span_of(c.body["for"]) : std::nullopt;
  if (!span)
    return refused(400, "`for` is a duration such as 40m");
  const auto who = c.body.value("who", json{});
  if (!who.is_null() && !who.is_string())
    return refused(400, "`who` is a name");
  constexpr std::size_t name_max = 200;
  auto name = who.is_null() ? std::string{} : who.get<std::string>();
  if (name.size() > name_max)
    return refused(400, "`who` is too long");
  const auto until = in_time(later(desk_.world().now(), *span));
  if (!until)
    return tl::unexpected(until.error());
  if (*until > desk_.world().until())
    return refused(409, "the clock stops before, at " + time_text(desk_.world().until()));
  desk_.sleepers().add({c.by, std::move(name), *until});
  c.by->watch(
      [this, by = c.by] { desk_.letters().post([this, by] { desk_.sleepers().gone(by); }); });
  if (*until <= desk_.world().now())
    static_cast<void>(desk_.move_to(*until));
  return std::nullopt;
}

void control::woke(const http_exchange_ptr& who) { answer({who, 0, {}, {}}, clock_now()); }

// -- deadlines -------------------------------------------------------------------------

control::outcome control::deadlines(const call& c) {
  auto& world = desk_.world();
  auto until = never;
  if (const auto* within = c.target.find("within")) {
    const auto span = read_span(*within);
    if (!span)
      return refused(400, "`within` is a duration such as 24h");
    until = later(world.now(), *span);
  }
  const auto& lives = world.run().world().lives();
  const auto due = due_lives(lives, world.now(), until);
  auto list = json::array();
  for (const auto at : due) {
    if (list.size() == deadlines_max)
      break;
    const auto& life = lives.at(at);
    json one{{"at", time_text(life.expire)},
             {"in", ttl::format_duration(life.expire - world.now())},
             {"what", life.is_lease() ? "lease" : "token"},
             {"whom", lives.name(life)}};
    auto along = json::array();
    const auto take = [&](lives::ledger::slot below) {
      if (lives.at(below).stands(world.now()) && along.size() < deadlines_max)
        along.push_back(lives.name(below));
    };
    if (!life.is_lease()) {
      lives.for_each_lease(at, take);
      lives.for_each_descendant(at, [&](auto child) {
        take(child);
        lives.for_each_lease(child, take);
      });
    }
    one["takes_along"] = std::move(along);
    list.push_back(std::move(one));
  }
  json result{{"now", time_text(world.now())}, {"deadlines", std::move(list)}};
  if (due.size() > deadlines_max)
    result["left_out"] = due.size() - deadlines_max;
  return result;
}

} // namespace lapse::serve
