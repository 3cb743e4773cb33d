#include "sim/serve/ask.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace lapse::serve {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

struct place {
  bool tls = false;
  std::string host;
  std::string port;
};

tl::expected<place, std::string> read_address(std::string_view text) {
  const auto whole = text;
  place result;
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.starts_with(scheme)) {
      result.tls = scheme == "https://";
      result.port = result.tls ? "443" : "80";
      text.remove_prefix(scheme.size());
      break;
    }
  text = text.substr(0, text.find('/'));
  const auto colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos) {
    result.port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']'))
    text = text.substr(1, text.size() - 2);
  result.host = text;
  if (result.host.empty() || result.port.empty())
    return tl::unexpected(fmt::format("`{}` is no address such as http://127.0.0.1:8200", whole));
  return result;
}

/// HTTP/1.0: the answer ends with the connection, and has no chunks.
std::string written(const http_request& what, const std::string& host) {
  auto text = fmt::format("{} {} HTTP/1.0\r\nHost: {}\r\nContent-Length: {}\r\n", what.method,
                          what.target, host, what.body.size());
  for (const auto& [name, value] : what.headers)
    text += fmt::format("{}: {}\r\n", name, value);
  return text + "\r\n" + what.body;
}

/// More than any answer of a served world has.
constexpr std::size_t reply_bytes_max = std::size_t{64} << 20U;

/// All that comes back, until the server ends it in whatever way, or it is too much.
template <class Stream>
std::string talk(Stream& with, const std::string& text) {
  error_code error;
  asio::write(with, asio::buffer(text), error);
  std::string reply;
  if (!error)
    asio::read(with, asio::dynamic_buffer(reply, reply_bytes_max), error);
  return reply;
}

/// Empty, or what went wrong.
std::string believe(asio::ssl::context& context, const tls_trust& trust) {
  error_code error;
  if (!trust.authority_file.empty()) {
    context.load_verify_file(trust.authority_file, error);
    if (error)
      return fmt::format("cannot use the authorities in {}: {}", trust.authority_file,
                         error.message());
  }
  if (!trust.authority_folder.empty()) {
    std::error_code unreadable;
    bool any = false;
    std::filesystem::directory_iterator at{trust.authority_folder, unreadable};
    for (; !unreadable && at != std::filesystem::directory_iterator{}; at.increment(unreadable)) {
      std::error_code ignored;
      // A pipe that nobody writes to would be waited for without end.
      if (!at->is_regular_file(ignored))
        continue;
      context.load_verify_file(at->path().string(), error);
      any = any || !error;
    }
    if (!any)
      return fmt::format("no authority can be read in {}{}{}", trust.authority_folder,
                         unreadable ? ": " : "", unreadable ? unreadable.message() : "");
  }
  if (trust.authority_file.empty() && trust.authority_folder.empty())
    context.set_default_verify_paths(error);
  return {};
}

tl::expected<std::string, std::string> talk_tls(asio::ip::tcp::socket socket, const place& to,
                                                const std::string& text, const tls_trust& trust) {
  asio::ssl::context context{asio::ssl::context::tls_client};
  if (auto problem = believe(context, trust); !problem.empty())
    return tl::unexpected(std::move(problem));
  const auto& name = trust.server_name.empty() ? to.host : trust.server_name;
  asio::ssl::stream<asio::ip::tcp::socket> stream{std::move(socket), context};
  error_code error;
  asio::ip::make_address(name, error);
  if (error)
    SSL_set_tlsext_host_name(stream.native_handle(), name.c_str());
  if (trust.everybody) {
    stream.set_verify_mode(asio::ssl::verify_none);
  } else {
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification{name});
  }
  stream.handshake(asio::ssl::stream_base::client, error);
  if (error)
    return tl::unexpected(fmt::format("no TLS with {}:{}: {}; --ca-cert names the authority to "
                                      "believe",
                                      to.host, to.port, error.message()));
  return talk(stream, text);
}

} // namespace

tl::expected<http_answer, std::string> ask(const std::string& address, const http_request& what,
                                           const tls_trust& trust) {
  const auto to = read_address(address);
  if (!to)
    return tl::unexpected(to.error());
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  asio::ip::tcp::resolver resolver{io};
  error_code error;
  const auto found = resolver.resolve(to->host, to->port, error);
  if (!error)
    asio::connect(socket, found, error);
  if (error)
    return tl::unexpected(fmt::format("cannot reach {}: {}", address, error.message()));
  const auto text = written(what, to->host);
  std::string reply;
  if (to->tls) {
    auto said = talk_tls(std::move(socket), *to, text, trust);
    if (!said)
      return tl::unexpected(std::move(said.error()));
    reply = std::move(*said);
  } else {
    reply = talk(socket, text);
  }
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
