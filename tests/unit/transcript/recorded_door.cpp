#include "tests/unit/transcript/recorded_door.hpp"

#include "sim/transcript/json_pattern.hpp"
#include "sim/transcript/symbol_table.hpp"

namespace lapse {

using namespace transcript;

using json = nlohmann::json;

namespace {

constexpr std::int64_t start_unix_s = 1767225600;

shared_text shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

bool is_text_symbol(const json& value) {
  return value.is_string() && is_symbol(value.get_ref<const std::string&>());
}

bool ends_with(const std::string& text, const char* end) {
  return std::string_view{text}.ends_with(end);
}

/// Whether every member has a name from the list.
bool only(const json& object, std::initializer_list<const char*> names) {
  for (const auto& [key, value] : object.items()) {
    bool known = false;
    for (const auto* name : names)
      known = known || key == name;
    if (!known)
      return false;
  }
  return true;
}

} // namespace

answer_maker::answer_maker(const lapse::transcript::transcript& source) {
  numbers_["$root"] = next_++;
  for (const auto& line : source.lines)
    if (line.reply)
      learn(*line.reply, line.path);
}

void answer_maker::pair(const json& token, const json& accessor, bool batch) {
  if (is_text_symbol(token) && batch)
    batch_[token.get<std::string>()] = true;
  const auto a = is_text_symbol(token) ? token.get<std::string>() : std::string{};
  const auto b = is_text_symbol(accessor) ? accessor.get<std::string>() : std::string{};
  const auto known = numbers_.count(a) != 0 ? a : b;
  const auto number = numbers_.count(known) != 0 ? numbers_[known] : next_++;
  for (const auto& symbol : {a, b})
    if (!symbol.empty())
      numbers_.emplace(symbol, number);
}

void answer_maker::learn(const json& value, const std::string& path) {
  if (const auto id = value.find("lease_id"); id != value.end() && is_text_symbol(*id))
    lease_paths_.emplace(id->get<std::string>(), path);
  if (const auto auth = value.find("auth"); auth != value.end() && auth->is_object())
    pair(auth->value("client_token", json{}), auth->value("accessor", json{}),
         auth->value("token_type", "") == "batch");
  if (const auto data = value.find("data"); data != value.end() && data->is_object()) {
    if (data->contains("accessor") && data->contains("creation_ttl"))
      pair(data->value("id", json{}), (*data)["accessor"], data->value("type", "") == "batch");
    if (data->contains("path") && data->contains("ttl") && is_text_symbol((*data)["id"]))
      lease_paths_[(*data)["id"]] = (*data)["path"];
  }
  if (const auto wrap = value.find("wrap_info"); wrap != value.end() && wrap->is_object()) {
    pair(wrap->value("token", json{}), wrap->value("accessor", json{}), false);
    pair(nullptr, wrap->value("wrapped_accessor", json{}), false);
  }
}

token_name answer_maker::token(const std::string& symbol) const {
  const auto found = numbers_.find(symbol);
  const auto number =
      found != numbers_.end() ? found->second : std::hash<std::string>{}(symbol) | 1;
  return {token_id{derive(5, number)},
          batch_.count(symbol) != 0 ? token_type::batch : token_type::service, nullptr};
}

std::string answer_maker::filled_text(const std::string& text) const {
  if (const auto gap = text.find("{$any}"); gap != std::string::npos)
    return text.substr(0, gap) + "something" + text.substr(gap + 6);
  if (text == "$any")
    return "something";
  if (const auto open = text.find("{$"); open != std::string::npos)
    if (const auto close = text.find('}', open); close != std::string::npos)
      return text.substr(0, open) + filled_text(text.substr(open + 1, close - open - 1)) +
             filled_text(text.substr(close + 1));
  if (!is_symbol(text))
    return text;
  if (ends_with(text, "accessor") || text.starts_with("$accessor"))
    return accessor_text(token(text));
  if (ends_with(text, ".lease")) {
    const auto path = lease_paths_.find(text);
    return lapse::text(lease_name{lease_id{std::hash<std::string>{}(text)},
                                  {},
                                  shared(path == lease_paths_.end() ? "x" : path->second),
                                  7});
  }
  if (ends_with(text, ".lease_tail")) {
    const auto lease = filled_text(text.substr(0, text.size() - 5));
    return lease.substr(lease.rfind('/') + 1);
  }
  if (ends_with(text, "_id"))
    return uuid_text(std::hash<std::string>{}(text));
  return lapse::text(token(text));
}

json answer_maker::filled(const json& value) const {
  if (const auto at = recorded_instant(value))
    return rfc3339(*at, start_unix_s);
  if (value.is_string())
    return filled_text(value.get<std::string>());
  if (!value.is_structured())
    return value;
  auto result = value;
  for (auto& item : result)
    item = filled(item);
  return result;
}

answer answer_maker::make_raw(const transcript_line& line) const {
  answer result;
  result.status = line.status;
  if (!line.reply)
    return result;
  result.shape = envelope::raw;
  result.body = filled(*line.reply);
  return result;
}

answer answer_maker::make(const transcript_line& line) const {
  try {
    if (auto typed = make_typed(line))
      return *typed;
  } catch (const json::exception&) {
    // Not the shape of a typed answer.
  }
  return make_raw(line);
}

namespace {

shared_names names_of(const json& from) {
  return from.is_null() ? nullptr
                        : std::make_shared<const std::vector<std::string>>(
                              from.get<std::vector<std::string>>());
}

shared_map map_of(const json& from) {
  return from.is_null() ? nullptr
                        : std::make_shared<const std::map<std::string, std::string>>(
                              from.get<std::map<std::string, std::string>>());
}

std::optional<instant> time_of(const json& from) {
  if (from.is_null())
    return std::nullopt;
  if (from == "$any")
    return instant{0};
  const auto at = recorded_instant(from);
  if (!at) // no such shape
    return from.get<std::map<std::string, instant::rep>>().empty() ? at : at;
  return at;
}

token_type type_of(const json& from) {
  return from == "batch" ? token_type::batch : token_type::service;
}

std::int64_t int_of(const json& from) {
  // A conversion would accept what the shape does not hold, e.g. a boolean.
  return from.is_number_integer() ? from.get<std::int64_t>()
                                  : json(from.get<std::vector<int>>()).get<std::int64_t>();
}

} // namespace

std::optional<auth_block> answer_maker::make_auth(const json& from) const {
  if (!only(from, {"client_token", "accessor", "policies", "token_policies", "identity_policies",
                   "metadata", "lease_duration", "renewable", "entity_id", "token_type", "orphan",
                   "mfa_requirement", "num_uses"}) ||
      !from.at("mfa_requirement").is_null())
    return std::nullopt;
  auth_block to;
  token_facts made;
  const auto& id = from.at("client_token").get_ref<const std::string&>();
  const auto& accessor = from.at("accessor").get_ref<const std::string&>();
  to.hide_token = id.empty();
  made.name = token(id.empty() ? accessor : id);
  if (from.at("token_type") != "batch" && from.at("token_type") != "service")
    return std::nullopt;
  if (made.name.type != type_of(from.at("token_type")))
    return std::nullopt;
  if (accessor_text(made.name) != filled_text(accessor))
    return std::nullopt;
  made.policies = names_of(filled(from.at("policies")));
  auto shown_again = names_of(filled(from.value("token_policies", json{})));
  if ((shown_again ? *shown_again : std::vector<std::string>{}) !=
      (made.policies ? *made.policies : std::vector<std::string>{}))
    return std::nullopt;
  to.identity_policies = names_of(filled(from.value("identity_policies", json{})));
  made.meta = map_of(from.at("metadata"));
  to.lease_duration_s = int_of(from.at("lease_duration"));
  made.renewable = from.at("renewable").get<bool>();
  made.entity = shared(filled_text(from.at("entity_id")));
  made.parent = token_id{from.at("orphan").get<bool>() ? 0U : 1U};
  to.num_uses = int_of(from.at("num_uses"));
  to.facts = std::make_shared<const token_facts>(std::move(made));
  return to;
}

std::optional<token_lookup> answer_maker::make_lookup(const json& from) const {
  if (!only(from, {"id",
                   "accessor",
                   "policies",
                   "path",
                   "meta",
                   "display_name",
                   "num_uses",
                   "orphan",
                   "creation_time",
                   "creation_ttl",
                   "expire_time",
                   "ttl",
                   "explicit_max_ttl",
                   "entity_id",
                   "type",
                   "role",
                   "period",
                   "bound_cidrs",
                   "identity_policies",
                   "last_renewal",
                   "last_renewal_time",
                   "renewable",
                   "issue_time"}) ||
      from.contains("renewable") != from.contains("issue_time") ||
      from.contains("last_renewal") != from.contains("last_renewal_time"))
    return std::nullopt;
  token_lookup to;
  token_facts made;
  const auto& id = from.at("id").get_ref<const std::string&>();
  to.hide_token = id.empty();
  made.name = token(id.empty() ? from.at("accessor").get<std::string>() : id);
  if (from.at("type") != "batch" && from.at("type") != "service")
    return std::nullopt;
  if (made.name.type != type_of(from.at("type")))
    return std::nullopt;
  if (accessor_text(made.name) != filled_text(from.at("accessor")))
    return std::nullopt;
  made.policies = names_of(filled(from.at("policies")));
  made.path = shared(from.at("path"));
  made.meta = map_of(from.at("meta"));
  made.display_name = shared(from.at("display_name"));
  to.num_uses = int_of(from.at("num_uses"));
  to.orphan = from.at("orphan").get<bool>();
  made.issue = time_of(from.at("creation_time")).value();
  made.ttl = std::chrono::seconds{int_of(from.at("creation_ttl"))};
  to.expire_time = time_of(from.at("expire_time"));
  to.ttl_s = int_of(from.at("ttl"));
  made.explicit_max = std::chrono::seconds{int_of(from.at("explicit_max_ttl"))};
  made.entity = shared(filled_text(from.at("entity_id")));
  made.role = from.contains("role") ? shared(from.at("role")) : nullptr;
  if (from.contains("period"))
    made.period = std::chrono::seconds{int_of(from.at("period"))};
  made.bound_cidrs = names_of(from.value("bound_cidrs", json{}));
  to.identity_policies = names_of(from.value("identity_policies", json{}));
  to.last_renewal = time_of(from.value("last_renewal", json{}));
  // The recording rounds: 7.97 is shown as 8.0, its second as 7.
  auto rounded = [](instant exact, instant second) {
    return exact == second + std::chrono::seconds{1} ? exact - std::chrono::milliseconds{30}
                                                     : exact;
  };
  if (const auto second = time_of(from.value("last_renewal_time", json{}));
      second && to.last_renewal)
    to.last_renewal = rounded(*to.last_renewal, *second);
  if (to.last_renewal && std::chrono::floor<std::chrono::seconds>(*to.last_renewal) !=
                             time_of(from.at("last_renewal_time")))
    return std::nullopt;
  made.has_lease = from.contains("renewable");
  to.renewable = made.has_lease && from.at("renewable").get<bool>();
  if (const auto& issue = from.value("issue_time", json("$any")); issue != "$any") {
    auto second = made.issue;
    made.issue = rounded(time_of(issue).value(), second);
    if (made.created() != second && from.at("creation_time") != "$any")
      return std::nullopt;
  }
  if (made.shows_lease() != made.has_lease ||
      (made.policies == nullptr) != (made.looked_up_policies() == nullptr))
    return std::nullopt;
  to.facts = std::make_shared<const token_facts>(std::move(made));
  return to;
}

std::optional<lease_lookup> answer_maker::make_lease(const json& from) const {
  if (!only(from, {"id", "path", "issue_time", "expire_time", "last_renewal", "ttl", "renewable",
                   "revoke_error"}))
    return std::nullopt;
  lease_lookup to;
  const auto& id = from.at("id").get_ref<const std::string&>();
  const auto parsed = filled_text(id);
  const auto lease = parse_lease(parsed);
  if (!lease || lease->path != from.at("path").get<std::string>())
    return std::nullopt;
  to.lease = {lease->lease, {}, shared(std::string{lease->path}), lease->order};
  to.issue_time = time_of(from.at("issue_time")).value();
  to.expire_time = time_of(from.at("expire_time"));
  to.last_renewal = time_of(from.at("last_renewal"));
  to.ttl_s = int_of(from.at("ttl"));
  to.renewable = from.at("renewable").get<bool>();
  to.revoke_error = from.contains("revoke_error") ? filled_text(from.at("revoke_error")) : "";
  return to;
}

std::optional<wrap_info> answer_maker::make_wrap(const json& from) const {
  if (!only(from,
            {"token", "accessor", "ttl", "creation_time", "creation_path", "wrapped_accessor"}))
    return std::nullopt;
  wrap_info to;
  to.token = token(from.at("token"));
  if (accessor_text(to.token) != filled_text(from.at("accessor")))
    return std::nullopt;
  to.ttl_s = int_of(from.at("ttl"));
  to.creation_time = time_of(from.at("creation_time")).value();
  to.creation_path = from.at("creation_path").get<std::string>();
  if (from.contains("wrapped_accessor"))
    to.wrapped = token(from.at("wrapped_accessor"));
  return to;
}

std::optional<answer> answer_maker::make_typed(const transcript_line& line) const {
  answer to;
  to.status = line.status;
  if (!line.reply)
    return to;
  const auto& reply = *line.reply;
  if (reply.contains("errors") && only(reply, {"errors", "warnings"})) {
    to.shape = envelope::errors;
    to.errors = filled(reply["errors"]).get<std::vector<std::string>>();
    if (reply.contains("warnings"))
      to.warnings = filled(reply["warnings"]).get<std::vector<std::string>>();
    return to;
  }
  to.shape = envelope::normal;
  if (reply.size() > 7)
    to.shape = envelope::top_level;
  if (!reply.at("lease_id").get_ref<const std::string&>().empty()) {
    const auto id = filled_text(reply["lease_id"]);
    const auto lease = parse_lease(id);
    if (!lease)
      return std::nullopt;
    to.lease = lease_name{lease->lease, {}, shared(std::string{lease->path}), lease->order};
  }
  to.renewable = reply.at("renewable").get<bool>();
  to.lease_duration_s = int_of(reply.at("lease_duration"));
  if (!reply.at("warnings").is_null())
    to.warnings = filled(reply["warnings"]).get<std::vector<std::string>>();
  if (!reply.at("wrap_info").is_null() && !(to.wrap = make_wrap(reply["wrap_info"])))
    return std::nullopt;
  const auto& data = reply.at("data");
  if (!reply.at("auth").is_null()) {
    auto block = make_auth(reply["auth"]);
    if (!block || !data.is_null())
      return std::nullopt;
    to.body = std::move(*block);
  } else if (data.is_object() && data.contains("creation_ttl") && data.contains("id")) {
    auto found = make_lookup(data);
    if (!found)
      return std::nullopt;
    to.body = std::move(*found);
  } else if (data.is_object() && data.contains("last_renewal")) {
    auto found = make_lease(data);
    if (!found)
      return std::nullopt;
    to.body = std::move(*found);
  } else if (!data.is_null()) {
    to.body = filled(data);
  }
  // Some JSON reads into a typed answer that renders otherwise (e.g. another key at top level).
  const auto rendered = to_json(to, start_unix_s);
  if (rendered.size() != reply.size())
    return std::nullopt;
  for (const auto& [key, value] : reply.items())
    if (key != "auth" && key != "data" && key != "wrap_info" &&
        (!rendered.contains(key) || rendered[key] != filled(value)))
      return std::nullopt;
  return to;
}

void recorded_door::ask(const credential& by, request_ptr what, answer_taker take) {
  if (keep) {
    asked_at.push_back(now);
    callers.push_back(by);
    requests.push_back(std::move(what));
  }
  if (next_ < silent_after)
    take(next_ < answers_.size() ? answers_[next_++] : error_answer(500, "nothing recorded"));
}

} // namespace lapse
