#include "sim/serve/transcript_writer.hpp"

#include "actors/http/read_request.hpp"
#include "actors/http/target.hpp"
#include "actors/lives/find_by_text.hpp"
#include "actors/protocol/absolute_time.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace lapse::serve {

namespace {

/// Seconds since the start, as the format has them.
double seconds_of(duration at) { return std::chrono::duration<double>(at).count(); }

/// Numbers under these keys are Unix seconds.
bool is_time(std::string_view key) {
  static constexpr std::array<std::string_view, 4> all{"creation_time", "last_renewal_time",
                                                       "issue_time", "server_time_utc"};
  return std::find(all.begin(), all.end(), key) != all.end();
}

/// What stands under these keys is another each time: `record.py` leaves it open, too.
bool is_made_up(std::string_view key) {
  static constexpr std::array<std::string_view, 6> all{"uuid",       "username",   "password",
                                                       "not_before", "expiration", "key_id"};
  return std::find(all.begin(), all.end(), key) != all.end();
}

/// A transcript's paths begin with a mount.
bool can_hold(const request& what) {
  return !what.path.empty() && what.path.front() != '/' && !what.path.starts_with("v1/");
}

std::string dumped(const nlohmann::ordered_json& line) {
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

} // namespace

void transcript_writer::on_event(const event& e, const lives::ledger& lives) {
  if (const auto* run = std::get_if<run_started>(&e.body))
    start_unix_s_ = run->start_unix_s;
  else if (const auto* made = std::get_if<token_created>(&e.body); made && symbols_.empty())
    begin(lives);
  else if (const auto* received = std::get_if<request_received>(&e.body))
    lines_.push_back({e.at, received->number, {}});
  else if (const auto* reply = std::get_if<request_answered>(&e.body))
    answered(e, *reply, lives);
  else if (const auto* fault = std::get_if<fault_injected>(&e.body))
    write(fault->what, e.at);
}

void transcript_writer::finish() { write_lines(true); }

/// They stand in the order of asking, so each waits for those asked before it; not for ever, for
/// that would take all memory.
void transcript_writer::write_lines(bool all) {
  constexpr std::size_t waiting_max = 10'000;
  while (!lines_.empty() && (all || lines_.front().number == 0 || lines_.size() > waiting_max)) {
    out_ << lines_.front().text;
    lines_.pop_front();
  }
}

/// The root token is the first that is made.
void transcript_writer::begin(const lives::ledger& lives) {
  symbols_.emplace(text(lives.at(0).named()), "$root");
  const auto& server = plan_.server;
  json config = json::object();
  const server_config usual;
  if (server.default_lease_ttl != usual.default_lease_ttl)
    config["default_lease_ttl"] = ttl::format_duration(server.default_lease_ttl);
  if (server.max_lease_ttl != usual.max_lease_ttl)
    config["max_lease_ttl"] = ttl::format_duration(server.max_lease_ttl);
  out_ << dumped({{"transcript", 2},
                  {"name", plan_.name},
                  {"about", "a session of lapse serve"},
                  {"server", "lapse"},
                  {"config", config}});
  for (const auto& setup : plan_.setup)
    write_setup(setup);
}

/// Another server may have done part of it already, or says more of it.
void transcript_writer::write_setup(const plan::setup_request& what) {
  if (what.what->path == "sys/mounts/secret") // every dev server has it
    return;
  auto one = line(*what.what, instant{0});
  one["as"] = "$root";
  one["status"] = 204;
  one["loose"] = true;
  out_ << dumped(one);
}

transcript_writer::json transcript_writer::line(const request& what, instant at) const {
  json result{{"at", seconds_of(at)}, {"as", nullptr}, {"method", http::method_of(what.op)}};
  auto path = sent_path(what.path);
  const bool has_query = !is_write(what.op) && what.op != operation::patch;
  if (has_query && what.body.is_object()) {
    char before = '?';
    for (const auto& [key, value] : what.body.items()) {
      // A key that was said several times is a list.
      for (const auto& one : value.is_array() ? value : nlohmann::json::array({value})) {
        const auto text = one.is_string() ? one.get<std::string>() : one.dump();
        path += before + http::escape(key, "-_.~") + '=' + http::escape(text, "-_.~");
        before = '&';
      }
    }
  }
  result["path"] = path;
  if (!has_query && !what.body.is_null())
    result["body"] = sent(what.body);
  json headers = json::object();
  if (what.wrap_ttl)
    headers["X-Vault-Wrap-TTL"] = *what.wrap_ttl;
  if (what.signed_wrapping)
    headers["X-Vault-Wrap-Format"] = "jwt";
  if (what.other_namespace)
    headers["X-Vault-Namespace"] = "another";
  if (!headers.empty())
    result["headers"] = std::move(headers);
  return result;
}

void transcript_writer::answered(const event& e, const request_answered& x,
                                 const lives::ledger& lives) {
  const auto open = std::find_if(lines_.rbegin(), lines_.rend(),
                                 [&](const auto& one) { return one.number == x.number; });
  if (open == lines_.rend())
    return; // it came too late
  open->number = 0;
  if (!x.what->settled && x.reply != nullptr && can_hold(*x.what))
    open->text = dumped(exchange(e, x, open->at, lives));
  write_lines(false);
}

transcript_writer::json transcript_writer::exchange(const event& e, const request_answered& x,
                                                    instant asked, const lives::ledger& lives) {
  auto one = line(*x.what, asked);
  const auto* caller = lives.find(x.by.id);
  const auto token = caller != nullptr ? text(caller->named()) : x.by.text;
  if (!token.empty()) {
    const auto* symbol = symbol_of(token);
    one["as"] = symbol == nullptr ? token : *symbol;
  }
  one["took"] = seconds_of(e.at - asked);
  one["status"] = x.reply->status;
  // A path left out here is one that another server may well know.
  if (x.reply->status == 501)
    one["loose"] = true;
  else if (const auto reply = to_json(*x.reply, start_unix_s_); !reply.is_null())
    one["reply"] = shown(reply, {}, lives);
  return one;
}

void transcript_writer::write(const fault& what, instant at) {
  if (what.what != fault::kind::backend_down && what.what != fault::kind::backend_up)
    return;
  json sim{{what.what == fault::kind::backend_down ? "backend_down" : "backend_up", what.mount}};
  if (what.revoke_only)
    sim["only"] = "revoke";
  lines_.push_back({at, 0, dumped({{"at", seconds_of(at)}, {"sim", std::move(sim)}})});
  write_lines(false);
}

// -- symbols ---------------------------------------------------------------------------

const std::string* transcript_writer::symbol_of(std::string_view text) const {
  const auto i = symbols_.find(text);
  return i == symbols_.end() ? nullptr : &i->second;
}

transcript_writer::json transcript_writer::shown_text(const std::string& text,
                                                      const lives::ledger& lives) {
  if (const auto* known = symbol_of(text))
    return *known;
  const auto fresh = [&](std::string_view kind) {
    auto symbol = fmt::format("${}{}", kind, ++made_);
    symbols_.emplace(text, symbol);
    return json(std::move(symbol));
  };
  if (const auto found = lives::find_identifier(lives, text); found.life != nullptr)
    return fresh(to_string(found.written_as));
  if (const auto time = parse_rfc3339(text))
    return {{"$t", static_cast<double>(time->seconds - start_unix_s_) +
                       static_cast<double>(time->nanoseconds) / 1e9}};
  return text;
}

transcript_writer::json transcript_writer::shown(const nlohmann::json& value,
                                                 const std::string& key,
                                                 const lives::ledger& lives) {
  if (value.is_string())
    return shown_text(value.get_ref<const std::string&>(), lives);
  if (value.is_number_integer() && is_time(key))
    return {{"$t", static_cast<double>(value.get<std::int64_t>() - start_unix_s_)}};
  if (value.is_array()) {
    auto result = json::array();
    for (const auto& one : value)
      result.push_back(shown(one, key, lives));
    return result;
  }
  if (!value.is_object())
    return value;
  auto result = json::object();
  for (const auto& [name, one] : value.items())
    result[name] = is_made_up(name) ? json("$any") : shown(one, name, lives);
  return result;
}

transcript_writer::json transcript_writer::sent(const nlohmann::json& value) const {
  if (value.is_string()) {
    const auto* symbol = symbol_of(value.get_ref<const std::string&>());
    return symbol == nullptr ? json(value) : json(*symbol);
  }
  if (value.is_array()) {
    auto result = json::array();
    for (const auto& one : value)
      result.push_back(sent(one));
    return result;
  }
  if (!value.is_object())
    return value;
  auto result = json::object();
  for (const auto& [name, one] : value.items())
    result[name] = sent(one);
  return result;
}

/// An identifier may be what a path ends with.
std::string transcript_writer::sent_path(const std::string& path) const {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (const auto* symbol = symbol_of(std::string_view{path}.substr(slash + 1)))
      return http::escape(path.substr(0, slash + 1), "-_.~/") + '{' + *symbol + '}';
  return http::escape(path, http::path_characters);
}

} // namespace lapse::serve
