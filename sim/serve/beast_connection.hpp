#pragma once

// One connection, over a plain stream or TLS: a loop of reading a request, handing it over, and
// writing what comes back. Requests that a client sends ahead wait in the buffer. Included by the
// two sources that make connections, which are slow to compile.

#include "sim/serve/http_connection.hpp"
#include "sim/serve/http_text.hpp"
#include "sim/serve/vault_api.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <deque>
#include <future>
#include <optional>
#include <utility>

namespace lapse::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// @tparam Stream `beast::tcp_stream`, or a TLS stream above one.
template <class Stream>
class beast_connection : public http_connection,
                         public std::enable_shared_from_this<beast_connection<Stream>> {
public:
  template <class... Ts>
  explicit beast_connection(http_room& room, Ts&&... stream)
    : room_(room), stream_(std::forward<Ts>(stream)...),
      hold_(beast::get_lowest_layer(stream_).get_executor()) {
    room_.open.insert(this);
  }
  ~beast_connection() override {
    room_.open.erase(this);
    if (room_.open.empty() && room_.closing)
      room_.emptied();
  }

  void start() override {
    boost::system::error_code ignored;
    // Without it an answer in two packets takes 40 ms.
    tcp().socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    tcp().expires_after(room_.options.patience);
    shake_hands();
  }

  void finish() override {
    closing_ = true;
    if (!busy_)
      abort();
  }

  void abort() override {
    boost::system::error_code ignored;
    tcp().socket().close(ignored);
  }

protected:
  /// TLS does so before anything else; calls `read_request` then.
  virtual void shake_hands() { read_request(); }
  [[nodiscard]] Stream& stream() noexcept { return stream_; }
  [[nodiscard]] beast::tcp_stream& tcp() noexcept { return beast::get_lowest_layer(stream_); }

  void read_request() {
    if (closing_)
      return abort();
    parser_.emplace();
    parser_->header_limit(http_header_max);
    parser_->body_limit(http_body_max);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](auto error, std::size_t) { self->on_header(error); });
  }

