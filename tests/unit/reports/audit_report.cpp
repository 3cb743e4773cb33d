#include "reports/audit/audit_report.hpp"

#include "actors/http/read_request.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/places.hpp"
#include "tests/unit/reports/story.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace lapse;
using namespace lapse::audit;
using namespace lapse::lives;
using namespace lapse::test;
using json = nlohmann::json;
using ordered = nlohmann::ordered_json;

namespace {

// The samples are a real server's audit logs, and the requests that made them. A test replays the
// requests as events and compares what we write with what the server wrote, entry by entry.

constexpr std::int64_t start_unix_s = 1795624747; // 2026-11-25T16:39:07Z
/// Entries of the server's own start, before the first request of the tour: the device's test line,
/// and the dev root token being made.
constexpr std::size_t entries_before_tour = 9;

template <class Json>
std::vector<Json> read_lines(const char* name) {
  std::ifstream in{source_folder() / "tests/unit/reports/samples" / name};
  std::vector<Json> result;
  for (std::string line; std::getline(in, line);)
    result.push_back(Json::parse(line));
  return result;
}

shared_names names_in(const json& block, const char* key) {
  return block.contains(key) ? names_of(block[key].get<std::vector<std::string>>()) : nullptr;
}

shared_text text_in(const json& block, const char* key) {
  return block.contains(key) ? text_of(block[key].get<std::string>()) : nullptr;
}

shared_map map_in(const json& block, const char* key) {
  if (!block.contains(key) || block[key].is_null())
    return nullptr;
  return std::make_shared<const std::map<std::string, std::string>>(
      block[key].get<std::map<std::string, std::string>>());
}

/// Tokens get the server's texts as chosen ids; accessors then differ, but one stays one.
token_name token_of(const json& auth) {
  token_name token;
  auto text = auth.value("client_token", "");
  token.id.value = std::hash<std::string>{}(text) | 1;
  token.type = auth.value("token_type", "") == "batch" ? token_type::batch : token_type::service;
  if (token.type == token_type::service)
    token.custom = text_of(text);
  return token;
}

instant second_of(const std::string& rfc) {
  // All of the samples lie within one minute.
  return std::chrono::seconds{std::stoi(rfc.substr(17, 2)) - 7};
}

std::shared_ptr<const caller_view> view_of(const json& auth) {
  if (!auth.contains("client_token"))
    return nullptr;
  token_facts made;
  made.name = token_of(auth);
  made.display_name = text_in(auth, "display_name");
  made.policies = names_in(auth, "policies");
  made.meta = map_in(auth, "metadata");
  made.entity = text_in(auth, "entity_id");
  made.ttl = std::chrono::seconds{auth.value("token_ttl", 0)};
  made.issue = second_of(auth.value("token_issue_time", "2026-11-25T16:39:07Z"));
  auto view = std::make_shared<caller_view>();
  view->facts = std::make_shared<const token_facts>(std::move(made));
  view->entity_created = auth.value("entity_created", false);
  view->remaining_uses = auth.value("remaining_uses", 0);
  if (auth.contains("policy_results")) {
    const auto& results = auth["policy_results"];
    view->allowed = results["allowed"].get<bool>();
    for (const auto& policy : results.value("granting_policies", json::array()))
      view->granting_policies.push_back(policy["name"].get<std::string>());
  }
  return view;
}

wrap_info wrap_of(const json& block) {
  wrap_info wrap;
  wrap.token.id.value = 5;
  wrap.token.custom = text_of(block["token"].get<std::string>());
  wrap.ttl_s = block["ttl"].get<std::int64_t>();
  wrap.creation_path = block["creation_path"].get<std::string>();
  wrap.wrapped = token_name{{6}, token_type::service, nullptr};
  return wrap;
}

auth_block block_of(const json& auth, const json& reply) {
  token_facts made;
  made.name = token_of(auth);
  made.display_name = text_in(auth, "display_name");
  made.policies = names_in(reply, "policies");
  made.meta = map_in(reply, "metadata");
  if (reply["entity_id"] != "")
    made.entity = text_in(auth, "entity_id");
  made.issue = second_of(auth.value("token_issue_time", "2026-11-25T16:39:07Z"));
  auth_block block;
  block.facts = std::make_shared<const token_facts>(std::move(made));
  block.lease_duration_s = reply["lease_duration"].get<std::int64_t>();
  block.num_uses = reply["num_uses"].get<std::int64_t>();
  return block;
}

/// What our world would answer: the tour's reply, with the log's values in place of its symbols.
answer answer_of(const json& step, const json& logged) {
  answer result;
  result.status = step["status"].get<int>();
  if (!step.contains("reply"))
    return result;
  const auto& reply = step["reply"];
  if (reply.contains("errors")) {
    result.shape = envelope::errors;
    result.errors = reply["errors"].get<std::vector<std::string>>();
    return result;
  }
  result.shape = envelope::normal;
  if (!reply["auth"].is_null())
    result.body = block_of(logged["auth"], reply["auth"]);
  else if (!reply["data"].is_null())
    result.body = logged["data"];
  if (!reply["wrap_info"].is_null())
    result.wrap = wrap_of(logged["wrap_info"]);
  if (reply["lease_id"] != "")
    result.lease = lease_name{{77}, {}, text_of("db/creds/app"), 1};
  return result;
}

request_ptr request_of(const json& step) {
  auto parsed =
      http::parse_request(step["method"].get<std::string>(), step["path"].get<std::string>(),
                          step.value("body", json(nullptr)));
  REQUIRE(parsed);
  if (step.contains("headers"))
    parsed->wrap_ttl = step["headers"]["X-Vault-Wrap-TTL"].get<std::string>();
  return std::make_shared<request>(std::move(*parsed));
}

/// The body that the server saw: its log has the values of the tour's symbols.
request_ptr with_body(const request_ptr& what, const json& logged) {
  auto copy = std::make_shared<request>(*what);
  if (logged.contains("data"))
    copy->body = logged["data"];
  return copy;
}

shared_mount mount_of(const json& block) {
  if (!block.contains("mount_point"))
    return nullptr;
  auto path = block["mount_point"].get<std::string>();
  return std::make_shared<const mount_identity>(
      mount_identity{path, block.value("mount_type", ""), block.value("mount_accessor", "accessor"),
                     path.starts_with("auth/")});
}

/// Replays the tour into `reader`.
void replay(event_reader& reader) {
  event_stream events;
  events.add(reader);
  auto tour = read_lines<json>("audit-tour.jsonl");
  auto log = read_lines<json>("raw.log");
  run_started run;
  run.start_unix_s = start_unix_s;
  events.put({instant{0}, run});
  for (std::size_t i = 1; i < tour.size(); ++i) {
    const auto& asked = log[entries_before_tour + 2 * (i - 1)];
    const auto& done = log[entries_before_tour + 2 * (i - 1) + 1];
    const auto& block = done["request"];
    request_received in;
    in.number = i;
    in.what = with_body(request_of(tour[i]), block);
    in.by.text = block.value("client_token", "");
    in.caller = view_of(asked["auth"]);
    in.mount = mount_of(block);
    if (block["operation"] == "create")
      in.op = operation::create;
    in.error = asked.value("error", "");
    events.put({1s, in});

    auto response = done.value("response", json::object());
    auto reply = answer_of(tour[i], response);
    request_answered out;
    out.number = in.number;
    out.what = in.what;
    out.by = in.by;
    out.caller = in.caller;
    out.mount = in.mount;
    out.op = in.op;
    out.reply = &reply;
    if (!in.caller)
      out.made = view_of(done["auth"]);
    else if (response.contains("auth"))
      out.made = view_of(response["auth"]);
    events.put({1s, out});
  }
}

std::vector<ordered> written(audit_report::form how) {
  std::ostringstream out;
  audit_report reader{out, how};
  replay(reader);
  std::istringstream in{out.str()};
  std::vector<ordered> result;
  for (std::string line; std::getline(in, line);)
    result.push_back(ordered::parse(line));
  return result;
}

/// Values that no simulator can know: their keys must be there, at their place, as the same type.
bool is_volatile(const std::string& key) {
  static const std::set<std::string> keys = {
      "time",        "id",       "accessor",         "client_token_accessor",
      "remote_port", "lease_id", "wrapped_accessor", "creation_time"};
  return keys.contains(key);
}

/// Where `ours` is not what the server wrote; empty if nowhere. `hashed`: of strings that the
/// server hashed only that we do, too.
std::string difference(const ordered& ours, const ordered& theirs, const std::string& where,
                       bool volatile_here = false) {
  if (ours.type() != theirs.type() && !(ours.is_number_integer() && theirs.is_number_integer()))
    return where + ": " + ours.dump() + " instead of " + theirs.dump();
  if (ours.is_object()) {
    auto a = ours.begin();
    for (auto b = theirs.begin(); b != theirs.end(); ++b, ++a) {
      if (a == ours.end() || a.key() != b.key())
        return where + ": " + (a == ours.end() ? "the end" : a.key()) + " instead of " + b.key();
      // `data` holds what a request or answer said: nothing in it is ours to make up.
      auto inside_data = where.find(".data") != std::string::npos;
      auto inner = difference(a.value(), b.value(), where + '.' + b.key(),
                              !inside_data && is_volatile(b.key()));
      if (!inner.empty())
        return inner;
    }
    return a == ours.end() ? std::string{} : where + ": " + a.key() + " too much";
  }
  if (ours.is_array()) {
    if (ours.size() != theirs.size())
      return where + ": another length";
    for (std::size_t i = 0; i < ours.size(); ++i)
      if (auto inner = difference(ours[i], theirs[i], where + "[]"); !inner.empty())
        return inner;
    return {};
  }
  if (volatile_here)
    return {};
  auto hashed = [](const ordered& value) {
    return value.is_string() && value.get_ref<const std::string&>().starts_with("hmac-sha256:");
  };
  if (hashed(ours) && hashed(theirs) && ours.get_ref<const std::string&>().size() == 76)
    return {};
  // A batch id is a number's text with us.
  if (ours.is_string() && ours.get_ref<const std::string&>().starts_with("b.") &&
      theirs.get_ref<const std::string&>().starts_with("b."))
    return {};
  return ours == theirs ? std::string{}
                        : where + ": " + ours.dump() + " instead of " + theirs.dump();
}

void compare(audit_report::form how, const char* sample) {
  auto ours = written(how);
  auto theirs = read_lines<ordered>(sample);
  REQUIRE(ours.size() + entries_before_tour == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const auto& expected = theirs[entries_before_tour + i];
    CAPTURE(i, expected["type"], expected["request"]["path"]);
    CHECK(difference(ours[i], expected, "") == "");
  }
}

} // namespace

