#include "sim/transcript/compiled_transcript.hpp"

#include "actors/protocol/ascii.hpp"
#include "sim/transcript/expectation.hpp"
#include "sim/transcript/request_template.hpp"
#include "sim/transcript/symbol_table.hpp"

#include <algorithm>
#include <utility>

namespace lapse::transcript {

using json = nlohmann::json;

namespace {

/// The symbols a `save` can bind (R-1731).
struct save_symbols {
  save_symbols(const std::string& name, symbol_table& symbols) {
    const auto intern = [&](std::string_view suffix) {
      const auto result = symbols.intern("$" + name + std::string{suffix});
      symbols.bindable(result);
      return result;
    };
    token = intern("");
    accessor = intern(".accessor");
    wrapped_accessor = intern(".wrapped_accessor");
    lease = intern(".lease");
    lease_tail = intern(".lease_tail");
    role_id = intern(".role_id");
    secret_id = intern(".secret_id");
  }

  void bind(const answer& body, symbol_table& to) const {
    if (const auto* block = std::get_if<auth_block>(&body.body)) {
      if (!block->hide_token)
        to.bind_if_nameless(token, token_value(block->facts->name));
      to.bind_if_nameless(accessor, accessor_value(block->facts->name));
    }
    if (body.wrap) {
      to.bind_if_nameless(token, token_value(body.wrap->token));
      to.bind_if_nameless(accessor, accessor_value(body.wrap->token));
      if (body.wrap->wrapped)
        to.bind_if_nameless(wrapped_accessor, accessor_value(*body.wrap->wrapped));
      else if (!body.wrap->wrapped_secret_id.empty())
        to.bind_if_nameless(wrapped_accessor, text_value(body.wrap->wrapped_secret_id));
    }
    if (body.lease) {
      to.bind_if_nameless(lease, lease_value(*body.lease));
      if (needs_tail) {
        const auto id = text(*body.lease);
        to.bind_if_nameless(lease_tail, text_value(id.substr(id.rfind('/') + 1)));
      }
    }
    if (const auto* data = std::get_if<json>(&body.body)) {
      bind_text(*data, "role_id", role_id, to);
      bind_text(*data, "secret_id", secret_id, to);
    }
  }

  static void bind_text(const json& data, const char* key, symbol_index symbol, symbol_table& to) {
    if (!data.is_object())
      return;
    if (const auto found = data.find(key); found != data.end() && found->is_string())
      to.bind_if_nameless(symbol, text_value(found->get_ref<const std::string&>()));
  }

  symbol_index token, accessor, wrapped_accessor, lease, lease_tail, role_id, secret_id;
  /// Rendering a tail costs time, and few transcripts use one.
  bool needs_tail = false;
};

/// A request that chooses the id of a token. A body as it was sent is not read for it.
bool chooses_id(const transcript_line& line) {
  return (line.body.is_object() && line.body.contains("id")) ||
         (line.raw && line.raw->find("\"id\"") != std::string::npos);
}

/// A token may be reached under two names where one was wrapped, or chosen again (R-1731).
bool may_alias(const transcript_line& line) {
  return line.path == "sys/wrapping/unwrap" || line.path.starts_with("cubbyhole/response") ||
         chooses_id(line);
}

struct compiled_line {
  compiled_line(const transcript_line& line, symbol_table& symbols)
    : source{&line}, ask{line, symbols}, expected{line, symbols}, aliases{may_alias(line)} {
    if (!line.save.empty())
      save.emplace(line.save, symbols);
  }

  const transcript_line* source;
  request_template ask;
  expectation expected;
  std::optional<save_symbols> save;
  bool aliases;
  /// Found by `settle`: the server had acted by `at`.
  bool early = false;
};

std::string request_text(const transcript_line& line) {
  auto result = line.method + ' ' + line.path;
  if (line.as)
    result += " as " + *line.as;
  for (const auto& [name, value] : line.headers)
    if (equals_ignoring_case(name, "X-Vault-Wrap-TTL"))
      result += " wrapped for " + value;
    else if (!equals_ignoring_case(name, "Content-Type"))
      result += " with " + name + ": " + value;
  if (line.raw)
    result += ' ' + brief(*line.raw);
  else if (!line.body.is_null())
    result += ' ' + brief(line.body);
  return result;
}

} // namespace

struct compiled_transcript::state {
  explicit state(transcript_ptr t) : source{std::move(t)} {
    root = symbols.intern("$root");
    symbols.bindable(root);
    key = symbols.intern("$unseal_key");
    symbols.bindable(key);
    lines.reserve(source->lines.size());
    for (const auto& line : source->lines)
      if (!line.sim)
        lines.emplace_back(line, symbols);
    mark_tails();
    chosen_once = std::none_of(source->lines.begin(), source->lines.end(), chooses_id);
  }

  /// Lines whose lease tail is used: only `intern` by `save` came first otherwise.
  void mark_tails() {
    bool mentioned = false;
    for (const auto& line : source->lines)
      mentioned = mentioned || mentions_tail(line.path) || mentions_tail(line.body) ||
                  (line.reply && mentions_tail(*line.reply)) ||
                  (line.raw && mentions_tail(*line.raw)) || mentions_tail(line.headers);
    for (auto& line : lines)
      if (line.save)
        line.save->needs_tail = mentioned;
  }

  static bool mentions_tail(const json& value) {
    if (value.is_string())
      return value.get_ref<const std::string&>().find(".lease_tail") != std::string::npos;
    return value.is_structured() &&
           std::any_of(value.begin(), value.end(), [](const json& x) { return mentions_tail(x); });
  }

  void start(door& server) {
    symbols.restart();
    symbols.bind(root, token_value(server.root()));
    symbols.bind(key, text_value(unseal_key));
  }

  replay_result run(door& server, bool doubly);
  void compare(compiled_line& line, const answer& actual, instant issued, bool doubly,
               replay_result& to);
  void report(const compiled_line& line, const answer& actual, instant issued, replay_result& to);

  transcript_ptr source;
  server_config config = config_of(*source);
  symbol_table symbols;
  /// Of a double comparison; its room is used again.
  symbol_table before;
  symbol_index root = 0;
  symbol_index key = 0;
  std::vector<compiled_line> lines;
  /// No request chooses an id, so the root's number names it for ever.
  bool chosen_once = false;
};

void compiled_transcript::state::report(const compiled_line& line, const answer& actual,
                                        instant issued, replay_result& to) {
  ++to.differing;
  if (to.differences.size() >= differences_max)
    return;
  const auto& source_line = *line.source;
  difference found;
  found.line = source_line.number;
  found.at = source_line.at;
  found.issued = issued;
  found.request = request_text(source_line);
  found.expected_status = source_line.status;
  found.got_status = actual.status;
  if (source_line.reply)
    found.expected = *source_line.reply;
  found.got = to_json(actual, config.start_unix_s);
  comparison in{symbols, line.aliases};
  static_cast<void>(line.expected.matches_plainly(actual, in, config.start_unix_s, &found.fields));
  to.differences.push_back(std::move(found));
}

void compiled_transcript::state::compare(compiled_line& line, const answer& actual, instant issued,
                                         bool doubly, replay_result& to) {
  const auto& source_line = *line.source;
  if (line.save && (source_line.loose || actual.status == source_line.status))
    line.save->bind(shown(actual), symbols);
  if (source_line.loose)
    return;
  ++to.compared;
  comparison in{symbols, line.aliases};
  if (doubly) {
    // The plain comparison first: it then meets the symbols as the typed one would have.
    before = symbols;
    const auto plain = line.expected.matches_plainly(actual, in, config.start_unix_s);
    std::swap(before, symbols);
    const auto typed = line.expected.matches(actual, in, config.start_unix_s);
    if (!plain || !typed)
      report(line, actual, issued, to);
    if (plain != typed && !to.differences.empty())
      to.differences.back().fields.push_back({"the comparison itself",
                                              plain ? "plain: equal" : "plain: differs",
                                              typed ? "typed: equal" : "typed: differs"});
    return;
  }
  if (!line.expected.matches(actual, in, config.start_unix_s))
    report(line, actual, issued, to);
}

replay_result compiled_transcript::state::run(door& server, bool doubly) {
  replay_result result;
  start(server);
  instant now{0};
  auto line = lines.begin();
  // Requests whose answers need time, in the order they were issued.
  struct waiting_line {
    compiled_line* line;
    instant issued;
    std::shared_ptr<std::optional<answer>> reply;
  };
  std::vector<waiting_line> waiting;
  auto advance = [&] {
    server.advance(now);
    std::erase_if(waiting, [&](const waiting_line& each) {
      if (*each.reply)
        compare(*each.line, **each.reply, each.issued, doubly, result);
      return each.reply->has_value();
    });
  };
  for (const auto& source_line : source->lines) {
    if (source_line.sim) {
      now = std::max(now, source_line.at);
      advance();
      server.inject(*source_line.sim);
      continue;
    }
    // Spans of neighbours may overlap by the millisecond they are rounded to.
    now = std::max(now, line->early ? source_line.at : later(source_line.at, source_line.took));
    advance();
    auto reply = std::make_shared<std::optional<answer>>();
    server.ask(line->ask.caller(symbols, chosen_once), line->ask.fill(symbols),
               [reply](answer actual) { *reply = std::move(actual); });
    ++result.requests;
    if (*reply)
      compare(*line, **reply, now, doubly, result);
    else
      waiting.push_back({&*line, now, reply});
    ++line;
  }
  for (const auto& each : waiting)
    compare(*each.line, error_answer(0, "no answer by the end of the transcript"), each.issued,
            doubly, result);
  return result;
}

// -- the class -------------------------------------------------------------------

compiled_transcript::compiled_transcript(transcript_ptr source)
  : state_{std::make_unique<state>(std::move(source))} {}

compiled_transcript::~compiled_transcript() = default;
compiled_transcript::compiled_transcript(compiled_transcript&&) noexcept = default;
compiled_transcript& compiled_transcript::operator=(compiled_transcript&&) noexcept = default;

const transcript& compiled_transcript::source() const noexcept { return *state_->source; }

server_config compiled_transcript::config() const { return state_->config; }

replay_result compiled_transcript::replay(door& server) { return state_->run(server, false); }

replay_result compiled_transcript::replay_doubly(door& server) { return state_->run(server, true); }

replay_result compiled_transcript::settle(const door_factory& make_server) {
  auto result = replay(*make_server(state_->config));
  // Each round keeps one more line early and gets further, or is the last.
  while (!result.passed()) {
    const auto first = result.differences.front().line;
    const auto line = std::find_if(state_->lines.begin(), state_->lines.end(),
                                   [&](const auto& each) { return each.source->number == first; });
    if (line->early || line->source->took == duration{0})
      return result;
    line->early = true;
    auto again = replay(*make_server(state_->config));
    if (!again.passed() && again.differences.front().line <= first) {
      line->early = false;
      return result;
    }
    result = std::move(again);
  }
  return result;
}

} // namespace lapse::transcript