private:
  class exchange;

  void on_header(boost::system::error_code error) {
    if (error)
      return refuse(error);
    busy_ = true;
    number_ = room_.taker.begins();
    if (!parser_->is_done())
      hold();
    tcp().expires_after(room_.options.patience);
    if (beast::iequals(parser_->get()[beast::http::field::expect], "100-continue") &&
        parser_->get().version() >= 11 && !parser_->is_done())
      return write("HTTP/1.1 100 Continue\r\n\r\n", [](auto& self) { self.read_body(); });
    read_body();
  }

  /// For a while time waits for the body.
  void hold() {
    hold_.expires_after(room_.options.hold);
    hold_.async_wait([self = this->shared_from_this()](boost::system::error_code error) {
      if (!error)
        self->let_go();
    });
  }

  /// The request under way will not come, or not soon.
  void let_go() {
    if (number_ != 0)
      room_.taker.take(std::exchange(number_, 0), nullptr);
  }

  void read_body() {
    if (parser_->is_done())
      return on_body({});
    beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](auto error, std::size_t) { self->on_body(error); });
  }

  void on_body(boost::system::error_code error) {
    hold_.cancel();
    if (error) {
      let_go();
      busy_ = false;
      return refuse(error);
    }
    if (closing_) {
      // The world has ended.
      let_go();
      version_ = parser_->get().version();
      head_only_ = parser_->get().method() == beast::http::verb::head;
      return send(json_error(503, std::string{ending_words}));
    }
    if (number_ == 0)
      number_ = room_.taker.begins();
    tcp().expires_never();
    keep_alive_ = parser_->keep_alive();
    auto message = parser_->release();
    version_ = message.version();
    http_request what;
    what.method = text(message.method_string());
    what.target = origin_form(text(message.target()));
    for (const auto& header : message)
      what.headers.emplace_back(text(header.name_string()), text(header.value()));
    what.body = std::move(message.body());
    head_only_ = what.method == "HEAD";
    room_.taker.take(std::exchange(number_, 0),
                     std::make_shared<exchange>(this->shared_from_this(), std::move(what)));
  }

  template <class Text>
  static std::string text(const Text& of) {
    return {of.data(), of.size()};
  }

  /// A request that HTTP itself does not take; the connection ends with the answer. A client that
  /// is too slow gets none.
  void refuse(boost::system::error_code error) {
    using fault = beast::http::error;
    if (error == fault::end_of_stream || error == fault::partial_message ||
        error.category() != beast::http::make_error_code(fault::bad_method).category())
      return abort();
    const bool too_long = error == fault::header_limit || error == fault::buffer_overflow;
    keep_alive_ = false;
    head_only_ = false;
    version_ = 11;
    send(refusal(too_long ? 431 : error == fault::body_limit ? 413 : 400));
  }

  // -- what the world says of the request under way, on this thread ----------------------

  void send(http_answer what) {
    if (room_.ending)
      keep_alive_ = false;
    write(to_text(what, version_, keep_alive_, head_only_), [](auto& self) { self.next(); });
  }

  void send_head(const http_answer& what) {
    keep_alive_ = false;
    write(head_of_stream(what, version_), [](auto& self) { self.send_parts(); });
  }

  void send_part(std::string part) {
    parts_.push_back(std::move(part));
    if (!writing_)
      send_parts();
  }

  void send_parts() {
    if (parts_.empty())
      return;
    auto one = std::move(parts_.front());
    parts_.pop_front();
    if (one.empty())
      return write(end_of_stream(version_), [](auto& self) { self.next(); });
    write(part_of_stream(one, version_), [](auto& self) { self.send_parts(); });
  }

  template <class Then>
  void write(std::string what, Then then) {
    writing_ = true;
    out_ = std::move(what);
    tcp().expires_after(room_.options.patience);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = this->shared_from_this(), then](auto error, std::size_t) {
                        self->writing_ = false;
                        if (error)
                          self->abort();
                        else
                          then(*self);
                      });
  }

  /// The request under way is answered.
  void next() {
    busy_ = false;
    gone_ = nullptr;
    if (!keep_alive_ || closing_)
      return say_goodbye();
    tcp().expires_after(buffer_.size() > 0 ? room_.options.patience : room_.options.idle);
    read_request();
  }

  /// What the client still sends is read for a moment: a socket closed with unread bytes takes the
  /// answer along.
  void say_goodbye() {
    boost::system::error_code ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    tcp().expires_after(std::chrono::seconds{1});
    drain();
  }

  void drain() {
    buffer_.clear();
    tcp().async_read_some(buffer_.prepare(1U << 16U),
                          [self = this->shared_from_this()](auto error, std::size_t) {
                            if (error)
                              self->abort();
                            else
                              self->drain();
                          });
  }

  /// Waits for the client to go away. What it sends meanwhile is the next request.
  void watch(std::function<void()> then) {
    gone_ = std::move(then);
    if (buffer_.size() > 0)
      return;
    tcp().socket().async_wait(asio::ip::tcp::socket::wait_read,
                              [self = this->shared_from_this()](auto error) {
                                if (!error && !self->is_gone())
                                  return;
                                if (auto then = std::exchange(self->gone_, nullptr))
                                  then();
                              });
  }

  /// A client that has closed its end has gone; what it sends is the next request.
  [[nodiscard]] bool is_gone() {
    char one = 0;
    const auto got = ::recv(tcp().socket().native_handle(), &one, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }

  http_room& room_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  std::string out_;
  std::deque<std::string> parts_;
  std::function<void()> gone_;
  asio::steady_timer hold_;
  /// In the taker's count; 0: it has been taken, or let go.
  std::uint64_t number_ = 0;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool head_only_ = false;
  /// A request has begun and is not answered.
  bool busy_ = false;
  bool writing_ = false;
  bool closing_ = false;
};

/// Brings what other threads say to the connection's own.
template <class Stream>
class beast_connection<Stream>::exchange final : public http_exchange {
public:
  exchange(std::shared_ptr<beast_connection> by, http_request what)
    : http_exchange(std::move(what)), by_(std::move(by)) {}
  ~exchange() override {
    post_last([](auto&) {});
  }

  void answer(http_answer what) override {
    post_last([what = std::move(what)](auto& by) mutable { by.send(std::move(what)); });
  }
  void drop() override {
    post_last([](auto& by) { by.abort(); });
  }
  void begin(http_answer head) override {
    post([head = std::move(head)](auto& by) { by.send_head(head); });
  }
  void part(std::string text) override {
    post([text = std::move(text)](auto& by) mutable { by.send_part(std::move(text)); });
  }
  void watch(std::function<void()> then) override {
    post([then = std::move(then)](auto& by) mutable { by.watch(std::move(then)); });
  }

  bool is_gone() override {
    if (!by_)
      return true;
    std::promise<bool> said;
    post([&said](auto& by) { said.set_value(by.is_gone()); });
    return said.get_future().get();
  }

private:
  template <class What>
  void post(What what) {
    if (by_)
      asio::post(by_->tcp().get_executor(),
                 [by = by_, what = std::move(what)]() mutable { what(*by); });
  }

  /// Nothing comes after it. A connection must end on its own thread, so it is let go there.
  template <class What>
  void post_last(What what) {
    if (!by_)
      return;
    const auto executor = by_->tcp().get_executor();
    asio::post(executor, [by = std::move(by_), what = std::move(what)]() mutable { what(*by); });
  }

  std::shared_ptr<beast_connection> by_;
};

} // namespace lapse::serve
