#include "reports/csv/csv_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/reports/hostile.hpp"

#include <algorithm>

using namespace lapse;
using namespace lapse::csv;
using namespace lapse::test;

namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream in{line};
  for (std::string cell; std::getline(in, cell, ',');)
    result.push_back(cell);
  return result;
}

/// Cells of a column, without its header.
std::vector<std::string> column(const std::string& text, const std::string& name) {
  std::vector<std::string> result;
  const auto lines = lines_of(text);
  const auto head = cells_of(lines.at(0));
  const auto at =
      static_cast<std::size_t>(std::find(head.begin(), head.end(), name) - head.begin());
  for (std::size_t i = 1; i < lines.size(); ++i)
    result.push_back(cells_of(lines[i]).at(at));
  return result;
}

} // namespace

TEST_CASE("counts over time have a row for each instant at which one changed") {
  auto text = written<csv_report>(cloud_keys);
  INFO(text);
  CHECK(column(text, "time") == std::vector<std::string>{"0s", "1h", "1h1s"});
  CHECK(column(text, "tokens_live") == std::vector<std::string>{"3", "1", "1"});
  CHECK(column(text, "secret_leases_live") == std::vector<std::string>{"1", "0", "0"});
  CHECK(column(text, "backend_revocations") == std::vector<std::string>{"0", "1", "1"});
  CHECK(text.find("\r\n") < text.size());
}

TEST_CASE("an instant at which nothing changed has no row") {
  auto text = written<csv_report>([](story& s) {
    s.begin("quiet");
    s.token("a", {}, 1h);
    s.at(5s);
    s.emit(warning_raised{"nothing of this counts"});
    s.end();
  });
  CHECK(column(text, "time_ns") == std::vector<std::string>{"0"});
}

TEST_CASE("a deadline counts once it has passed, though its revocation comes late") {
  auto text = written<csv_report>([](story& s) {
    s.begin("sealed meanwhile");
    auto a = s.token("a", {}, 1h);
    s.at(2h);
    s.end_token(a, end_cause::deadline);
    s.end();
  });
  INFO(text);
  CHECK(column(text, "time") == std::vector<std::string>{"0s", "1h", "2h"});
  CHECK(column(text, "tokens_live") == std::vector<std::string>{"1", "0", "0"});
  CHECK(column(text, "leases") == std::vector<std::string>{"1", "1", "0"});
}

TEST_CASE("a renewal moves the deadline that counts, nearer or further") {
  auto text = written<csv_report>([](story& s) {
    s.begin("renewed");
    auto a = s.token("a", {}, 1h);
    auto b = s.token("b", {}, 1h);
    s.at(30min);
    s.emit(token_renewed{a, 2h, 2h + 30min, ttl_bound::increment});
    s.emit(token_renewed{b, 5min, 35min, ttl_bound::increment});
    s.at(3h);
    s.emit(warning_raised{"later"});
    s.end();
  });
  INFO(text);
  CHECK(column(text, "time") == std::vector<std::string>{"0s", "30m", "35m", "2h30m"});
  CHECK(column(text, "tokens_live") == std::vector<std::string>{"2", "2", "1", "0"});
}

TEST_CASE("a batch token is counted to the end of its parent (R-122)") {
  auto text = written<csv_report>([](story& s) {
    s.begin("batch");
    auto a = s.token("a", {}, 1h);
    token_facts batch;
    batch.name = {{77}, token_type::batch, nullptr};
    batch.parent = a;
    batch.ttl = 4h;
    batch.expire = 4h;
    s.emit(token_created{std::make_shared<const token_facts>(batch)});
    s.at(1h);
    s.end_token(a, end_cause::deadline);
    s.at(4h);
    s.emit(token_ended{{77}, end_cause::deadline, {}});
    s.end();
  });
  INFO(text);
  CHECK(column(text, "tokens_live") == std::vector<std::string>{"2", "0"});
}

TEST_CASE("no name gets into a table of counts") {
  auto text = written<csv_report>(hostile_run);
  for (const auto& line : lines_of(text))
    CHECK(line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789,\r") == std::string::npos);
  CHECK(lines_of(text).size() == 3);
  CHECK(lines_of(written<csv_report>(empty_run)).size() == 2);
}
