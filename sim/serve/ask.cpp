#include "sim/serve/ask.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <charconv>

namespace lapse::serve {

namespace asio = boost::asio;

namespace {

struct place {
  std::string host;
  std::string port;
};

tl::expected<place, std::string> read_address(std::string_view text) {
  const auto whole = text;
  if (text.starts_with("https://"))
    return tl::unexpected(fmt::format("{} speaks TLS, which this command does not", whole));
  if (text.starts_with("http://"))
    text.remove_prefix(7);
  text = text.substr(0, text.find('/'));
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size())
    return tl::unexpected(fmt::format("`{}` is no address such as http://127.0.0.1:8200", whole));
  auto host = std::string{text.substr(0, colon)};
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  return place{host, std::string{text.substr(colon + 1)}};
}

} // namespace

tl::expected<http_answer, std::string> ask(const std::string& address, const http_request& what) {
  const auto to = read_address(address);
  if (!to)
    return tl::unexpected(to.error());
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  asio::ip::tcp::resolver resolver{io};
  boost::system::error_code error;
  const auto found = resolver.resolve(to->host, to->port, error);
  if (!error)
    asio::connect(socket, found, error);
  if (error)
    return tl::unexpected(fmt::format("cannot reach {}: {}", address, error.message()));
  // HTTP/1.0: the answer ends with the connection, and has no chunks.
  auto text = fmt::format("{} {} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n", what.method,
                          what.target, to->host, what.body.size());
  for (const auto& [name, value] : what.headers)
    text += fmt::format("{}: {}\r\n", name, value);
  text += "\r\n" + what.body;
  asio::write(socket, asio::buffer(text), error);
  std::string reply;
  if (!error)
    asio::read(socket, asio::dynamic_buffer(reply), error);
  const auto body = reply.find("\r\n\r\n");
  int status = 0;
  if (reply.starts_with("HTTP/1.") && reply.size() > 12)
    std::from_chars(reply.data() + 9, reply.data() + 12, status);
  if (body == std::string::npos || status == 0)
    return tl::unexpected(fmt::format("{} gave no HTTP answer", address));
  http_answer result;
  result.status = status;
  result.body = reply.substr(body + 4);
  return result;
}

} // namespace lapse::serve