// Creations, a login, uses, a denial, wrapping and leases are in the sample (R-1103 to R-1105,
// R-1107, R-1115, R-1126).
TEST_CASE("each entry has the keys, order, omissions and values of a real raw log (R-1101, R-1102, "
          "R-1103, R-1104, R-1105, R-1107, R-1115, R-1126)") {
  compare(audit_report::form::raw, "raw.log");
}

TEST_CASE("an entry's time is RFC 3339 with nanoseconds, in UTC (R-1106)") {
  for (const auto& entry : written(audit_report::form::raw)) {
    auto time = entry["time"].get<std::string>();
    CHECK(is_rfc3339(time));
    CHECK(time.back() == 'Z');
  }
}

TEST_CASE("each entry hashes what a real hashed log hashes, and nothing else (R-1112, R-1113)") {
  compare(audit_report::form::hashed, "hashed.log");
}

TEST_CASE("one value has one hash within a file, so that entries can be joined (R-1116)") {
  std::map<std::string, std::string> hash_of;
  std::map<std::string, std::string> value_of;
  auto raw = written(audit_report::form::raw);
  auto hashed = written(audit_report::form::hashed);
  REQUIRE(raw.size() == hashed.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    auto plain = raw[i].flatten();
    auto opaque = hashed[i].flatten();
    for (const auto& [key, value] : plain.items()) {
      if (!value.is_string() || opaque[key] == value)
        continue;
      auto text = value.get<std::string>();
      auto hash = opaque[key].get<std::string>();
      CHECK(hash_of.try_emplace(text, hash).first->second == hash);
      CHECK(value_of.try_emplace(hash, text).first->second == text);
    }
  }
  CHECK(hash_of.size() > 40);
}

