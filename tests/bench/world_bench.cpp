// Create and cascade per token, against what bare CAF costs for the same tree in the same program:
// its test coordinator, a scoped actor as client, every child monitored and its handle kept.
//
// CPU time of the process; the figures to quote are the ratios world / bare of one run.

#include "sim/engine/simulation.hpp"

#include <benchmark/benchmark.h>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>

#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

namespace bare {

struct make {};
struct made {
  caf::actor child;
};
struct revoke {};

} // namespace bare

namespace caf {
template <>
struct allowed_unsafe_message_type<bare::make> : std::true_type {};
template <>
struct allowed_unsafe_message_type<bare::made> : std::true_type {};
template <>
struct allowed_unsafe_message_type<bare::revoke> : std::true_type {};
} // namespace caf

namespace {

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

double resident_bytes() {
  long pages = 0;
  long resident = 0;
  if (auto* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2)
      resident = 0;
    std::fclose(file);
  }
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

struct timing {
  double create = 0;
  double cascade = 0;
  double bytes = 0;
};

// -- bare CAF ---------------------------------------------------------------------------------

struct child_state {
  int unused = 0;
};

caf::behavior child(caf::stateful_actor<child_state>* self) {
  return {[self](const bare::revoke&) { self->quit(); }};
}

struct parent_state {
  std::vector<caf::actor> children;
};

caf::behavior parent(caf::stateful_actor<parent_state>* self) {
  self->set_down_handler([self](caf::down_msg&) {
    auto& children = self->state.children;
    children.pop_back();
    if (children.empty())
      self->quit();
    else
      self->send(children.back(), bare::revoke{});
  });
  return {
      [self](const bare::make&) {
        auto handle = self->spawn<caf::lazy_init + caf::monitored>(child);
        self->state.children.push_back(handle);
        return bare::made{handle};
      },
      [self](const bare::revoke&) { self->send(self->state.children.back(), bare::revoke{}); },
  };
}

timing run_bare(std::int64_t tokens) {
  timing result;
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("testing"));
  caf::actor_system system{config};
  auto& coordinator = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  caf::scoped_actor client{system};
  auto top = client->spawn<caf::lazy_init>(parent);
  auto before = resident_bytes();
  auto start = cpu_seconds();
  for (std::int64_t i = 0; i < tokens; ++i) {
    client->send(top, bare::make{});
    coordinator.run();
    client->receive([](const bare::made& answer) { benchmark::DoNotOptimize(answer); });
  }
  result.create = cpu_seconds() - start;
  result.bytes = resident_bytes() - before;
  start = cpu_seconds();
  client->send(top, bare::revoke{});
  coordinator.run();
  result.cascade = cpu_seconds() - start;
  return result;
}

// -- the world ------------------------------------------------------------------------------------

lapse::request_ptr post(std::string path, nlohmann::json body) {
  auto r = std::make_shared<lapse::request>();
  r->op = lapse::operation::update;
  r->path = std::move(path);
  r->body = std::move(body);
  return r;
}

timing run_world(std::int64_t tokens) {
  timing result;
  lapse::engine::simulation world{{}};
  lapse::credential root{world.root().id, {}};
  (void)world.ask_now(
      root, post("sys/policies/acl/maker",
                 {{"policy", "path \"auth/token/create\" { capabilities = [\"update\"] }"}}));
  auto made =
      world.ask_now(root, post("auth/token/create", {{"policies", {"maker"}}, {"ttl", "100h"}}));
  auto app = std::get<lapse::auth_block>(made->body).facts->name;
  lapse::credential by{app.id, {}};
  auto create = post("auth/token/create", {{"ttl", "1h"}});
  auto before = resident_bytes();
  auto start = cpu_seconds();
  for (std::int64_t i = 0; i < tokens; ++i) {
    auto answer = world.ask_now(by, create);
    benchmark::DoNotOptimize(answer);
  }
  result.create = cpu_seconds() - start;
  result.bytes = resident_bytes() - before;
  start = cpu_seconds();
  (void)world.ask_now(root, post("auth/token/revoke", {{"token", text(app)}}));
  result.cascade = cpu_seconds() - start;
  return result;
}

enum phase { creating, cascading };

using runner = timing (*)(std::int64_t);

void per_token(benchmark::State& state, runner run, phase what) {
  auto tokens = state.range(0);
  double bytes = 0;
  for (auto _ : state) {
    auto t = run(tokens);
    state.SetIterationTime(what == creating ? t.create : t.cascade);
    bytes = t.bytes;
  }
  state.SetItemsProcessed(state.iterations() * tokens);
  if (what == creating)
    state.counters["bytes/token"] = bytes / static_cast<double>(tokens);
}

void sizes(benchmark::internal::Benchmark* b) {
  b->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->UseManualTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_CAPTURE(per_token, bare_create, run_bare, creating)->Apply(sizes);
BENCHMARK_CAPTURE(per_token, world_create, run_world, creating)->Apply(sizes);
BENCHMARK_CAPTURE(per_token, bare_cascade, run_bare, cascading)->Apply(sizes);
BENCHMARK_CAPTURE(per_token, world_cascade, run_world, cascading)->Apply(sizes);

} // namespace
