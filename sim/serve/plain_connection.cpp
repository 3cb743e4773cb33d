#include "sim/serve/beast_connection.hpp"

namespace lapse::serve {

std::shared_ptr<http_connection> make_connection(asio::ip::tcp::socket socket, http_room& room) {
  return std::make_shared<beast_connection<beast::tcp_stream>>(room, std::move(socket));
}

} // namespace lapse::serve
