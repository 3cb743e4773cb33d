#include "sim/serve/vault_api.hpp"

#include "actors/http/target.hpp"
#include "sim/serve/unmodelled.hpp"

#include <nlohmann/json.hpp>

namespace lapse::serve {

namespace {

using json = nlohmann::json;

constexpr std::string_view api = "/v1/";

std::string written(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

/// The real server's headers beside those of HTTP itself.
void add_headers(http_answer& to, std::string_view type) {
  to.headers.emplace_back("Cache-Control", "no-store");
  if (!type.empty())
    to.headers.emplace_back("Content-Type", type);
  if (to.status == 429 || to.status == 503)
    to.headers.emplace_back("Retry-After", "1");
}

bool has_envelope(const answer& reply) noexcept {
  const auto shape = shown(reply).shape;
  return shape == envelope::normal || shape == envelope::top_level;
}

std::string_view type_of(const answer& reply) noexcept {
  const auto shape = shown(reply).shape;
  if (shape == envelope::none)
    return {};
  if (shape != envelope::text)
    return "application/json";
  return reply.status == 307 ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}

} // namespace

bool is_unmodelled(const answer& reply) noexcept {
  return reply.status == 501 && reply.shape == envelope::errors;
}

http_answer to_http(const answer& reply, std::string_view target, const std::string& request_id,
                    std::int64_t start_unix_s) {
  http_answer result;
  result.status = is_unmodelled(reply) ? 404 : reply.status;
  add_headers(result, type_of(reply));
  if (reply.status == 307)
    result.headers.emplace_back("Location", http::redirection(http::read_target(target)));
  auto body = to_json(reply, start_unix_s);
  if (body.is_null())
    return result;
  if (const auto raw = body.find("$raw"); body.is_object() && raw != body.end()) {
    if (raw->is_string())
      result.body = raw->get<std::string>();
    return result;
  }
  if (is_unmodelled(reply)) {
    const auto path = http::read_target(target).path;
    body["errors"] = {"lapse does not model " + path + ": " + unmodelled_requests::reason_of(path)};
  }
  if (!request_id.empty() && has_envelope(reply) && body.is_object())
    body["request_id"] = request_id;
  result.body = written(body);
  return result;
}

const char* after_api(const std::string& target) noexcept {
  return target.starts_with(api) ? target.c_str() + api.size() : nullptr;
}

http_answer elsewhere(const std::string& target) {
  // `//v1/sys/health` and the like are folded, as everywhere below.
  const auto folded = [&] {
    auto result = target;
    for (auto at = result.find("//"); at != std::string::npos; at = result.find("//"))
      result.erase(at, 1);
    return result;
  };
  http_answer result;
  if (auto there = folded(); target == "/v1" || (there != target && there.starts_with(api))) {
    result.status = 307;
    add_headers(result, {});
    result.headers.emplace_back("Location", target == "/v1" ? std::string{api} : there);
    return result;
  }
  result.status = 404;
  result.body = "404 page not found\n";
  add_headers(result, "text/plain; charset=utf-8");
  return result;
}

http_answer json_error(int status, const std::string& text) {
  http_answer result;
  result.status = status;
  result.body = written(json{{"errors", json::array({text})}});
  add_headers(result, "application/json");
  return result;
}

http_answer json_answer(std::string body) {
  http_answer result;
  result.body = std::move(body);
  add_headers(result, "application/json");
  return result;
}

} // namespace lapse::serve
