// Any bytes as what clients send to a served world, to its API and to its control interface: each
// request that can be read is answered or waits, and the session can be written down.

#include "sim/serve/desk.hpp"
#include "tests/fuzz/must.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace {

namespace beast = boost::beast;
namespace serve = lapse::serve;

class counted_exchange final : public serve::http_exchange {
public:
  using http_exchange::http_exchange;

  void answer(serve::http_answer what) override {
    must(++answers_ == 1);
    must(what.status >= 100 && what.status < 600);
  }
  void drop() override { must(++answers_ == 1); }
  void begin(serve::http_answer) override { must(++answers_ == 1); }
  void part(std::string) override {}
  void watch(std::function<void()>) override {}
  bool is_gone() override { return false; }

  [[nodiscard]] int answers() const noexcept { return answers_; }

private:
  int answers_ = 0;
};

using exchange_ptr = std::shared_ptr<counted_exchange>;

/// The requests that can be read from the front of `input`, one after the other.
std::vector<exchange_ptr> requests_in(std::string_view input) {
  std::vector<exchange_ptr> result;
  while (!input.empty() && result.size() < 32) {
    beast::http::request_parser<beast::http::string_body> parser;
    parser.eager(true);
    parser.header_limit(16 * 1024);
    parser.body_limit(64 * 1024);
    beast::error_code error;
    const auto taken = parser.put(boost::asio::buffer(input.data(), input.size()), error);
    if (error || !parser.is_done())
      break;
    input.remove_prefix(taken);
    auto message = parser.release();
    serve::http_request one;
    one.method = std::string{message.method_string()};
    one.target = std::string{message.target()};
    for (const auto& field : message)
      one.headers.emplace_back(field.name_string(), field.value());
    one.body = std::move(message.body());
    result.push_back(std::make_shared<counted_exchange>(std::move(one)));
  }
  return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sent = requests_in({reinterpret_cast<const char*>(data), size});
  if (sent.empty())
    return 0;
  serve::serve_options options;
  options.clock = "frozen";
  auto scenario = serve::session_scenario::read({}, {});
  must(scenario.has_value());
  auto mode = serve::read_clock_mode(options.clock);
  must(mode.has_value());
  serve::inbox letters;
  serve::desk desk{options, std::move(*scenario), std::move(*mode), letters};
  must(desk.open().has_value());
  for (const auto& one : sent)
    letters.take(letters.begins(), one);
  letters.post([&letters] { letters.interrupted(); });
  desk.run();
  for (const auto& one : sent)
    must(one->answers() == 1);
  must(!desk.world().scenario().empty());
  return 0;
}