TEST_CASE("a hash is 64 digits after its name, and its salt comes from the seed (R-1111)") {
  CHECK(audit_hash{1}("x") == audit_hash{1}("x"));
  CHECK(audit_hash{1}("x") != audit_hash{2}("x"));
  CHECK(audit_hash{1}("x").size() == std::string{"hmac-sha256:"}.size() + 64);
}

TEST_CASE("strings that read as RFC 3339 instants stay plain (R-1112)") {
  CHECK(is_rfc3339("2026-11-25T16:39:12.102042736Z"));
  CHECK(is_rfc3339("2026-11-25T16:39:12+01:00"));
  CHECK(is_rfc3339("2024-02-29T00:00:00Z"));
  CHECK_FALSE(is_rfc3339("2023-02-29T00:00:00Z"));
  CHECK_FALSE(is_rfc3339("2026-13-25T16:39:12Z"));
  CHECK_FALSE(is_rfc3339("2026-11-25T16:39:12"));
  CHECK_FALSE(is_rfc3339("2026-11-25T16:39:12.Z"));
  CHECK_FALSE(is_rfc3339("2026-11-25 16:39:12Z"));
  CHECK_FALSE(is_rfc3339(""));
}

TEST_CASE("seals and what the server does on its own leave no entry (R-1125)") {
  std::ostringstream out;
  audit_report reader{out};
  story s{reader};
  s.begin("silent");
  auto app = s.token("", {}, 1h);
  s.ask(app, operation::update, "sys/seal", no_content());
  s.ask(app, operation::read, "sys/health", data_answer({{"sealed", false}}));
  s.at(1h);
  s.end_token(app, end_cause::deadline);
  s.end();
  CHECK(out.str().empty());
}

