#include "actors/auth/token_params.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::api;
using namespace lapse::auth;
using namespace lapse::runtime;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

const std::vector<field_row>& fields() {
  static const auto rows = with_token_fields({}, {"policies", "ttl", "max_ttl"});
  return rows;
}

token_params parsed(const json& body, token_params existing = {}) {
  return parse(field_data{fields(), {}, body}, std::move(existing)).value();
}

std::string refused(const json& body, token_params existing = {}) {
  auto result = parse(field_data{fields(), {}, body}, std::move(existing));
  return result ? "" : result.error();
}

std::string take_old(const json& body, token_params& params) {
  return take_old_names(field_data{fields(), {}, body}, {"policies", "ttl", "max_ttl"}, params);
}

} // namespace

TEST_CASE("parameters that were not written read as the server's defaults (R-1713)") {
  const json expected = {{"token_bound_cidrs", json::array()},
                         {"token_explicit_max_ttl", 0},
                         {"token_max_ttl", 0},
                         {"token_no_default_policy", false},
                         {"token_num_uses", 0},
                         {"token_period", 0},
                         {"token_policies", json::array()},
                         {"token_strictly_bind_ip", false},
                         {"token_ttl", 0},
                         {"token_type", "default"}};
  CHECK(to_json(parsed(json::object())) == expected);
}

TEST_CASE("policies are kept as written, apart from blanks (R-1713)") {
  CHECK(parsed({{"token_policies", "a, B,a"}}).policies == std::vector<std::string>{"a", "B", "a"});
  CHECK(parsed({{"token_policies", {"root"}}}).policies == std::vector<std::string>{"root"});
  CHECK(parsed({{"token_policies", ""}}).policies.empty());
}

TEST_CASE("a write changes only the fields given (R-1711)") {
  auto before = parsed({{"token_ttl", "5m"}, {"token_policies", "x"}});
  auto after = parsed({{"token_max_ttl", "1h"}}, before);
  CHECK(after.ttl == 5min);
  CHECK(after.max_ttl == 1h);
  CHECK(after.policies == std::vector<std::string>{"x"});
}

TEST_CASE("contradictory parameters are refused with the server's texts (R-704, R-1712, R-1713)") {
  CHECK(refused({{"token_ttl", "10s"}, {"token_max_ttl", "5s"}}) ==
        "'token_ttl' cannot be greater than 'token_max_ttl'");
  CHECK(refused({{"token_type", "weird"}}) == "invalid 'token_type' value \"weird\"");
  CHECK(refused({{"token_num_uses", -1}}) == "'token_num_uses' cannot be negative");
  CHECK(refused({{"token_type", "batch"}, {"token_num_uses", 1}}) ==
        "'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with "
        "limited use count");
  CHECK(refused({{"token_type", "default-batch"}, {"token_period", "1s"}}) ==
        "'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic "
        "tokens");
  CHECK(refused({{"token_bound_cidrs", "nonsense"}}) ==
        "error parsing address \"nonsense\": Unable to convert \"nonsense\" to an IPv4 or IPv6 "
        "address, or a UNIX Socket");
}

TEST_CASE("what was written before counts in the tests of a later write (R-704)") {
  auto before = parsed({{"token_max_ttl", "5s"}});
  CHECK(refused({{"token_ttl", "6s"}}, before) ==
        "'token_ttl' cannot be greater than 'token_max_ttl'");
  CHECK(refused({{"token_ttl", "5s"}}, before).empty());
  auto limited = parsed({{"token_num_uses", 2}});
  CHECK_FALSE(refused({{"token_type", "batch"}}, limited).empty());
}

TEST_CASE("an address with a full mask is shown without it (R-1713)") {
  CHECK(parsed({{"token_bound_cidrs", "127.0.0.1/32,10.9.0.0/16,::1/128"}}).bound_cidrs ==
        std::vector<std::string>{"127.0.0.1", "10.9.0.0/16", "::1"});
}

TEST_CASE("old names are read back under both names, new ones win (R-1713)") {
  auto params = parsed(json::object());
  const json old = {{"ttl", "1h"}, {"policies", "a"}};
  REQUIRE(take_old(old, params).empty());
  CHECK(params.ttl == 1h);
  auto shown = to_json(params);
  CHECK(shown["ttl"] == 3600);
  CHECK(shown["token_ttl"] == 3600);
  CHECK(shown["policies"] == json{"a"});
  CHECK_FALSE(shown.contains("max_ttl"));

  const json both = {{"ttl", "2h"}, {"token_ttl", "3h"}};
  params = parsed(both, params);
  REQUIRE(take_old(both, params).empty());
  CHECK(to_json(params)["ttl"] == 10800);

  const json fresh = {{"token_ttl", "4h"}};
  params = parsed(fresh, params);
  REQUIRE(take_old(fresh, params).empty());
  CHECK_FALSE(to_json(params).contains("ttl"));
}

TEST_CASE("two policy lists are equivalent whatever their order, case and default (R-416)") {
  CHECK(equivalent_policies({"B", "a"}, {"default", "a", "b"}));
  CHECK(equivalent_policies({}, {"default"}));
  CHECK_FALSE(equivalent_policies({"a"}, {"a", "b"}));
}
