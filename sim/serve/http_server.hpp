#pragma once

#include "sim/serve/http_message.hpp"

#include <tl/expected.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lapse::serve {

/// Files in PEM; empty: no TLS.
struct tls_files {
  std::string certificate;
  std::string key;
};

struct http_options {
  std::string address = "127.0.0.1";
  /// 0: a free one.
  std::uint16_t port = 8200;
  tls_files tls;
  /// If given, makes them once the port is held, or says why it cannot.
  std::function<tl::expected<tls_files, std::string>()> make_tls = {};
  std::size_t connections_max = 1024;
  /// A request's header, and then its body, must be there within this time.
  std::chrono::milliseconds patience = std::chrono::seconds{30};
  /// So long a body on its way counts as a request under way.
  std::chrono::milliseconds hold = std::chrono::seconds{2};
  /// Between two requests of a connection.
  std::chrono::milliseconds idle = std::chrono::minutes{5};
};

/// Largest header and body of a request, in bytes.
inline constexpr std::uint32_t http_header_max = 64U << 10U;
inline constexpr std::uint64_t http_body_max = 32U << 20U;

/// Who takes requests and signals; called on the server's thread.
class http_taker {
public:
  virtual ~http_taker() = default;
  /// A header has been read, its body perhaps not; or a body that was given up has come. Gives the
  /// request a number, from 1.
  [[nodiscard]] virtual std::uint64_t begins() = 0;
  /// The request that began is here, or (null) will not be within `http_options::hold`.
  virtual void take(std::uint64_t number, http_exchange_ptr what) = 0;
  /// SIGTERM or SIGINT.
  virtual void interrupted() = 0;
};

/// Listens, and reads and writes all connections on one thread of its own.
class http_server {
public:
  /// Listens from now on. The error says what could not be done.
  /// @param taker not owned; must outlive the server.
  [[nodiscard]] static tl::expected<std::unique_ptr<http_server>, std::string>
  listen(const http_options& options, http_taker& taker);

  virtual ~http_server() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// No new connection and no new request; what is under way is answered.
  virtual void close() = 0;
  /// Waits until everything is written that was answered, at most for a while.
  virtual void join() = 0;
};

} // namespace lapse::serve
