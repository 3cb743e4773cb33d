#include "actors/policy/parse.hpp"
#include "tests/support/render_policy.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::policy;

namespace {

// Pieces that policies are made of, so that random texts get past the first token.
std::string some_text() {
  auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "path", " ", "\"a\"", "\"a/+/b*\"", "{", "}", "[", "]", "=", ",", ":", "\n", "capabilities",
      "\"read\"", "\"deny\"", "allowed_parameters", "\"path\"", "\"capabilities\"", "expiration",
      "\"2100-01-01T00:00:00Z\"", "max_wrapping_ttl", "1h", "5", "-1.5e3", "true", "null", "/*",
      "*/", "#", "<<E\n", "\nE\n", "\"", "\\", "\\x", "\\u12", "${", "'", "{{", "}}", "\xff",
      "\xc3\xa4"));
  std::string out;
  for (const auto& piece : pieces)
    out += piece;
  return out;
}

std::string some_name() {
  return *rc::gen::container<std::string>(
      rc::gen::element('a', 'b', '/', '"', '\\', '$', '{', '*', '+', '\n', ' ', '\x01', '-', '7'));
}

nlohmann::json some_value() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return some_name();
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<int>();
    default:
      return nlohmann::json::array({some_name()});
  }
}

parameter_rules some_parameters() {
  parameter_rules out;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    auto& values = out[some_name()];
    for (int n = *rc::gen::inRange(0, 3); n > 0; --n)
      values.push_back(some_value());
  }
  return out;
}

// A block in the form that reading gives it.
path_rule some_rule() {
  path_rule rule;
  auto path = *rc::gen::element<std::string>("a", "a/b", "/a", "", "a\"b\\", "a/${x}", "a*b", "a+");
  auto form = *rc::gen::inRange(0, 3);
  // `a+*` is not a pattern.
  rule.is_prefix = form == 1 && path != "a+";
  rule.has_plus = form == 2;
  rule.pattern = form == 2 ? path + "/+/c*" : path;
  if (*rc::gen::inRange(0, 5) == 0) {
    rule.capabilities = capability::deny;
    return rule;
  }
  for (auto one : {capability::create, capability::read, capability::sudo, capability::scan})
    if (*rc::gen::arbitrary<bool>())
      rule.capabilities |= one;
  rule.allowed_parameters = some_parameters();
  rule.denied_parameters = some_parameters();
  for (int n = *rc::gen::inRange(0, 3); n > 0; --n)
    rule.required_parameters.push_back(some_name());
  rule.min_wrapping_ttl = duration{*rc::gen::inRange<std::int64_t>(0, 1000)};
  if (*rc::gen::arbitrary<bool>())
    rule.max_wrapping_ttl = rule.min_wrapping_ttl + duration{*rc::gen::inRange(0, 1000)};
  rule.pagination_limit = *rc::gen::inRange(0, 9);
  if (*rc::gen::arbitrary<bool>())
    rule.expiration = *rc::gen::inRange<std::int64_t>(1, 4'000'000'000);
  return rule;
}

} // namespace

TEST_CASE("reading a policy survives any text, and what it accepts reads back (R-1716)") {
  CHECK(rc::check([] {
    auto text = some_text();
    const auto first = read_policy("p", text, 0);
    if (!first) {
      RC_ASSERT(!first.error().text.empty());
      return;
    }
    const auto again = read_policy("p", render_policy(*first), 0);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *first);
  }));
}

TEST_CASE("reading a policy survives any bytes") {
  CHECK(rc::check([](const std::string& bytes) {
    auto native = read_policy("p", bytes, 0);
    auto json = read_policy("p", '{' + bytes, 0);
    RC_ASSERT(native || !native.error().text.empty());
    RC_ASSERT(json || !json.error().text.empty());
  }));
}

TEST_CASE("a rendered policy reads back to itself") {
  CHECK(rc::check([] {
    lapse::policy::policy p;
    p.name = "p";
    for (int n = *rc::gen::inRange(0, 4); n > 0; --n)
      p.rules.push_back(some_rule());
    auto text = render_policy(p);
    RC_LOG() << text;
    const auto result = read_policy("p", text, 0);
    RC_ASSERT(result.has_value());
    RC_ASSERT(*result == p);
  }));
}