TEST_CASE("a request refused early has both entries, even if only its answer was reported") {
  std::ostringstream out;
  audit_report reader{out};
  request what;
  what.path = "auth/token/lookup-self";
  auto reply = error_answer(403, "permission denied");
  request_answered told;
  told.number = 1;
  told.what = std::make_shared<request>(what);
  told.by.text = "bogus";
  told.reply = &reply;
  event_stream events;
  events.add(reader);
  events.put({1s, told});
  std::istringstream in{out.str()};
  std::string line;
  REQUIRE(std::getline(in, line));
  auto entry = json::parse(line);
  CHECK(entry["type"] == "request");
  CHECK(entry["error"] == "permission denied");
  CHECK(entry["auth"] == json{{"token_type", "default"}});
  REQUIRE(std::getline(in, line));
  entry = json::parse(line);
  CHECK(entry["type"] == "response");
  CHECK(entry["response"]["data"]["error"] == "permission denied");
}

TEST_CASE("a sealed server has no audit log") {
  std::ostringstream out;
  audit_report reader{out};
  story s{reader};
  s.begin("sealed");
  s.emit(seal_changed{true});
  s.ask({1}, operation::read, "auth/token/lookup-self", error_answer(503, "Vault is sealed"));
  CHECK(out.str().empty());
  s.emit(seal_changed{false});
  s.ask({1}, operation::read, "auth/token/lookup-self", error_answer(403, "permission denied"));
  CHECK_FALSE(out.str().empty());
}

TEST_CASE("markup in a value is escaped as the server's JSON writer does") {
  CHECK(audit_line({{"a", "<&>"}}) == "{\"a\":\"\\u003c\\u0026\\u003e\"}\n");
}

TEST_CASE("bytes that are no UTF-8, and nesting without end, do no harm") {
  json deep = "x";
  for (int i = 0; i < 5000; ++i)
    deep = json::array({std::move(deep)});
  audit_hash{1}.hash_all(deep);
  CHECK(audit_line({{"a", "\xff"}}) == "{\"a\":\"\xef\xbf\xbd\"}\n");
}
