#include "sim/run/rate_window.hpp"

#include "sim/run/attempts.hpp"
#include "tests/support/catch.hpp"

#include <memory>
#include <vector>

using namespace lapse;
using namespace lapse::run;
using namespace std::chrono_literals;

namespace {

lapse::plan::rate_limit at_most(std::int64_t count, duration per,
                                std::optional<attempt_kind> of = std::nullopt) {
  lapse::plan::rate_limit result;
  result.of = of;
  result.per = per;
  result.at_most = count;
  return result;
}

/// Whether the rate holds at each of these instants.
std::vector<bool> held(const lapse::plan::rate_limit& what, const std::vector<instant>& times) {
  rate_window window{what};
  std::vector<bool> result;
  for (auto at : times) {
    window.add({attempt_kind::renewal, at, {}, {}});
    result.push_back(window.holds());
  }
  return result;
}

/// The same by the definition: for each attempt, how many lie in the window that ends with it.
std::vector<bool> swept(const lapse::plan::rate_limit& what, const std::vector<instant>& times) {
  std::vector<bool> result;
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::int64_t count = 0;
    for (std::size_t j = 0; j <= i; ++j)
      count += times[i] - times[j] < what.per;
    result.push_back(count <= what.at_most);
  }
  return result;
}

event received(std::uint64_t number, instant at, std::string path,
               operation op = operation::update) {
  request what;
  what.op = op;
  what.path = std::move(path);
  request_received e;
  e.number = number;
  e.what = std::make_shared<const request>(std::move(what));
  return {at, e};
}

event answered(std::uint64_t number, instant at, std::string path) {
  request what;
  what.path = std::move(path);
  request_answered e;
  e.number = number;
  e.what = std::make_shared<const request>(std::move(what));
  return {at, e};
}

} // namespace

TEST_CASE("a window does not include its end: just below, at and above the border") {
  const auto two = at_most(2, 1s);
  // The third is 1 ns before the end of the window that begins with the first, at it, behind it.
  CHECK(held(two, {0s, 500ms, 1s - 1ns}) == std::vector<bool>{true, true, false});
  CHECK(held(two, {0s, 500ms, 1s}) == std::vector<bool>{true, true, true});
  CHECK(held(two, {0s, 500ms, 1s + 1ns}) == std::vector<bool>{true, true, true});
}

TEST_CASE("attempts of one instant are in one window") {
  CHECK(held(at_most(2, 1ns), {5s, 5s, 5s}) == std::vector<bool>{true, true, false});
  CHECK(held(at_most(2, 1ns), {5s, 5s, 5s + 1ns}) == std::vector<bool>{true, true, true});
  CHECK(held(at_most(3, 1s), {0s, 0s, 1s, 1s, 1s, 2s}) ==
        std::vector<bool>{true, true, true, true, true, true});
}

TEST_CASE("nothing at all may be allowed") {
  CHECK(held(at_most(0, 1s), {7s}) == std::vector<bool>{false});
}

TEST_CASE("a window is as a sweep over all attempts sees it, and keeps no more than it must") {
  std::vector<instant> times;
  instant now{0};
  for (int i = 0; i < 300; ++i) {
    // Bursts, gaps and many equal distances.
    now += (i * 7 % 5) * 100ms + (i % 50 == 0 ? 3s : 0s);
    times.push_back(now);
  }
  for (std::int64_t count : {1, 2, 3, 5, 8, 400})
    for (duration per : {duration{100ms}, duration{500ms}, duration{1s}, duration{20s}}) {
      const auto what = at_most(count, per);
      CHECK(held(what, times) == swept(what, times));
      rate_window window{what};
      for (auto at : times) {
        window.add({attempt_kind::login, at, {}, {}});
        CHECK(static_cast<std::int64_t>(window.seen().size()) <= count + 1);
      }
    }
}

TEST_CASE("only what is asked for counts") {
  const auto logins = at_most(1, 1s, attempt_kind::login);
  rate_window window{logins};
  window.add({attempt_kind::login, 0s, {}, {}});
  window.add({attempt_kind::renewal, 0s, {}, {}});
  window.add({attempt_kind::other, 0s, {}, {}});
  CHECK(window.holds());
  window.add({attempt_kind::login, 0s, {}, {}});
  CHECK_FALSE(window.holds());
}

TEST_CASE("each request is one attempt, when it reaches the server, refused or not") {
  attempt_finder finder;
  const auto first = finder.in(received(1, 1s, "auth/token/renew-self"));
  REQUIRE(first);
  CHECK(first->kind == attempt_kind::renewal);
  CHECK(first->at == 1s);
  // Refused at the door: it has an answer alone.
  const auto refused = finder.in(answered(2, 2s, "auth/approle/login"));
  REQUIRE(refused);
  CHECK(refused->at == 2s);
  // Its answer needed time.
  CHECK_FALSE(finder.in(answered(1, 9s, "auth/token/renew-self")));
  CHECK_FALSE(finder.in({9s, warning_raised{"x"}}));
}

TEST_CASE("paths tell logins, renewals, reads and revocations apart") {
  const auto kind = [](operation op, std::string path) {
    request what;
    what.op = op;
    what.path = std::move(path);
    return attempt_kind_of(what);
  };
  using k = attempt_kind;
  const auto write = operation::update;
  const auto read = operation::read;
  CHECK(kind(write, "auth/approle/login") == k::login);
  CHECK(kind(write, "auth/userpass/login/amy") == k::login);
  CHECK(kind(write, "auth/team/a/login") == k::login);
  CHECK(kind(read, "auth/approle/login") == k::other);
  CHECK(kind(write, "auth/approle/role/login-x") == k::other);
  CHECK(kind(write, "auth/token/create") == k::other);
  for (const auto* path : {"auth/token/renew", "auth/token/renew-self", "auth/token/renew-accessor",
                           "sys/leases/renew", "sys/leases/renew/db/creds/ro/x", "sys/renew"})
    CHECK(kind(write, path) == k::renewal);
  for (const auto* path :
       {"auth/token/revoke", "auth/token/revoke-self", "auth/token/revoke-orphan",
        "sys/leases/revoke", "sys/leases/revoke-prefix/db", "sys/leases/revoke-force/db"})
    CHECK(kind(write, path) == k::revocation);
  CHECK(kind(read, "database/creds/ro") == k::read);
  CHECK(kind(read, "secret/data/a") == k::read);
  CHECK(kind(write, "pki/issue/web") == k::read);
  CHECK(kind(write, "secret/data/a") == k::other);
  CHECK(kind(operation::list, "secret/metadata/") == k::other);
  for (const auto* path : {"sys/health", "cubbyhole/a", "identity/entity/id/x"})
    CHECK(kind(read, path) == k::other);
}
