#include "sim/serve/beast_connection.hpp"

#include <boost/beast/ssl/ssl_stream.hpp>

namespace lapse::serve {

namespace {

using tls_stream = beast::ssl_stream<beast::tcp_stream>;

class tls_connection final : public beast_connection<tls_stream> {
public:
  using beast_connection<tls_stream>::beast_connection;

protected:
  void shake_hands() override {
    auto self = std::static_pointer_cast<tls_connection>(shared_from_this());
    stream().async_handshake(asio::ssl::stream_base::server, [self](auto error) {
      if (error)
        self->abort();
      else
        self->read_request();
    });
  }
};

} // namespace

std::shared_ptr<http_connection> make_tls_connection(asio::ip::tcp::socket socket,
                                                     asio::ssl::context& context, http_room& room) {
  return std::make_shared<tls_connection>(room, std::move(socket), context);
}

} // namespace lapse::serve
