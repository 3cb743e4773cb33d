#pragma once

#include "sim/serve/http_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <memory>
#include <set>

namespace lapse::serve {

/// What the server closes when it ends. Lives while an operation of it is under way.
class http_connection {
public:
  virtual ~http_connection() = default;
  virtual void start() = 0;
  /// After the request that is under way, if one is.
  virtual void finish() = 0;
  /// At once.
  virtual void abort() = 0;
};

/// What connections share; used on the server's thread alone.
struct http_room {
  const http_options& options;
  http_taker& taker;
  std::set<http_connection*> open = {};
  bool ending = false; ///< there was a signal: no more connections, and each answer is its last
  bool closing = false;
  /// Called when it is closing and no connection is left.
  std::function<void()> emptied = {};
};

[[nodiscard]] std::shared_ptr<http_connection> make_connection(boost::asio::ip::tcp::socket socket,
                                                               http_room& room);
[[nodiscard]] std::shared_ptr<http_connection>
make_tls_connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context,
                    http_room& room);

} // namespace lapse::serve
