// The engine as the world sees it: time, channels, strategies, and what a withheld channel does.

#include "sim/engine/simulation.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::lives;
using namespace lapse::runtime;
using namespace std::chrono_literals;

namespace {

request_ptr post(std::string path, nlohmann::json body = nlohmann::json::object()) {
  auto r = std::make_shared<request>();
  r->op = operation::update;
  r->path = std::move(path);
  r->body = std::move(body);
  return r;
}

// Delivers in order, except along the one edge it holds back; records every edge.
class watching_strategy : public strategy {
public:
  using edge = std::pair<std::uint64_t, std::uint64_t>;

  std::optional<std::size_t> choose(std::span<const ready_channel> ready) override {
    for (std::size_t i = 0; i < ready.size(); ++i) {
      edge e{ready[i].sender, ready[i].receiver};
      if (held && e == *held)
        continue;
      ++seen[{e, ready[i].kind}];
      return i;
    }
    return std::nullopt;
  }

  std::optional<edge> held;
  std::map<std::pair<edge, message_kind>, int> seen;
};

// Which tokens have ended, in order.
class endings : public event_reader {
public:
  void on_event(const event& e, const ledger&) override {
    if (auto* created = std::get_if<token_created>(&e.body))
      parents[created->facts->name.id] = created->facts->parent;
    if (auto* gone = std::get_if<token_gone>(&e.body))
      order.push_back(gone->token);
    if (auto* ended = std::get_if<token_ended>(&e.body))
      dead.insert(ended->token);
  }
  std::map<token_id, token_id> parents;
  std::vector<token_id> order;
  std::set<token_id> dead;
};

struct estate_with_tree {
  explicit estate_with_tree(strategy* chooser) : world{{}, chooser} {
    world.subscribe(seen);
    root = {world.root().id, {}};
    (void)world.ask_now(
        root, post("sys/policies/acl/maker",
                   {{"policy", R"(path "auth/token/create" { capabilities = ["update"] })"}}));
  }

  token_name create(const credential& by) {
    auto made =
        world.ask_now(by, post("auth/token/create", {{"policies", {"maker"}}, {"ttl", "1h"}}))
            .value();
    return std::get<auth_block>(made.body).facts->name;
  }

  endings seen;
  simulation world;
  credential root;
};

} // namespace

TEST_CASE(
    "a cascade over a tree delivers a revocation down and a down message up along each edge") {
  watching_strategy chooser;
  estate_with_tree estate{&chooser};
  auto top = estate.create(estate.root);
  std::vector<token_name> tokens{top};
  // A tree of 40 tokens: every token is the parent of the next three in the list.
  for (std::size_t i = 0; tokens.size() < 40; ++i)
    for (int child = 0; child < 3 && tokens.size() < 40; ++child)
      tokens.push_back(estate.create({tokens[i].id, {}}));
  chooser.seen.clear();

  (void)estate.world.ask_now(estate.root, post("auth/token/revoke", {{"token", text(top)}}));

  CHECK(estate.seen.order.size() == 40);
  for (const auto& token : tokens) {
    auto parent = estate.seen.parents[token.id].value;
    CAPTURE(text(token));
    CHECK(chooser.seen[{{parent, token.id.value}, message_kind::revoke_token}] == 1);
    if (token.id == top.id)
      continue; // root's actor gets it too, but is no part of the cascade
    CHECK(chooser.seen[{{token.id.value, parent}, message_kind::system}] == 1);
  }
  // R-511: children are gone before their parent.
  for (std::size_t i = 0; i < estate.seen.order.size(); ++i) {
    auto parent = estate.seen.parents[estate.seen.order[i]];
    auto at = std::find(estate.seen.order.begin(), estate.seen.order.end(), parent);
    if (at != estate.seen.order.end())
      CHECK(at - estate.seen.order.begin() > static_cast<long>(i));
  }
}

TEST_CASE("withholding one edge leaves its subtree, its ancestors and the siblings not yet reached "
          "alive (R-511, R-513)") {
  watching_strategy chooser;
  estate_with_tree estate{&chooser};
  auto top = estate.create(estate.root);
  std::vector<token_name> children;
  for (int i = 0; i < 5; ++i)
    children.push_back(estate.create({top.id, {}}));
  // Siblings go in descending order of their salted ids.
  std::sort(children.begin(), children.end(),
            [](const auto& a, const auto& b) { return salt_order(a.id) > salt_order(b.id); });
  auto held = children[2];
  auto below = estate.create({held.id, {}});
  auto below_first = estate.create({children[0].id, {}});

  chooser.held = {top.id.value, held.id.value};
  estate.world.issue(estate.root, post("auth/token/revoke", {{"token", text(top)}}), nullptr);
  estate.world.drain();

  CHECK(estate.seen.dead == std::set<token_id>{below_first.id, children[0].id, children[1].id});
  for (auto alive : {held.id, below.id, top.id, children[3].id, children[4].id})
    CHECK(estate.seen.dead.count(alive) == 0);

  // Let go, the walk comes to its end.
  chooser.held.reset();
  estate.world.drain();
  CHECK(estate.seen.dead.size() == 8);
}

