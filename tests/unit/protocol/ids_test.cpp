#include "actors/protocol/ids.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <regex>
#include <set>
#include <vector>

using namespace lapse;

namespace {

const std::vector<std::uint64_t> numbers = [] {
  std::vector<std::uint64_t> result{1, 2, 3, 62, 1ULL << 32, ~0ULL, ~0ULL - 1};
  for (std::uint64_t i = 0; i < 2000; ++i)
    result.push_back(derive(7, i));
  return result;
}();

token_name service(std::uint64_t number) {
  return {token_id{number}, token_type::service, nullptr};
}

token_name batch(std::uint64_t number) { return {token_id{number}, token_type::batch, nullptr}; }

std::shared_ptr<const std::string> shared(const char* text) {
  return std::make_shared<const std::string>(text);
}

lease_name secret(std::uint64_t number, std::uint64_t order) {
  return {lease_id{number}, {}, shared("db/creds/app"), order};
}

} // namespace

TEST_CASE("ids have the shapes of the real server (R-103, R-105, R-108, R-109, R-110)") {
  const std::regex service_shape{"s\\.[0-9A-Za-z]{24}"}, batch_shape{"b\\.[-_0-9A-Za-z]{80,}"},
      accessor_shape{"[0-9A-Za-z]{24}"}, salt_shape{"h[0-9a-f]{64}"},
      custom_salt_shape{"[0-9a-f]{40}"}, lease_shape{"db/creds/app/[0-9A-Za-z]{24}"},
      uuid_shape{"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"};
  for (const auto number : numbers) {
    CHECK(std::regex_match(text(service(number)), service_shape));
    CHECK(std::regex_match(text(batch(number)), batch_shape));
    CHECK(std::regex_match(accessor_text(service(number)), accessor_shape));
    CHECK(std::regex_match(salted_text(service(number)), salt_shape));
    CHECK(std::regex_match(text(secret(number, number)), lease_shape));
    CHECK(std::regex_match(uuid_text(number), uuid_shape));
  }
  const token_name chosen{token_id{5}, token_type::service, shared("mine")};
  CHECK(text(chosen) == "mine");
  CHECK(std::regex_match(salted_text(chosen), custom_salt_shape));
  CHECK(accessor_text(batch(5)).empty());
}

TEST_CASE("ids that were rendered read back as their number") {
  for (const auto number : numbers) {
    CHECK(parse_token(text(service(number))) == token_id{number});
    CHECK(parse_token(text(batch(number))) == token_id{number});
    CHECK(parse_accessor(accessor_text(service(number))) == token_id{number});
    const auto lease_text = text(secret(number, number / 3));
    const auto lease = parse_lease(lease_text);
    REQUIRE(lease);
    CHECK(lease->lease == lease_id{number});
    CHECK(!lease->token);
    CHECK(lease->path == "db/creds/app");
    CHECK(lease->order == number / 3);
    const auto own_text = text(lease_name{{}, service(number), shared("auth/token/create"), 0});
    const auto own = parse_lease(own_text);
    REQUIRE(own);
    CHECK(own->token == token_id{number});
    CHECK(!own->lease);
    CHECK(own->path == "auth/token/create");
  }
}

TEST_CASE("a text altered in one character is no id") {
  const auto altered = [](std::string text, std::size_t at) {
    text[at] = text[at] == '7' ? '8' : '7';
    return text;
  };
  for (const auto number : {1ULL, 77ULL, 1ULL << 63}) {
    const auto token = text(service(number));
    for (std::size_t i = 0; i < token.size(); ++i)
      CHECK(!parse_token(altered(token, i)));
    const auto blob = text(batch(number));
    for (std::size_t i = 0; i < blob.size(); ++i)
      CHECK(!parse_token(altered(blob, i)));
    const auto accessor = accessor_text(service(number));
    for (std::size_t i = 0; i < accessor.size(); ++i)
      CHECK(!parse_accessor(altered(accessor, i)));
    const auto own = text(lease_name{{}, service(number), shared("p"), 0});
    for (std::size_t i = 3; i < own.size(); ++i)
      CHECK(!parse_lease(altered(own, i)));
    // A lease tail has a two-character check: what passes it names another lease.
    const auto lease = text(secret(number, 5));
    for (std::size_t i = 13; i < lease.size(); ++i) {
      const auto parsed = parse_lease(altered(lease, i));
      CHECK((!parsed || parsed->lease != lease_id{number}));
    }
  }
}

TEST_CASE("odd texts are no ids") {
  for (const std::string odd : {"", "s", "s.", "b.", "root", "s.bogusbogusbogusbogus00000",
                                "s.000000000000000000000000", "s.zzzzzzzzzzzzzzzzzzzzzzzz"}) {
    CAPTURE(odd);
    CHECK(!parse_token(odd));
    CHECK(!parse_accessor(odd));
    CHECK(!parse_lease(odd));
    CHECK(!parse_lease("a/" + odd));
  }
  CHECK(!parse_token(std::string(1 << 20, 's')));
  CHECK(!parse_accessor(std::string(24, '\xff')));
  CHECK(!parse_token(std::string("s.") + std::string(24, '\0')));
  CHECK(!parse_lease("a/h" + std::string(64, 'g')));
}

TEST_CASE("id, accessor and salt of one token share no start") {
  for (const auto number : numbers) {
    const auto token = text(service(number)), accessor = accessor_text(service(number));
    CHECK(token.substr(2, 6) != accessor.substr(0, 6));
    CHECK(token.substr(2, 6) != salted_text(service(number)).substr(1, 6));
  }
}

TEST_CASE("salt_order compares like the salted texts it stands for (R-511)") {
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    const auto a = numbers[i - 1], b = numbers[i];
    CHECK((salt_order(token_id{a}) < salt_order(token_id{b})) ==
          (salted_text(service(a)) < salted_text(service(b))));
  }
}

TEST_CASE("a chosen id's salt depends on its text alone and is recognised in lease ids") {
  const token_name one{token_id{5}, token_type::service, shared("mine")},
      again{token_id{6}, token_type::service, shared("mine")},
      other{token_id{5}, token_type::service, shared("minf")};
  CHECK(salted_text(one) == salted_text(again));
  CHECK(salted_text(one) != salted_text(other));
  const auto lease_text = text(lease_name{{}, one, shared("auth/token/create"), 0});
  const auto lease = parse_lease(lease_text);
  REQUIRE(lease);
  CHECK(!lease->token);
  CHECK(!lease->lease);
  CHECK(lease->custom_salt == salted_text(one));
}

TEST_CASE("lease ids of one owner sort in order of issue") {
  for (const std::uint64_t owner : {0ULL, 1ULL, 99ULL, ~0ULL}) {
    std::string last;
    for (std::uint64_t ordinal = 0; ordinal < 3000; ++ordinal) {
      const auto next = text(secret(derive(owner, ordinal), lease_order(owner, ordinal)));
      CHECK(last < next);
      last = next;
    }
  }
}

TEST_CASE("lease_order grows without overflow up to ordinals no run reaches") {
  for (const std::uint64_t owner : {0ULL, 42ULL, ~0ULL}) {
    std::uint64_t last = lease_order(owner, 0);
    for (std::uint64_t ordinal = 1; ordinal < 100'000; ++ordinal) {
      const auto next = lease_order(owner, ordinal);
      if (next <= last)
        FAIL("not increasing at " << ordinal);
      last = next;
    }
    for (const std::uint64_t ordinal : {(1ULL << 20), (1ULL << 24) - 2, (1ULL << 24) - 1,
                                        1ULL << 24, (1ULL << 24) + 1, 1ULL << 40, 1ULL << 61}) {
      const auto next = lease_order(owner, ordinal);
      CHECK(next > last);
      last = next;
    }
  }
}

TEST_CASE("rendered texts of distinct numbers are distinct") {
  std::set<std::string> seen;
  for (const auto number : numbers)
    for (const auto& made :
         {text(service(number)), text(batch(number)), accessor_text(service(number)),
          salted_text(service(number)), uuid_text(number), text(secret(number, 1))})
      CHECK(seen.insert(made).second);
}
