#pragma once

#include "actors/http/read_request.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lapse::serve {

/// A request as it came over a connection.
struct http_request {
  std::string method;
  /// The second word of its first line, from its `/` on.
  std::string target;
  http::header_list headers;
  std::string body;

  /// Null: there is no such header.
  [[nodiscard]] const std::string* find(std::string_view header) const noexcept;
};

/// What goes back. Length, connection and date headers are the connection's own.
struct http_answer {
  int status = 200;
  http::header_list headers;
  std::string body;
  /// As HTTP writes it; empty: none.
  std::string date;
};

/// One request and the place its answer goes to. What is called here may be called by any thread.
class http_exchange {
public:
  explicit http_exchange(http_request what) : request_(std::move(what)) {}
  virtual ~http_exchange() = default;

  [[nodiscard]] const http_request& request() const noexcept { return request_; }

  /// The whole answer; once, and nothing after it.
  virtual void answer(http_answer what) = 0;
  /// Breaks the connection off without a word.
  virtual void drop() = 0;

  /// An answer that goes on: its head, then parts, then an empty part as its end.
  virtual void begin(http_answer head) = 0;
  virtual void part(std::string text) = 0;

  /// Calls `then` on the connection's thread when the client goes away before it is answered.
  virtual void watch(std::function<void()> then) = 0;

  /// Whether the client has gone away already. Asks the connection's thread, and waits.
  [[nodiscard]] virtual bool is_gone() = 0;

private:
  http_request request_;
};

using http_exchange_ptr = std::shared_ptr<http_exchange>;

} // namespace lapse::serve