TEST_CASE(
    "steps of an instant come before its deadlines, and time jumps to the next one (R-1604)") {
  estate_with_tree estate{nullptr};
  auto app = estate.create(estate.root);
  auto look = [&] {
    return estate.world.ask_now(estate.root, post("auth/token/lookup", {{"token", text(app)}}))
        ->status;
  };
  estate.world.advance(1h);
  CHECK(look() == 200);
  CHECK(estate.seen.dead.empty());
  estate.world.advance(1h + 1ns);
  CHECK(look() == 403);
  CHECK(estate.seen.dead.count(app.id) == 1);
}

TEST_CASE(
    "the hash over all deliveries is equal for equal runs and differs when one choice differs") {
  auto run = [](bool one_more) {
    estate_with_tree estate{nullptr};
    for (int i = 0; i < 5; ++i)
      (void)estate.create(estate.root);
    if (one_more)
      (void)estate.create(estate.root);
    estate.world.finish(2h);
    return estate.world.decisions_hash();
  };
  CHECK(run(false) == run(false));
  CHECK(run(false) != run(true));
}

TEST_CASE("the decision log has a line for each choice that had an alternative, and no other") {
  watching_strategy chooser;
  estate_with_tree estate{&chooser};
  auto a = estate.create(estate.root);
  auto b = estate.create(estate.root);
  decision_list log;
  estate.world.keep_decisions(&log);
  estate.world.issue({a.id, {}}, post("auth/token/create"), nullptr);
  estate.world.issue({b.id, {}}, post("auth/token/create"), nullptr);
  estate.world.drain();
  auto text = to_text(log);
  CHECK(text.rfind("lapse-decisions 1\n0 0 of 2 ", 0) == 0);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find(" serve ") != std::string::npos);
}

TEST_CASE("deep chains and wide trees of tokens end and are torn down without recursion") {
  estate_with_tree estate{nullptr};
  auto top = estate.create(estate.root);
  auto last = top;
  for (int i = 0; i < 20000; ++i)
    last = estate.create({last.id, {}});
  (void)estate.world.ask_now(estate.root, post("auth/token/revoke", {{"token", text(top)}}));
  CHECK(estate.seen.order.size() == 20001);
  CHECK(estate.seen.order.front() == last.id);
  // A second chain is left standing for the destructor.
  last = estate.create(estate.root);
  for (int i = 0; i < 20000; ++i)
    last = estate.create({last.id, {}});
}

namespace {

request_ptr get(std::string path) {
  auto r = std::make_shared<request>();
  r->path = std::move(path);
  return r;
}

// A lease of a backend that takes two seconds for a revocation.
struct slow_backend {
  slow_backend() {
    (void)world.ask_now(root, post("sys/mounts/aws", {{"type", "aws"}}));
    (void)world.ask_now(root, post("aws/roles/deploy", {{"credential_type", "iam_user"}}));
    auto made = world.ask_now(root, get("aws/creds/deploy"));
    lease = text(made->lease.value());
    fault slow;
    slow.what = fault::kind::backend_slow;
    slow.mount = "aws/";
    slow.takes = 2s;
    world.inject(slow);
  }

  [[nodiscard]] request_ptr revocation() const {
    return post("sys/leases/revoke", {{"lease_id", lease}});
  }

  simulation world{{}};
  credential root{world.root().id, {}};
  std::string lease;
};

} // namespace

TEST_CASE("an answer that needs time comes at its instant, and nothing waits for it meanwhile") {
  slow_backend estate;
  auto& world = estate.world;
  std::vector<std::pair<instant, int>> answers;
  auto take = [&](const answer& reply) { answers.emplace_back(world.now(), reply.status); };
  world.ask(estate.root, estate.revocation(), take);
  CHECK(answers.empty());
  CHECK(world.waiting() == 1);
  CHECK(world.next_deadline() == instant{2s});
  world.advance(1s);
  CHECK(world.ask_now(estate.root, get("auth/token/lookup-self"))->status == 200);
  world.advance(2s);
  CHECK(answers.empty());
  world.advance(10s);
  CHECK(answers == std::vector<std::pair<instant, int>>{{2s, 204}});
  CHECK(world.waiting() == 0);
}

TEST_CASE("who takes an answer may ask again at that instant") {
  slow_backend estate;
  auto& world = estate.world;
  std::vector<std::pair<instant, int>> answers;
  auto note = [&](const answer& reply) { answers.emplace_back(world.now(), reply.status); };
  world.ask(estate.root, estate.revocation(), [&](const answer& reply) {
    note(reply);
    world.ask(estate.root, post("sys/leases/lookup", {{"lease_id", estate.lease}}), note);
  });
  world.advance(1h);
  CHECK(answers == std::vector<std::pair<instant, int>>{{2s, 204}, {2s, 400}});
}

TEST_CASE("a request that waits when the world ends leaves nothing behind") {
  slow_backend estate;
  auto held = std::make_shared<int>(1);
  estate.world.ask(estate.root, estate.revocation(), [held](const answer&) {});
  CHECK_FALSE(estate.world.ask_now(estate.root, estate.revocation()));
  CHECK(estate.world.waiting() == 2);
}
