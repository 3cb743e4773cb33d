// "verified, complete" is true: the exhaustive search runs each history once that differs in what
// happened before what, and misses no end state. Compared with every order of everything.

#include "sim/explore/source_dpor.hpp"

#include "actors/runtime/access_trace.hpp"
#include "sim/run/runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/load_plan.hpp"
#include "tests/unit/explore/end_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::explore;
using namespace lapse::lives;
using namespace lapse::run;

namespace {

// Enumerates with a search, and tells of each run to which class of histories it belongs: those
// in which the same deliveries happened after the same ones. It uses nothing of the search's own
// knowledge of conflicts but what deliveries say that they read and wrote.
class observed_search final : public strategy {
public:
  explicit observed_search(source_dpor::reduction how) : tree_({}, how) {}

  [[nodiscard]] bool begin() {
    forget();
    counts_.clear();
    sum_ = 0;
    return tree_.begin();
  }
  [[nodiscard]] const source_dpor& tree() const noexcept { return tree_; }
  [[nodiscard]] std::uint64_t history() const noexcept { return sum_; }
  /// Keys that two deliveries of different clients met at, one of them writing.
  [[nodiscard]] const std::set<std::uint64_t>& contested() const noexcept { return contested_; }

  [[nodiscard]] std::optional<std::size_t> choose(std::span<const ready_channel> ready) override {
    auto chosen = tree_.choose(ready);
    if (chosen)
      head_ = ready[*chosen];
    return chosen;
  }
  [[nodiscard]] bool wants_footprints() const noexcept override { return true; }

  void delivered(const footprint& what) override {
    delivery d;
    d.sender = head_.sender;
    d.receiver = head_.receiver;
    d.reads.insert(what.reads.begin(), what.reads.end());
    d.writes.insert(what.writes.begin(), what.writes.end());
    d.commutes = what.commutes;
    d.posted_before = what.posted_before;
    d.posted = what.posted;
    std::uint64_t earlier = 0;
    for (const auto& before : seen_) {
      const auto caused = head_.posted > before.posted_before && head_.posted <= before.posted;
      const auto channel = before.sender == d.sender && before.receiver == d.receiver;
      if (caused || channel || meet(before, d))
        earlier += mix(before.name);
    }
    const auto number = ++counts_[{d.sender, d.receiver}];
    d.name = mix(mix(d.sender ^ mix(d.receiver)) + mix(number) + earlier);
    sum_ += mix(d.name);
    seen_.push_back(std::move(d));
    tree_.delivered(what);
  }

  void settled() override {
    forget();
    sum_ = mix(sum_);
    tree_.settled();
  }

private:
  struct delivery {
    std::uint64_t sender = 0;
    std::uint64_t receiver = 0;
    std::uint64_t name = 0;
    std::set<std::uint64_t> reads;
    std::set<std::uint64_t> writes;
    bool commutes = false;
    std::uint64_t posted_before = 0;
    std::uint64_t posted = 0;
  };

  // Where only one of them reads or writes the same actor's own state, it is the receiver's.
  [[nodiscard]] bool meet(const delivery& a, const delivery& b) {
    auto met = a.receiver == b.receiver && !(a.commutes && b.commutes);
    const auto common = [&](const delivery& writer, const delivery& other) {
      for (auto key : writer.writes)
        if (other.reads.count(key) != 0 || other.writes.count(key) != 0) {
          contested_.insert(key);
          met = true;
        }
    };
    common(a, b);
    common(b, a);
    return met;
  }

  void forget() { seen_.clear(); }

