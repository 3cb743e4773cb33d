// Requests a second over HTTP: a served world beside what Boost.Beast alone answers with a constant
// on the same machine, over one connection and over many.

#include "sim/serve/desk.hpp"
#include "sim/serve/http_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace lapse;
using boost::asio::ip::tcp;
using clock_type = std::chrono::steady_clock;

constexpr std::string_view lookup = "GET /v1/auth/token/lookup-self HTTP/1.1\r\nHost: x\r\n"
                                    "X-Vault-Token: root\r\n\r\n";
constexpr std::string_view create = "POST /v1/auth/token/create HTTP/1.1\r\nHost: x\r\n"
                                    "X-Vault-Token: root\r\nContent-Length: 12\r\n\r\n"
                                    "{\"ttl\":\"1h\"}";

/// Answers every request with the same text at once.
class constant_taker final : public serve::http_taker {
public:
  std::uint64_t begins() override { return 0; }
  void take(std::uint64_t, serve::http_exchange_ptr what) override {
    if (what)
      what->answer({200, {{"Content-Type", "application/json"}}, std::string(600, 'x'), {}});
  }
  void interrupted() override {}
};

serve::http_options options() {
  serve::http_options result;
  result.port = 0;
  return result;
}

/// Sends requests one after the other over a connection of its own.
class client {
public:
  explicit client(std::uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.set_option(tcp::no_delay{true});
  }

  void ask(std::string_view what) {
    boost::asio::write(socket_, boost::asio::buffer(what.data(), what.size()));
    auto head = boost::asio::read_until(socket_, boost::asio::dynamic_buffer(text_), "\r\n\r\n");
    const auto length = text_.find("Content-Length: ");
    const auto body = std::strtoul(text_.c_str() + length + 16, nullptr, 10);
    while (text_.size() < head + body) {
      char part[4096];
      text_.append(part, socket_.read_some(boost::asio::buffer(part)));
    }
    text_.clear();
  }

private:
  boost::asio::io_context io_;
  tcp::socket socket_;
  std::string text_;
};

/// Each round is so many requests; latencies in microseconds become counters.
void measure(benchmark::State& state, std::uint16_t port, std::string_view what) {
  constexpr int requests = 4096;
  const auto connections = static_cast<int>(state.range(0));
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < connections; ++i)
    clients.push_back(std::make_unique<client>(port));
  std::vector<double> took;
  for (auto _ : state) {
    std::vector<std::vector<double>> each(clients.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < clients.size(); ++i)
      threads.emplace_back([&, i] {
        for (int n = 0; n < requests / connections; ++n) {
          const auto start = clock_type::now();
          clients[i]->ask(what);
          each[i].push_back(
              std::chrono::duration<double, std::micro>(clock_type::now() - start).count());
        }
      });
    for (auto& thread : threads)
      thread.join();
    for (const auto& one : each)
      took.insert(took.end(), one.begin(), one.end());
  }
  std::sort(took.begin(), took.end());
  state.counters["p50_us"] = took[took.size() / 2];
  state.counters["p99_us"] = took[took.size() * 99 / 100];
  state.SetItemsProcessed(static_cast<std::int64_t>(took.size()));
}

void constant_answer(benchmark::State& state) {
  constant_taker taker;
  auto server = serve::http_server::listen(options(), taker).value();
  measure(state, server->port(), lookup);
}

void served(benchmark::State& state, std::string_view what) {
  serve::inbox letters;
  std::unique_ptr<serve::http_server> server;
  std::thread world{[&] {
    serve::serve_options how;
    serve::desk desk{how, serve::session_scenario::read({}, "root").value(),
                     serve::read_clock_mode("real").value(), letters};
    if (desk.open())
      desk.run();
  }};
  server = serve::http_server::listen(options(), letters).value();
  measure(state, server->port(), what);
  letters.interrupted();
  world.join();
}

void served_lookup(benchmark::State& state) { served(state, lookup); }
void served_create(benchmark::State& state) { served(state, create); }

BENCHMARK(constant_answer)->Arg(1)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(served_lookup)->Arg(1)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(served_create)->Arg(1)->Arg(64)->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace
