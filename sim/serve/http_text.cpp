#include "sim/serve/http_text.hpp"

#include "actors/protocol/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lapse::serve {

namespace {

void add_headers(std::string& out, const http_answer& what) {
  out += fmt::format("HTTP/1.1 {} {}\r\n", what.status, reason_of(what.status));
  for (const auto& [name, value] : what.headers)
    out += fmt::format("{}: {}\r\n", name, value);
  if (!what.date.empty())
    out += fmt::format("Date: {}\r\n", what.date);
}

} // namespace

const std::string* http_request::find(std::string_view header) const noexcept {
  const auto i = std::find_if(headers.begin(), headers.end(), [&](const auto& one) {
    return equals_ignoring_case(one.first, header);
  });
  return i == headers.end() ? nullptr : &i->second;
}

std::string_view reason_of(int status) noexcept {
  static constexpr std::pair<int, std::string_view> all[] = {
      {200, "OK"},
      {202, "Accepted"},
      {204, "No Content"},
      {307, "Temporary Redirect"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {412, "Precondition Failed"},
      {413, "Request Entity Too Large"},
      {415, "Unsupported Media Type"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  const auto* i = std::find_if(std::begin(all), std::end(all),
                               [&](const auto& one) { return one.first == status; });
  return i == std::end(all) ? std::string_view{"Status"} : i->second;
}

std::string to_text(const http_answer& what, unsigned version, bool keep_alive, bool head_only) {
  std::string out;
  add_headers(out, what);
  // 204 has no length (RFC 9110, 8.6).
  if (what.status != 204 && !head_only)
    out += fmt::format("Content-Length: {}\r\n", what.body.size());
  if (!keep_alive)
    out += "Connection: close\r\n";
  else if (version < 11)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
  if (!head_only && what.status != 204)
    out += what.body;
  return out;
}

std::string head_of_stream(const http_answer& what, unsigned version) {
  std::string out;
  add_headers(out, what);
  out += version < 11 ? "Connection: close\r\n\r\n"
                      : "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  return out;
}

std::string part_of_stream(const std::string& part, unsigned version) {
  return version < 11 ? part : fmt::format("{:x}\r\n{}\r\n", part.size(), part);
}

std::string end_of_stream(unsigned version) { return version < 11 ? "" : "0\r\n\r\n"; }

http_answer refusal(int status) {
  return {status,
          {{"Content-Type", "text/plain; charset=utf-8"}},
          fmt::format("{} {}", status, reason_of(status)),
          {}};
}

std::string origin_form(std::string target) {
  if (target.starts_with('/'))
    return target;
  const auto scheme = target.find("://");
  if (scheme == std::string::npos)
    return target;
  const auto path = target.find('/', scheme + 3);
  return path == std::string::npos ? "/" : target.substr(path);
}

} // namespace lapse::serve
