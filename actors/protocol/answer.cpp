#include "actors/protocol/answer.hpp"

#include "actors/protocol/request.hpp"

#include <algorithm>
#include <array>

#include <utility>

namespace lapse {

namespace {

using json = nlohmann::json;

// -- pieces ----------------------------------------------------------------------

json list_or_null(const shared_names& names) { return names ? json(*names) : json(nullptr); }

json map_or_null(const shared_map& map) { return map ? json(*map) : json(nullptr); }

json text_or_empty(const shared_text& text) { return text ? json(*text) : json(""); }

bool is_set(const shared_names& names) { return names && !names->empty(); }

json time_or_null(const std::optional<instant>& at, std::int64_t start_unix_s) {
  return at ? json(rfc3339(*at, start_unix_s)) : json(nullptr);
}

std::int64_t unix_second(instant at, std::int64_t start_unix_s) {
  return start_unix_s + std::chrono::floor<std::chrono::seconds>(at).count();
}

// -- blocks ----------------------------------------------------------------------

json render(const auth_block& block) {
  const auto& t = *block.facts;
  json result = {{"client_token", block.hide_token ? std::string{} : text(t.name)},
                 {"accessor", accessor_text(t.name)},
                 {"policies", list_or_null(all_policies(block))},
                 {"metadata", map_or_null(t.meta)},
                 {"lease_duration", block.lease_duration_s},
                 {"renewable", t.renewable},
                 {"entity_id", text_or_empty(t.entity)},
                 {"token_type", std::string{to_string(t.name.type)}},
                 {"orphan", !t.parent},
                 {"mfa_requirement", nullptr},
                 {"num_uses", block.num_uses}};
  if (is_set(t.policies))
    result["token_policies"] = *t.policies;
  if (is_set(block.identity_policies))
    result["identity_policies"] = *block.identity_policies;
  return result;
}

json render(const token_lookup& found, std::int64_t start_unix_s) {
  const auto& t = *found.facts;
  json result = {{"id", found.hide_token ? std::string{} : text(t.name)},
                 {"accessor", accessor_text(t.name)},
                 {"policies", list_or_null(t.looked_up_policies())},
                 {"path", text_or_empty(t.path)},
                 {"meta", map_or_null(t.meta)},
                 {"display_name", text_or_empty(t.display_name)},
                 {"num_uses", found.num_uses},
                 {"orphan", found.orphan},
                 {"creation_time", unix_second(t.issue, start_unix_s)},
                 {"creation_ttl", whole_seconds(t.ttl)},
                 {"expire_time", time_or_null(found.expire_time, start_unix_s)},
                 {"ttl", found.ttl_s},
                 {"explicit_max_ttl", whole_seconds(t.explicit_max)},
                 {"entity_id", text_or_empty(t.entity)},
                 {"type", std::string{to_string(t.name.type)}}};
  if (t.role && !t.role->empty())
    result["role"] = *t.role;
  if (t.period != duration::zero())
    result["period"] = whole_seconds(t.period);
  if (is_set(t.bound_cidrs))
    result["bound_cidrs"] = *t.bound_cidrs;
  if (is_set(found.identity_policies)) {
    result["identity_policies"] = *found.identity_policies;
    result["external_namespace_policies"] = json::object();
  }
  if (found.last_renewal) {
    result["last_renewal"] = rfc3339(*found.last_renewal, start_unix_s);
    result["last_renewal_time"] = unix_second(*found.last_renewal, start_unix_s); // R-1708
  }
  if (t.shows_lease()) {
    result["renewable"] = found.renewable;
    result["issue_time"] = rfc3339(t.lease_issue(), start_unix_s);
  }
  return result;
}

json render(const lease_lookup& found, std::int64_t start_unix_s) {
  json result = {{"id", text(found.lease)},
                 {"issue_time", rfc3339(found.issue_time, start_unix_s)},
                 {"expire_time", time_or_null(found.expire_time, start_unix_s)},
                 {"last_renewal", time_or_null(found.last_renewal, start_unix_s)},
                 {"ttl", found.ttl_s},
                 {"renewable", found.renewable},
                 {"path", text_or_empty(found.lease.path)}};
  if (!found.revoke_error.empty())
    result["revoke_error"] = found.revoke_error;
  return result;
}

json render(const wrap_info& wrap, std::int64_t start_unix_s) {
  json result = {{"token", text(wrap.token)},
                 {"accessor", accessor_text(wrap.token)},
                 {"ttl", wrap.ttl_s},
                 {"creation_time", rfc3339(wrap.creation_time, start_unix_s)},
                 {"creation_path", wrap.creation_path}};
  if (wrap.wrapped && wrap.wrapped->type != token_type::batch)
    result["wrapped_accessor"] = accessor_text(*wrap.wrapped);
  else if (!wrap.wrapped_secret_id.empty())
    result["wrapped_accessor"] = wrap.wrapped_secret_id;
  return result;
}

/// The `data` block, null for an answer without one.
json data_of(const answer& a, std::int64_t start_unix_s) {
  if (const auto* found = std::get_if<token_lookup>(&a.body))
    return render(*found, start_unix_s);
  if (const auto* found = std::get_if<lease_lookup>(&a.body))
    return render(*found, start_unix_s);
  if (const auto* data = std::get_if<json>(&a.body))
    return *data;
  return nullptr;
}

json render_normal(const answer& a, std::int64_t start_unix_s) {
  json result = {{"lease_id", a.lease ? text(*a.lease) : std::string{}},
                 {"renewable", a.renewable},
                 {"lease_duration", a.lease_duration_s},
                 {"data", data_of(a, start_unix_s)},
                 {"wrap_info", nullptr},
                 {"warnings", nullptr},
                 {"auth", nullptr}};
  if (const auto* block = std::get_if<auth_block>(&a.body))
    result["auth"] = render(*block);
  if (a.wrap)
    result["wrap_info"] = render(*a.wrap, start_unix_s);
  if (!a.warnings.empty())
    result["warnings"] = a.warnings;
  return result;
}

json render_errors(const answer& a) {
  json result = {{"errors", a.errors}};
  if (!a.warnings.empty())
    result["warnings"] = a.warnings;
  return result;
}

/// Deeper than any answer is wrapped; bounds the way down a chain of unwrapped answers.
constexpr int wrapping_depth_max = 16;

} // namespace

// -- making answers ----------------------------------------------------------------

answer no_content() { return {}; }

answer no_content(std::vector<std::string> warnings) {
  answer result;
  if (!warnings.empty()) {
    result.status = 200;
    result.shape = envelope::normal;
    result.warnings = std::move(warnings);
  }
  return result;
}

answer data_answer(nlohmann::json data) {
  answer result;
  result.status = 200;
  result.shape = envelope::normal;
  result.body = std::move(data);
  return result;
}

answer error_answer(int status, std::string text) {
  answer result;
  result.status = status;
  result.shape = envelope::errors;
  result.errors.push_back(std::move(text));
  return result;
}

std::string wrap_error_text(std::string_view text) {
  std::string result = "1 error occurred:\n\t* ";
  result += text;
  result += "\n\n";
  return result;
}

answer wrapped_error(int status, std::string_view text) {
  return error_answer(status, wrap_error_text(text));
}

answer bare_error(int status) {
  answer result;
  result.status = status;
  result.shape = envelope::errors;
  return result;
}

answer nothing_found() { return bare_error(404); }

answer bodiless(int status) {
  answer result;
  result.status = status;
  return result;
}

answer text_answer(int status, std::string text) {
  answer result;
  result.status = status;
  result.shape = envelope::text;
  result.body = json(std::move(text));
  return result;
}

answer redirect(std::string_view where, bool shown) {
  constexpr int status = 307;
  if (!shown)
    return bodiless(status);
  std::string link;
  for (const char c : where) {
    if (c == '&')
      link += "&amp;";
    else if (c == '\'')
      link += "&#39;";
    else
      link += c;
  }
  return text_answer(status, "<a href=\"" + link + "\">Temporary Redirect</a>.\n\n");
}

answer auth_answer(auth_block block) {
  answer result;
  result.status = 200;
  result.shape = envelope::normal;
  result.body = std::move(block);
  return result;
}

// -- text ------------------------------------------------------------------------

const answer& shown(const answer& a) noexcept {
  const auto* result = &a;
  for (int i = 0; i < wrapping_depth_max && result->unwrapped; ++i)
    result = result->unwrapped.get();
  return *result;
}

void fit(answer& to, const request& what) {
  if (what.op == operation::head) {
    to = bodiless(to.status);
    return;
  }
  if (what.escaped_slash && to.shape == envelope::top_level)
    to.shape = envelope::normal;
}

nlohmann::json to_json(const answer& a, std::int64_t start_unix_s) {
  const auto& body = shown(a);
  switch (body.shape) {
    case envelope::none:
      return nullptr;
    case envelope::normal:
      return render_normal(body, start_unix_s);
    case envelope::raw:
      return data_of(body, start_unix_s);
    case envelope::text:
      return {{"$raw", data_of(body, start_unix_s)}};
    case envelope::errors:
      return render_errors(body);
    case envelope::top_level:
      break;
  }
  auto result = render_normal(body, start_unix_s);
  // The seven keys win over keys of the same name in `data`.
  if (const auto* data = std::get_if<json>(&body.body); data && data->is_object())
    for (const auto& [key, value] : data->items())
      if (!result.contains(key))
        result[key] = value;
  return result;
}

namespace {

void put_digits(char* out, std::int64_t x, int width) {
  for (int i = width - 1; i >= 0; --i, x /= 10)
    out[i] = static_cast<char>('0' + x % 10);
}

} // namespace

std::string rfc3339(instant at, std::int64_t start_unix_s) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(at);
  const auto since_epoch = seconds{start_unix_s} + whole;
  const auto day = floor<days>(since_epoch);
  const year_month_day date{sys_days{day}};
  const auto second = (since_epoch - day).count();
  auto nanos = (at - whole).count();
  std::array<char, 32> buffer{};
  put_digits(buffer.data(), static_cast<int>(date.year()), 4);
  buffer[4] = '-';
  put_digits(buffer.data() + 5, static_cast<unsigned>(date.month()), 2);
  buffer[7] = '-';
  put_digits(buffer.data() + 8, static_cast<unsigned>(date.day()), 2);
  buffer[10] = 'T';
  put_digits(buffer.data() + 11, second / 3600, 2);
  buffer[13] = ':';
  put_digits(buffer.data() + 14, second / 60 % 60, 2);
  buffer[16] = ':';
  put_digits(buffer.data() + 17, second % 60, 2);
  std::size_t size = 19;
  if (nanos != 0) {
    int width = 9;
    for (; nanos % 10 == 0; nanos /= 10)
      --width;
    buffer[size] = '.';
    put_digits(buffer.data() + size + 1, nanos, width);
    size += 1 + static_cast<std::size_t>(width);
  }
  buffer[size++] = 'Z';
  return {buffer.data(), size};
}

shared_names all_policies(const auth_block& block) {
  const auto& own = block.facts->policies;
  const auto& more = block.identity_policies;
  if (!more || more->empty())
    return own;
  // in normal form. Those of an entity come first in its own list, whatever their names.
  auto result = *more;
  if (own)
    result.insert(result.end(), own->begin(), own->end());
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return std::make_shared<const std::vector<std::string>>(std::move(result));
}

std::string rfc3339(unix_time at) { return rfc3339(instant{at.nanoseconds}, at.seconds); }

} // namespace lapse
