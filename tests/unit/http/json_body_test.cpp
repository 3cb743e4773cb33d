// R-1220

#include "actors/http/json_body.hpp"

#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::http;
using json = nlohmann::json;

namespace {

std::string error_of(std::string_view text) {
  const auto read = read_json_body(text);
  if (read)
    return {};
  const std::string start = "failed to decode JSON input: ";
  CHECK(read.error().starts_with(start));
  return read.error().substr(start.size());
}

} // namespace

TEST_CASE("of a body's values the first counts") {
  CHECK(read_json_body("").value().is_null());
  CHECK(read_json_body(" \r\n\t").value().is_null());
  CHECK(read_json_body("null").value().is_null());
  CHECK(read_json_body(R"({"a":1}{"b":2})").value() == json{{"a", 1}});
  CHECK(read_json_body(R"({"a":1,"a":{"b":[1,{},[]]}} [)").value() ==
        json{{"a", {{"b", {1, json::object(), json::array()}}}}});
  CHECK(read_json_body("7 true").value() == 7);
}

TEST_CASE("numbers and texts are read as Go reads them") {
  CHECK(read_json_body("[0,-1,1.5e3,18446744073709551615]").value() ==
        json::parse("[0,-1,1.5e3,18446744073709551615]"));
  CHECK(read_json_body("1e999").value() == "1e999");
  CHECK(read_json_body(R"("\ud83d\ude00\u00e9\n\/")").value() == "\xf0\x9f\x98\x80\xc3\xa9\n/");
  const std::string replaced = "\xef\xbf\xbd";
  CHECK(read_json_body(R"("\ud800")").value() == replaced);
  CHECK(read_json_body(R"("\ud800\u0041")").value() == replaced + "A");
  CHECK(read_json_body("\"a\xff\xc3\"").value() == "a" + replaced + replaced);
}

TEST_CASE("a mistake is told as Go tells it") {
  CHECK(error_of("{") == "unexpected EOF");
  CHECK(error_of("[1,") == "unexpected EOF");
  CHECK(error_of("\"a") == "unexpected EOF");
  CHECK(error_of("-") == "unexpected EOF");
  CHECK(error_of("nope") == "invalid character 'o' in literal null (expecting 'u')");
  CHECK(error_of("{}x") == "invalid character 'x' looking for beginning of value");
  CHECK(error_of("{\"a\":NaN}") == "invalid character 'N' looking for beginning of value");
  CHECK(error_of("\xef\xbb\xbf{}") ==
        "invalid character '\xc3\xaf' looking for beginning of value");
  CHECK(error_of("{x}") == "invalid character 'x'");
  CHECK(error_of("{\"a\":1,}") ==
        "invalid character '}' looking for beginning of object key string");
  CHECK(error_of("{\"a\" 1}") == "invalid character '1' after object key");
  CHECK(error_of("{\"a\":1 \"b\"}") == "invalid character '\"' after object key:value pair");
  CHECK(error_of("[1 2]") == "invalid character '2' after array element");
  CHECK(error_of("[1x]") == "invalid character 'x' after array element");
  CHECK(error_of("01") == "");
  CHECK(error_of("[01]") == "invalid character '1' after array element");
  CHECK(error_of("1.x") == "invalid character 'x' after decimal point in numeric literal");
  CHECK(error_of("1e'") == R"(invalid character '\'' in exponent of numeric literal)");
  CHECK(error_of("-a") == "invalid character 'a' in numeric literal");
  CHECK(error_of("\"\n\"") == R"(invalid character '\n' in string literal)");
  CHECK(error_of(R"("\x")") == "invalid character 'x' in string escape code");
  CHECK(error_of(R"("\u00g0")") == R"(invalid character 'g' in \u hexadecimal character escape)");
  CHECK(error_of(std::string(100'000, '[')) == "exceeded max depth");
}

TEST_CASE("what is no object is named by its kind") {
  CHECK(object_error(json::object(), any_object).empty());
  CHECK(object_error(nullptr, any_object).empty());
  for (auto [value, name] : {std::pair{json::array(), "array"}, std::pair{json("x"), "string"},
                             std::pair{json(true), "bool"}, std::pair{json(1.5), "number"}})
    CHECK(object_error(value, "T") ==
          std::string{"failed to decode JSON input: json: cannot unmarshal "} + name +
              " into Go value of type T");
}
