#include "actors/api/field.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::api;
using namespace std::chrono_literals;
using json = nlohmann::json;
using texts = std::vector<std::string>;

namespace {

const std::string failed = "error converting input for field \"f\": ";

/// A body whose field `f` is `value`.
json with(json value) { return {{"f", std::move(value)}}; }

} // namespace

TEST_CASE("a text field takes numbers and flags as text, null as absent (R-1709)") {
  CHECK(field_reader{with(5)}.text("f").value == "5");
  CHECK(field_reader{with(true)}.text("f").value == "1");
  CHECK(field_reader{with("x")}.text("f").value == "x");
  const auto null = with(nullptr);
  CHECK_FALSE(field_reader{null}.text("f").given());
  CHECK(field_reader{null}.text("f").ok());
  const auto list = with(json::array());
  CHECK(field_reader{list}.text("f").error ==
        failed + "'' expected type 'string', got unconvertible type '[]interface {}'");
  const auto object = with(json::object());
  CHECK(field_reader{object}.text("f").error ==
        failed + "'' expected type 'string', got unconvertible type 'map[string]interface {}'");
}

TEST_CASE("an integer field takes digits in a text, and nothing with a fraction (R-1709)") {
  const auto syntax = failed + "'' cannot parse value as 'int': strconv.ParseInt: invalid syntax";
  CHECK(field_reader{with("3")}.integer("f").value == 3);
  CHECK(field_reader{with(-7)}.integer("f").value == -7);
  CHECK(field_reader{with("0x10")}.integer("f").value == 16);
  CHECK(field_reader{with("x")}.integer("f").error == syntax);
  CHECK(field_reader{with(2.5)}.integer("f").error == syntax);
  CHECK(field_reader{with("99999999999999999999")}.integer("f").error ==
        failed + "'' cannot parse value as 'int': strconv.ParseInt: value out of range");
  CHECK(field_reader{with("-9223372036854775808")}.integer("f").value ==
        std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("a flag takes the texts of a flag (R-1709)") {
  CHECK(field_reader{with("true")}.boolean("f").value == true);
  CHECK(field_reader{with("1")}.boolean("f").value == true);
  CHECK(field_reader{with("false")}.boolean("f").value == false);
  CHECK(field_reader{with(0)}.boolean("f").value == false);
  CHECK(field_reader{with("maybe")}.boolean("f").error ==
        failed + "'' cannot parse value as 'bool': strconv.ParseBool: invalid syntax");
}

TEST_CASE("a duration field is whole seconds and not negative (R-1710)") {
  CHECK(field_reader{with("1h")}.seconds("f").value == 1h);
  CHECK(field_reader{with(90)}.seconds("f").value == 90s);
  CHECK(field_reader{with("1500ms")}.seconds("f").value == 1s);
  CHECK(field_reader{with("")}.seconds("f").value == 0s);
  CHECK(field_reader{with("-3s")}.seconds("f").error ==
        failed + "cannot provide negative value '-3'");
  CHECK(field_reader{with("junk")}.seconds("f").error ==
        failed + "time: invalid duration \"junk\"");
  CHECK(field_reader{with(5.5)}.seconds("f").error ==
        failed + "time: missing unit in duration \"5.5\"");
  for (const auto& value : {json(true), json::array(), json::object()}) {
    CAPTURE(value.dump());
    const auto body = with(value);
    CHECK(field_reader{body}.seconds("f").error == failed + "could not parse duration from input");
  }
}

TEST_CASE("a list field takes one value as a list, and an empty object as none (R-1709)") {
  CHECK(field_reader{with({"a", 5, true})}.list("f").value == texts{"a", "5", "1"});
  CHECK(field_reader{with("a,b")}.list("f").value == texts{"a,b"});
  CHECK(field_reader{with("a, b")}.comma_list("f").value == texts{"a", "b"});
  CHECK(field_reader{with("")}.comma_list("f").value == texts{});
  CHECK(field_reader{with(5)}.list("f").value == texts{"5"});
  const auto object = with(json::object());
  CHECK(field_reader{object}.list("f").value == texts{});
  const auto nested = with(json::array({json::object()}));
  CHECK(field_reader{nested}.list("f").error ==
        failed + "decoding failed due to the following error(s):\n\n'[0]' expected type 'string', "
                 "got unconvertible type 'map[string]interface {}'");
}

TEST_CASE("a field of pairs takes an object, key=value texts and an empty list (R-1709)") {
  using map = std::map<std::string, std::string>;
  CHECK(field_reader{with({{"n", 5}, {"e", nullptr}})}.pairs("f").value ==
        map{{"n", "5"}, {"e", ""}});
  CHECK(field_reader{with("a=b=c")}.pairs("f").value == map{{"a", "b=c"}});
  const auto none = with(json::array());
  CHECK(field_reader{none}.pairs("f").value == map{});
  CHECK(field_reader{with("nope")}.pairs("f").error == failed + "invalid key pair \"nope\"");
  const auto nested = with({{"a", json::object()}});
  CHECK(field_reader{nested}.pairs("f").error ==
        failed + "decoding failed due to the following error(s):\n\n'[0]' expected type 'string', "
                 "got unconvertible type 'map[string]interface {}'");
}

TEST_CASE("a body that is no object has no fields") {
  const json list = {1, 2};
  CHECK_FALSE(field_reader{list}.has("f"));
}

TEST_CASE("an integer may have underscores between its digits, as Go reads it") {
  CHECK(decode_integer("1_000") == 1000);
  CHECK(decode_integer("0x_1f") == 31);
  for (auto text : {"_1", "1_", "1__0", "_"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_integer(text).has_value());
  }
}

TEST_CASE("a field of integers splits a text at commas") {
  CHECK(decode_comma_integers("1,2,3").value() == std::vector<std::int64_t>{1, 2, 3});
  CHECK_FALSE(decode_comma_integers("1, 2"));
  CHECK(decode_comma_integers(json{4, "5"}).value() == std::vector<std::int64_t>{4, 5});
  CHECK(decode_comma_integers("").value().empty());
  CHECK_FALSE(decode_comma_integers("a").has_value());
}

TEST_CASE("null is the zero of every kind") {
  CHECK(decode_text(nullptr).value().empty());
  CHECK(decode_integer(nullptr) == 0);
  CHECK(decode_boolean(nullptr) == false);
  CHECK(decode_seconds(nullptr) == 0s);
  CHECK(decode_list(nullptr).value().empty());
  CHECK(decode_comma_list(nullptr).value().empty());
  CHECK(decode_pairs(nullptr).value().empty());
}
