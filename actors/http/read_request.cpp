// How HTTP becomes a request of the API. What the server decides here it decides before it knows
// who calls, or whether it is sealed: in this order, each before the next.

#include "actors/http/read_request.hpp"

#include "actors/http/json_body.hpp"
#include "actors/http/target.hpp"
#include "actors/protocol/answer.hpp"
#include "actors/protocol/ascii.hpp"
#include "actors/protocol/utf8.hpp"

#include <algorithm>
#include <iterator>

namespace lapse::http {

namespace {

using json = nlohmann::json;

// R-1201
constexpr std::pair<std::string_view, operation> methods[] = {
    {"GET", operation::read},       {"HEAD", operation::head},   {"LIST", operation::list},
    {"SCAN", operation::scan},      {"POST", operation::update}, {"PUT", operation::update},
    {"DELETE", operation::delete_}, {"PATCH", operation::patch}, {"HELP", operation::help}};

std::optional<operation> operation_of(std::string_view method) {
  for (const auto& [name, op] : methods)
    if (name == method)
      return op;
  return std::nullopt;
}

/// As Go reads flags; none for any other text.
std::optional<bool> flag_of(std::string_view text) noexcept {
  static constexpr std::string_view yes[] = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::string_view no[] = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(std::begin(yes), std::end(yes), text) != std::end(yes))
    return true;
  return std::find(std::begin(no), std::end(no), text) != std::end(no) ? std::optional{false}
                                                                       : std::nullopt;
}

/// What has a body has no query (R-1220).
bool has_body(operation op) noexcept { return is_write(op) || op == operation::patch; }

/// Of the status paths, those that change something.
bool reads_body(const request& what) noexcept {
  return has_body(what.op) &&
         (!is_status_path(what.path) || what.path == "sys/init" || what.path == "sys/unseal");
}

void settle(request& what, answer reply) {
  what.settled = std::make_shared<const answer>(std::move(reply));
}

/// `?list=` and `?scan=` of a GET. False: they cannot be read, or both are set.
bool read_listing(const target& target, operation& op) {
  const auto asks = [&](std::string_view key) -> std::optional<bool> {
    const auto* text = target.find(key);
    return text == nullptr || text->empty() ? false : flag_of(*text);
  };
  const auto list = asks("list");
  const auto scan = asks("scan");
  if (!list || !scan || (*list && *scan))
    return false;
  op = *list ? operation::list : *scan ? operation::scan : op;
  return true;
}

/// A key that comes several times has a list of texts.
json query_body(const target& target, operation asked, operation op) {
  json result;
  for (const auto& [key, value] : target.query) {
    const bool is_switch = asked == operation::read && op != asked && key == to_string(op);
    if (key == "help" || is_switch)
      continue;
    auto& known = result[key];
    if (known.is_null())
      known = value;
    else if (known.is_string())
      known = json::array({std::move(known), value});
    else
      known.push_back(value);
  }
  return result;
}

std::optional<request> read_line(std::string_view method, std::string_view text) {
  const auto asked = operation_of(method);
  if (!asked)
    return std::nullopt;
  const auto target = read_target(text);
  request result;
  result.op = *asked;
  result.path = target.path;
  result.escaped_slash = target.escaped_slash;
  if (target.malformed)
    settle(result, text_answer(400, "400 Bad Request"));
  else if (!is_printable(target.path))
    settle(result, bodiless(400));
  else if (*asked == operation::read && !read_listing(target, result.op))
    settle(result, bare_error(400));
  if (result.settled)
    return result;
  if (const auto* help = target.find("help");
      *asked == operation::help || (help != nullptr && !help->empty())) {
    result.op = operation::help;
    return result;
  }
  if (const auto elsewhere = redirection(target); !elsewhere.empty()) {
    settle(result, redirect(elsewhere, *asked == operation::read));
    return result;
  }
  // R-1225
  const bool own_method = result.path == "sys/seal" || result.path == "sys/step-down";
  if (own_method && !result.escaped_slash && !is_write(*asked))
    settle(result, bare_error(405));
  else if (answers_status(result))
    result.op = *asked;
  else if (is_listing(result.op) && !result.path.ends_with('/'))
    // A list of `kv` is one of `kv/` (R-1704); without the / it would be routed to no mount.
    result.path += '/';
  if (!has_body(*asked))
    result.body = query_body(target, *asked, result.op);
  return result;
}

std::string_view body_type(const request& what) noexcept {
  return what.path == "sys/unseal" ? "http.UnsealRequest"
         : what.path == "sys/init" ? "http.InitRequest"
                                   : any_object;
}

void take_body(request& what, json body) {
  if (auto error = object_error(body, body_type(what)); !error.empty())
    return settle(what, error_answer(400, std::move(error)));
  what.body = std::move(body);
}

/// White space in headers.
constexpr std::string_view blank = " \t";

/// Without the white space around it; none if the header is not there.
std::optional<std::string_view> header(const header_list& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name))
      return trimmed(value, blank);
  return std::nullopt;
}

