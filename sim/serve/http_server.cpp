#include "sim/serve/http_server.hpp"

#include "sim/serve/http_connection.hpp"
#include "sim/serve/http_text.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <sys/resource.h>

#include <csignal>
#include <optional>
#include <thread>
#include <utility>

namespace lapse::serve {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// After `close`, what is still being written gets this long.
constexpr std::chrono::seconds farewell{2};

void allow_files(std::size_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  const auto wanted = std::min<rlim_t>(limit.rlim_max, connections + 256);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

class asio_server final : public http_server {
public:
  asio_server(const http_options& options, http_taker& taker)
    : options_(options), room_{options_, taker}, signals_(io_, SIGINT, SIGTERM) {}

  ~asio_server() override {
    close();
    join();
  }

  [[nodiscard]] std::string open() {
    error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error)
      return fmt::format("{} is no address of this machine", options_.address);
    const tcp::endpoint here{address, options_.port};
    acceptor_.open(here.protocol(), error);
    if (!error)
      acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error)
      acceptor_.bind(here, error);
    // Whoever has the port may also have the files.
    if (!error)
      if (auto problem = use_tls(); !problem.empty())
        return problem;
    if (!error)
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error)
      port_ = acceptor_.local_endpoint(error).port();
    if (error)
      return fmt::format("cannot listen on {}:{}: {}", options_.address, options_.port,
                         error.message());
    allow_files(options_.connections_max);
    accept();
    await_signal();
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  void close() override {
    if (!thread_.joinable() || std::exchange(closed_, true))
      return;
    asio::post(io_, [this] {
      error_code ignored;
      room_.ending = room_.closing = true;
      acceptor_.close(ignored);
      // Closing one may end others' lives.
      const auto all = room_.open;
      for (auto* one : all)
        if (room_.open.count(one) != 0)
          one->finish();
      farewell_.expires_after(farewell);
      farewell_.async_wait([this](error_code) { abort_all(); });
      room_.emptied = [this] { end(); };
      if (room_.open.empty())
        end();
    });
  }

  void join() override {
    if (thread_.joinable())
      thread_.join();
  }

private:
  void abort_all() {
    const auto left = room_.open;
    for (auto* one : left)
      if (room_.open.count(one) != 0)
        one->abort();
  }

  /// Nothing else keeps the thread when the last connection is gone.
  void end() {
    error_code ignored;
    farewell_.cancel();
    pause_.cancel();
    signals_.cancel(ignored);
    work_.reset();
  }

  std::string use_tls() {
    auto files = options_.tls;
    if (options_.make_tls) {
      auto made = options_.make_tls();
      if (!made)
        return made.error();
      files = *made;
    }
    if (files.certificate.empty())
      return {};
    tls_.emplace(asio::ssl::context::tls_server);
    error_code error;
    tls_->use_certificate_chain_file(files.certificate, error);
    if (error)
      return fmt::format("cannot use the certificate {}: {}", files.certificate, error.message());
    tls_->use_private_key_file(files.key, asio::ssl::context::pem, error);
    if (error)
      return fmt::format("cannot use the key {}: {}", files.key, error.message());
    return {};
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (room_.ending)
        return;
      if (error == asio::error::no_descriptors) {
        // All descriptors are taken: look again when some may be free.
        pause_.expires_after(std::chrono::milliseconds{50});
        return pause_.async_wait([this](error_code) { accept(); });
      }
      if (!error)
        welcome(std::move(socket));
      accept();
    });
  }

  void welcome(tcp::socket socket) {
    if (room_.open.size() >= options_.connections_max)
      return turn_away(std::move(socket));
    (tls_ ? make_tls_connection(std::move(socket), *tls_, room_)
          : make_connection(std::move(socket), room_))
        ->start();
  }

  static void turn_away(tcp::socket socket) {
    error_code ignored;
    auto answer = refusal(503);
    answer.headers.emplace_back("Retry-After", "1");
    socket.non_blocking(true, ignored);
    asio::write(socket, asio::buffer(to_text(answer, 11, false, false)), ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void await_signal() {
    signals_.async_wait([this](error_code error, int) {
      if (error)
        return;
      error_code ignored;
      room_.ending = true;
      acceptor_.close(ignored);
      room_.taker.interrupted();
      // A second one ends the program.
      signals_.clear(ignored);
    });
  }

  const http_options options_;
  asio::io_context io_{1};
  /// A connection whose request the world has keeps nothing busy.
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::optional<asio::ssl::context> tls_;
  http_room room_;
  tcp::acceptor acceptor_{io_};
  asio::signal_set signals_;
  asio::steady_timer farewell_{io_};
  asio::steady_timer pause_{io_};
  std::thread thread_;
  std::uint16_t port_ = 0;
  bool closed_ = false;
};

} // namespace

tl::expected<std::unique_ptr<http_server>, std::string>
http_server::listen(const http_options& options, http_taker& taker) {
  auto result = std::make_unique<asio_server>(options, taker);
  if (auto problem = result->open(); !problem.empty())
    return tl::unexpected(std::move(problem));
  return result;
}

} // namespace lapse::serve
