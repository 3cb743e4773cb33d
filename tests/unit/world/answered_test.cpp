// Whoever asks is answered, also when what was asked about vanishes while a message is on its way.

#include "sim/engine/simulation.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace lapse;
using namespace lapse::engine;
using namespace lapse::lives;
using namespace lapse::runtime;
using namespace std::chrono_literals;

namespace {

// Delivers in order of posting, but one kind of message only when nothing else is left.
class late final : public strategy {
public:
  explicit late(message_kind kind) : kind_(kind) {}

  std::optional<std::size_t> choose(std::span<const ready_channel> ready) override {
    auto other = std::find_if(ready.begin(), ready.end(),
                              [this](const ready_channel& c) { return c.kind != kind_; });
    return other == ready.end() ? 0 : static_cast<std::size_t>(other - ready.begin());
  }

private:
  message_kind kind_;
};

// A server with a role `aws/creds/deploy` and a lease of it. Counts what is asked and answered.
class estate_with_lease {
public:
  explicit estate_with_lease(strategy& chooser) : world_{{}, &chooser} {
    root_ = {world_.root().id, {}};
    write("sys/mounts/aws", {{"type", "aws"}});
    write("aws/roles/deploy", {{"credential_type", "iam_user"}, {"policy_arns", {"arn:x"}}});
    lease_ = text(
        world_.ask_now(root_, made(operation::read, "aws/creds/deploy", nullptr))->lease.value());
  }

  [[nodiscard]] const std::string& lease() const { return lease_; }

  void write(const std::string& path, nlohmann::json body) {
    REQUIRE(world_.ask_now(root_, made(operation::update, path, std::move(body)))->ok());
  }

  void issue(const std::string& path, nlohmann::json body = nlohmann::json::object(),
             operation op = operation::update) {
    ++asked_;
    world_.issue(root_, made(op, path, std::move(body)),
                 [this](const answer& a) { statuses_.push_back(a.status); });
  }

  void slow(duration takes) {
    fault what;
    what.what = fault::kind::backend_slow;
    what.mount = "aws/";
    what.takes = takes;
    world_.inject(what);
  }

  void finish(instant at) {
    world_.drain();
    world_.finish(at);
  }

  [[nodiscard]] bool all_answered() const { return statuses_.size() == asked_; }
  [[nodiscard]] const std::vector<int>& statuses() const { return statuses_; }

private:
  static request_ptr made(operation op, std::string path, nlohmann::json body) {
    auto r = std::make_shared<request>();
    r->op = op;
    r->path = std::move(path);
    r->body = std::move(body);
    return r;
  }

  simulation world_;
  credential root_;
  std::string lease_;
  std::size_t asked_ = 0;
  std::vector<int> statuses_;
};

} // namespace

TEST_CASE("a renewal of a lease that is revoked while its backend is asked is answered") {
  late chooser{message_kind::renew_credential};
  estate_with_lease estate{chooser};
  estate.issue("sys/leases/revoke", {{"lease_id", estate.lease()}, {"sync", true}});
  estate.issue("sys/leases/renew", {{"lease_id", estate.lease()}});
  estate.finish(1h);
  CHECK(estate.all_answered());
  CHECK(estate.statuses() == std::vector{204, 400});
}

TEST_CASE("revocations at a slow backend are answered though its mount is disabled meanwhile") {
  late chooser{message_kind::system};
  estate_with_lease estate{chooser};
  estate.slow(10s);
  estate.issue("sys/leases/revoke", {{"lease_id", estate.lease()}, {"sync", true}});
  estate.issue("sys/mounts/aws", nullptr, operation::delete_);
  estate.issue("sys/leases/revoke", {{"lease_id", estate.lease()}, {"sync", true}});
  estate.finish(1h);
  CHECK(estate.all_answered());
}

TEST_CASE("no message that comes late leaves a request without an answer") {
  for (auto kind = 0; kind <= static_cast<int>(last_message_kind); ++kind) {
    CAPTURE(to_string(static_cast<message_kind>(kind)));
    late chooser{static_cast<message_kind>(kind)};
    estate_with_lease estate{chooser};
    estate.issue("sys/leases/renew", {{"lease_id", estate.lease()}});
    estate.issue("sys/leases/lookup", {{"lease_id", estate.lease()}});
    estate.issue("sys/leases/revoke", {{"lease_id", estate.lease()}, {"sync", true}});
    estate.issue("sys/leases/renew", {{"lease_id", estate.lease()}});
    estate.issue("aws/creds/deploy", nullptr, operation::read);
    estate.issue("sys/mounts/aws", nullptr, operation::delete_);
    estate.issue("auth/token/create", {{"ttl", "1h"}});
    estate.issue("auth/token/renew-self");
    estate.issue("auth/token/lookup-self");
    estate.issue("auth/token/revoke-self");
    estate.finish(1h);
    CHECK(estate.all_answered());
  }
}