/// The media type alone, in lower case.
std::string media_type(std::string_view text) {
  return lower_case(trimmed(text.substr(0, text.find(';')), blank));
}

constexpr std::string_view merge_patch = "application/merge-patch+json";

// R-1220
void check_patch_type(std::string_view written, request& what) {
  const auto type = media_type(written);
  if (type.empty())
    settle(what, error_answer(400, "mime: no media type"));
  else if (type != merge_patch)
    settle(what, error_answer(415, "PATCH requires Content-Type of " + std::string{merge_patch} +
                                       ", provided " + type));
}

/// R-1220: a form is what says so and does not look like JSON.
bool is_form(std::string_view body, std::string_view content_type) {
  if (media_type(content_type) != "application/x-www-form-urlencoded")
    return false;
  const auto first = body.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || (body[first] != '{' && body[first] != '[');
}

json read_form(std::string_view body) {
  auto result = json::object();
  for (const auto& [key, value] : read_target('?' + std::string{body}).query) {
    auto& known = result[key];
    if (known.is_null())
      known = value;
    else
      (known.get_ref<std::string&>() += ',') += value;
  }
  return result;
}

} // namespace

std::string_view method_of(operation op) noexcept {
  const auto* found = std::find_if(std::begin(methods), std::end(methods),
                                   [op](const auto& one) { return one.second == op; });
  return found == std::end(methods) ? std::string_view{"POST"} : found->first;
}

std::optional<std::string> token_of(const header_list& headers) {
  if (const auto token = header(headers, "X-Vault-Token"); token && !token->empty())
    return std::string{*token};
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, "Authorization"))
      if (const auto text = trimmed(value, blank); text.starts_with("Bearer "))
        return std::string{trimmed(text.substr(7), blank)};
  return std::nullopt;
}

void read_headers(const header_list& headers, request& into) {
  if (const auto ttl = header(headers, "X-Vault-Wrap-TTL"))
    into.wrap_ttl = *ttl;
  into.signed_wrapping = header(headers, "X-Vault-Wrap-Format") == "jwt";
  auto name = header(headers, "X-Vault-Namespace").value_or("");
  while (name.starts_with('/'))
    name.remove_prefix(1);
  while (name.ends_with('/'))
    name.remove_suffix(1);
  into.other_namespace = !name.empty() && name != "root";
  const auto content_type = header(headers, "Content-Type");
  if (into.op == operation::patch && content_type && !into.settled)
    check_patch_type(*content_type, into);
}

std::optional<request> parse_request(std::string_view method, std::string_view target, json body) {
  auto result = read_line(method, target);
  if (result && !result->settled && reads_body(*result))
    take_body(*result, std::move(body));
  return result;
}

std::optional<request> parse_raw_request(std::string_view method, std::string_view target,
                                         std::string_view body, const header_list& headers) {
  auto result = read_line(method, target);
  if (!result)
    return result;
  read_headers(headers, *result);
  const auto content_type = header(headers, "Content-Type").value_or("");
  if (result->settled || !reads_body(*result)) {
  } else if (result->op == operation::patch && content_type.empty()) {
    check_patch_type(content_type, *result);
  } else if (is_form(body, content_type) && !is_status_path(result->path)) {
    result->body = read_form(body);
  } else if (auto read = read_json_body(body)) {
    take_body(*result, std::move(*read));
  } else {
    settle(*result, error_answer(400, std::move(read.error())));
  }
  return result;
}

} // namespace lapse::http
