#include "actors/protocol/request.hpp"

#include <utility>

namespace lapse {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/// Undoes %XX, and `+` where it means a space. A broken escape stays as it is.
std::string unescape(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else if (plus_is_space && text[i] == '+') {
      result += ' ';
    } else {
      result += text[i];
    }
  }
  return result;
}

std::optional<operation> operation_of(std::string_view method) {
  if (method == "GET" || method == "HEAD")
    return operation::read;
  if (method == "LIST")
    return operation::list;
  if (method == "POST" || method == "PUT")
    return operation::update;
  if (method == "DELETE")
    return operation::delete_;
  if (method == "PATCH")
    return operation::patch;
  if (method == "SCAN")
    return operation::scan;
  return std::nullopt;
}

bool means_true(std::string_view text) {
  return text == "true" || text == "1" || text == "t" || text == "T" || text == "TRUE" ||
         text == "True";
}

/// What has a body has no query (R-1205).
bool ignores_query(operation op) { return is_write(op) || op == operation::patch; }

/// One `key=value` of a query. What the body says itself is left alone.
void join_query(request& what, std::string key, std::string value) {
  if (what.op == operation::read && (key == "list" || key == "scan") && means_true(value)) {
    what.op = key == "list" ? operation::list : operation::scan;
    return;
  }
  if (what.body.is_null())
    what.body = nlohmann::json::object();
  if (what.body.is_object() && !what.body.contains(key))
    what.body.emplace(std::move(key), std::move(value));
}

} // namespace

std::optional<request> parse_request(std::string_view method, std::string_view path_and_query,
                                     nlohmann::json body) {
  const auto op = operation_of(method);
  if (!op)
    return std::nullopt;
  request result;
  result.op = *op;
  result.body = std::move(body);
  const auto mark = path_and_query.find('?');
  result.path = unescape(path_and_query.substr(0, mark), false);
  auto query = mark == std::string_view::npos || ignores_query(result.op)
                   ? std::string_view{}
                   : path_and_query.substr(mark + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty())
      continue;
    const auto equals = pair.find('=');
    const auto value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    join_query(result, unescape(pair.substr(0, equals), true), unescape(value, true));
  }
  // A list of `kv` is one of `kv/` (R-1704); without the / it would be routed to no mount.
  if ((result.op == operation::list || result.op == operation::scan) && !result.path.ends_with('/'))
    result.path += '/';
  return result;
}

} // namespace lapse
