#include "actors/ttl/calculate.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace lapse;
using namespace lapse::ttl;
using namespace std::chrono_literals;

namespace {

using texts = std::vector<std::string>;

// A mount without tuning.
ttl_inputs untuned() {
  ttl_inputs in;
  in.mount_default = 768h;
  in.mount_max = 768h;
  return in;
}

std::string w1(const std::string& period, const std::string& max) {
  return "period of \"" + period + "\" exceeded the effective max_ttl of \"" + max +
         "\"; period value is capped accordingly";
}

std::string w2(const std::string& ttl, const std::string& left) {
  return "TTL of \"" + ttl + "\" exceeded the effective max_ttl of \"" + left +
         "\"; TTL value is capped accordingly";
}

} // namespace

TEST_CASE("a token created without a TTL gets the default (R-231, R-240)") {
  auto result = calculate_ttl(untuned());
  CHECK(result.error == nullptr);
  CHECK(result.ttl == 2764800s);
  CHECK(result.warnings.empty());
  CHECK(result.bound == ttl_bound::mount_default);
}

TEST_CASE("a TTL within the maximum is granted, one above it is cut with W2 (R-240)") {
  auto in = untuned();
  in.backend_ttl = 1h;
  CHECK(calculate_ttl(in).ttl == 1h);
  CHECK(calculate_ttl(in).bound == ttl_bound::own);
  in.backend_ttl = 1000h;
  auto result = calculate_ttl(in);
  CHECK(result.ttl == 768h);
  CHECK(result.warnings == texts{w2("1000h", "768h")});
  CHECK(result.bound == ttl_bound::mount_max);
}

TEST_CASE("an explicit maximum cuts the requested TTL and the default alike (R-240)") {
  auto in = untuned();
  in.explicit_max = 30min;
  CHECK(calculate_ttl(in).warnings == texts{w2("768h", "30m")});
  in.backend_ttl = 1h;
  auto result = calculate_ttl(in);
  CHECK(result.ttl == 30min);
  CHECK(result.warnings == texts{w2("1h", "30m")});
  CHECK(result.bound == ttl_bound::explicit_max);
  in.explicit_max = 2h;
  result = calculate_ttl(in);
  CHECK(result.ttl == 1h);
  CHECK(result.warnings.empty());
}

TEST_CASE("parts of a second survive the calculation (R-1306, duration-forms)") {
  auto in = untuned();
  in.explicit_max = 500ms;
  auto result = calculate_ttl(in);
  CHECK(result.ttl == 500ms);
  CHECK(result.warnings == texts{w2("768h", "500ms")});
}

TEST_CASE("a period is granted again and again, up to the maximum with W1 (R-240)") {
  auto in = untuned();
  in.period = 1h;
  in.start = 0s;
  in.now = 5000h;
  auto result = calculate_ttl(in);
  CHECK(result.error == nullptr);
  CHECK(result.ttl == 1h);
  CHECK(result.bound == ttl_bound::period);
  in.period = 1000h;
  result = calculate_ttl(in);
  CHECK(result.ttl == 768h);
  CHECK(result.warnings == texts{w1("1000h", "768h")});
  CHECK(result.bound == ttl_bound::mount_max);
}

TEST_CASE("a periodic token ends at its explicit maximum (R-240)") {
  SECTION("at creation the period is cut to it with W1, and then less and less is left") {
    auto in = untuned();
    in.mount_max = 10s;
    in.period = 5s;
    in.explicit_max = 4s;
    auto result = calculate_ttl(in);
    CHECK(result.ttl == 4s);
    CHECK(result.warnings == texts{w1("5s", "4s")});
    in.start = 0s;
    in.now = 2s;
    CHECK(calculate_ttl(in).ttl == 2s);
  }
  SECTION("later the remainder cuts the period with W2") {
    auto in = untuned();
    in.period = 1h;
    in.explicit_max = 3h;
    in.start = 0s;
    in.now = 150min;
    auto result = calculate_ttl(in);
    CHECK(result.ttl == 30min);
    CHECK(result.warnings == texts{w2("1h", "30m")});
    CHECK(result.bound == ttl_bound::explicit_max);
  }
}

TEST_CASE("a renewal counts from now and can shorten (R-240)") {
  auto in = untuned();
  in.start = 0s;
  in.backend_ttl = 1h;
  in.now = 30min;
  in.increment = 2h;
  CHECK(calculate_ttl(in).ttl == 2h);
  in.now = 10min;
  in.increment = 10s;
  CHECK(calculate_ttl(in).ttl == 10s);
  CHECK(calculate_ttl(in).bound == ttl_bound::increment);
}

TEST_CASE("a renewal near the maximum gets what is left (R-240, renew-arithmetic 5.4)") {
  auto in = untuned();
  in.start = 0s;
  in.increment = 100h;
  in.now = 700h;
  auto result = calculate_ttl(in);
  CHECK(result.ttl == 68h);
  CHECK(result.warnings == texts{w2("100h", "68h")});
  in.increment = 2000h;
  in.now = 5401ms;
  CHECK(calculate_ttl(in).warnings == texts{w2("2000h", "767h59m55s")});
}

TEST_CASE("both clocks are floored to the second before they meet (R-231)") {
  auto in = untuned();
  in.mount_max = 10s;
  in.start = 1900ms;
  in.now = 10999ms;
  in.increment = 60s;
  CHECK(calculate_ttl(in).ttl == 1s);
}

TEST_CASE("past the maximum a renewal is refused, and so is a maximum of nothing (R-231)") {
  auto in = untuned();
  in.start = 0s;
  in.now = 768h;
  REQUIRE(calculate_ttl(in).error != nullptr);
  CHECK(std::string{calculate_ttl(in).error} == "past the max TTL, cannot renew");
  in.mount_max = 0s;
  REQUIRE(calculate_ttl(in).error != nullptr);
  CHECK(std::string{calculate_ttl(in).error} == "max TTL must be greater than zero");
}

TEST_CASE("the backend's maximum counts only where it is below the mount's (R-231)") {
  auto in = untuned();
  in.backend_ttl = 2h;
  in.backend_max = 1h;
  auto result = calculate_ttl(in);
  CHECK(result.ttl == 1h);
  CHECK(result.bound == ttl_bound::backend_max);
  in.backend_max = 1000h;
  CHECK(calculate_ttl(in).ttl == 2h);
}