  source_dpor tree_;
  ready_channel head_;
  std::vector<delivery> seen_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> counts_;
  std::uint64_t sum_ = 0;
  std::set<std::uint64_t> contested_;
};

struct enumeration {
  std::set<std::uint64_t> states;
  std::set<std::uint64_t> histories;
  std::set<std::uint64_t> contested;
  std::size_t traces = 0;
  bool complete = false;
};

enumeration enumerate(const lapse::plan::plan& what, source_dpor::reduction how,
                      std::size_t runs_max) {
  enumeration result;
  observed_search search(how);
  for (std::size_t runs = 0; search.begin(); ++runs) {
    if (runs == runs_max)
      return result;
    const auto state = state_after(what, search);
    if (search.tree().blocked())
      continue;
    ++result.traces;
    result.states.insert(state);
    result.histories.insert(search.history());
  }
  result.contested = search.contested();
  result.complete = true;
  return result;
}

// Every client has a token of its own, `t1` and so on, so that clients meet in what they ask alone.
std::string race(const std::vector<std::string>& clients) {
  std::string text = R"(lapse: 1
policies:
  all: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }'
  q: 'path "aws/*" { capabilities = ["read"] }'
token_roles: { r: { period: 1h } }
auth: { userpass/: { type: userpass, users: { amy: { password: pw, token_policies: [all] } } } }
secrets: { aws/: { type: aws, roles: { deploy: { default_ttl: 30m, max_ttl: 2h } } } }
steps:
  - { login: amy, with: userpass/amy }
  - { create: of_role, role: r }
  - { create: chosen, id: chosen-id, policies: [all] }
  - { create: below, as: chosen, policies: [all] }
  - { read: aws/creds/deploy, as: amy, save: k }
  - { read: aws/creds/deploy, as: amy, save: failed }
  - { fail_revocation: failed }
  - { create: t1, policies: [all] }
  - { create: t2, policies: [all] }
  - together:
)";
  auto number = 0;
  for (const auto& client : clients)
    text += "      - " +
            fmt::format(fmt::runtime(client), fmt::arg("t", fmt::format("t{}", ++number % 2 + 1)),
                        fmt::arg("n", number)) +
            "\n";
  return text + "until: 1m\n";
}

// What two clients contend for: a change, and what is told by it.
const std::vector<std::vector<std::string>> pairs{
    {"{{ write_policy: q, policy: 'path \"sys/*\" {{ capabilities = [\"read\"] }}', as: {t} }}",
     "{{ read: sys/policies/acl/q, as: {t} }}"},
    {"{{ write: auth/token/roles/r, data: {{ period: 2h }}, as: {t} }}",
     "{{ renew: of_role, as: {t} }}"},
    {"{{ delete: auth/token/roles/r, as: {t} }}", "{{ create: late, role: r, as: {t} }}"},
    {"{{ create: late, as: {t} }}", "{{ list: auth/token/accessors, as: {t} }}"},
    {"{{ create: late, as: {t} }}", "{{ read: sys/internal/counters/tokens, as: {t} }}"},
    {"{{ create: late, id: mine, as: {t} }}",
     "{{ write: auth/token/lookup, data: {{ token: mine }}, as: {t} }}"},
    {"{{ tune: aws, max_lease_ttl: 10m, as: {t} }}", "{{ read: aws/creds/deploy, as: {t} }}"},
    {"{{ disable: aws, as: {t} }}", "{{ read: sys/mounts, as: {t} }}"},
    {"{{ write: auth/userpass/users/amy, data: {{ token_ttl: 5m }}, as: {t} }}",
     "{{ renew: amy, as: {t} }}"},
    {"{{ write: identity/entity/name/e, data: {{ policies: [all] }}, as: {t} }}",
     "{{ read: identity/entity/name/e, as: {t} }}"},
    {"{{ revoke_orphan: chosen, as: {t} }}", "{{ tidy: tokens, as: {t} }}"},
    {"{{ revoke_lease: k, sync: true, as: {t} }}",
     "{{ request: {{ method: GET, path: 'sys/leases?type=irrevocable' }}, as: {t} }}"},
    {"{{ revoke_lease: k, sync: true, as: {t} }}", "{{ renew_lease: k, as: {t} }}"},
    {"{{ revoke: below, as: {t} }}", "{{ revoke_orphan: chosen, as: {t} }}"},
    {"{{ revoke: of_role, as: {t} }}", "{{ lookup: of_role, as: {t} }}"},
    {"{{ revoke: of_role, as: {t} }}", "{{ renew: of_role, self: true }}"},
    {"{{ login: l1, with: userpass/amy }}",
     "{{ write: auth/userpass/users/amy, data: {{ password: other }}, as: {t} }}"},
    {"{{ backend_down: aws }}", "{{ revoke_lease: k, sync: true, as: {t} }}"},
};

// Clients whose requests are short enough for three and four of them.
const std::vector<std::string> short_requests{
    "{{ request: {{ method: GET, path: sys/health }} }}",
    "{{ request: {{ method: GET, path: auth/nowhere/login }} }}",
    "{{ request: {{ method: POST, path: auth/userpass/login/amy, body: {{ password: no }} }} }}",
    "{{ request: {{ method: POST, path: auth/userpass/login/bob, body: {{ password: no }} }} }}",
    "{{ seal: true, as: root }}",
    "{{ backend_down: aws }}",
};

// Of all that were compared.
struct comparisons {
  std::set<std::uint64_t> contested;
  int differing = 0; ///< those whose end states are not all one
};

// The same set of histories, each once, and the same end states. False: too many to enumerate.
bool compare(const std::vector<std::string>& clients, comparisons& all_of) {
  CAPTURE(clients);
  const auto what = load_plan(race(clients));
  const auto all = enumerate(what, source_dpor::reduction::none, 1'500);
  if (!all.complete)
    return false;
  const auto reduced = enumerate(what, source_dpor::reduction::source_sets, 1'500);
  REQUIRE(reduced.complete);
  CHECK(reduced.traces == reduced.histories.size());
  CHECK(reduced.histories == all.histories);
  CHECK(reduced.states == all.states);
  all_of.contested.insert(all.contested.begin(), all.contested.end());
  all_of.differing += all.states.size() > 1;
  return true;
}

} // namespace

TEST_CASE("two clients: as many traces as histories that differ, at every key that actors share") {
  comparisons all_of;
  for (const auto& clients : pairs) {
    CAPTURE(clients);
    CHECK(compare(clients, all_of));
  }
  // Of the others the order shows in no answer.
  CHECK(all_of.differing >= 12);
  using namespace lapse::runtime;
  for (auto key : {shared_key::mounts, shared_key::policies, shared_key::identity,
                   shared_key::roles, shared_key::paths, shared_key::custom_ids,
                   shared_key::irrevocable, shared_key::former_children}) {
    CAPTURE(key);
    CHECK(all_of.contested.count(key) == 1);
  }
}

TEST_CASE("three and four clients, drawn: as many traces as histories that differ") {
  comparisons all_of;
  std::uint64_t drawn = 7;
  std::map<std::size_t, int> compared;
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> clients;
    while (clients.size() < (round % 2 == 0 ? 3U : 4U)) {
      drawn = mix(drawn);
      clients.push_back(short_requests[drawn % short_requests.size()]);
    }
    if (compare(clients, all_of))
      ++compared[clients.size()];
  }
  CHECK(compared[3] >= 4);
  CHECK(compared[4] >= 3);
}

TEST_CASE("a run says when more messages were in flight than a search chooses among") {
  const auto overflowed = [](int clients) {
    const auto what = load_plan(fmt::format(R"(lapse: 1
steps:
  - together:
      - repeat: {{ times: {}, steps: [{{ request: {{ method: GET, path: sys/health }} }}] }}
)",
                                            clients));
    source_dpor search;
    REQUIRE(search.begin());
    run_options options;
    options.interleave = true;
    options.chooser = &search;
    return run_plan(what, options).overflowed;
  };
  CHECK(!overflowed(255));
  CHECK(!overflowed(256));
  CHECK(overflowed(257));
}
