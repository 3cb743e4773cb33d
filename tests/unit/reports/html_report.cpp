#include "reports/html/html_report.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/reports/story.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

using namespace lapse;
using namespace lapse::html;
using namespace lapse::test;

namespace {

std::string page(const std::function<void(story&)>& tell, html_options options = {}) {
  std::ostringstream out;
  html_report reader{out, std::move(options)};
  story s{reader};
  tell(s);
  return out.str();
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The page without what is ours alone: its style and its script.
std::string body(const std::string& text) {
  auto first = text.find("<body>");
  return text.substr(first, text.rfind("<script>") - first);
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t result = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++result;
  return result;
}

/// A scheduler that dies early takes `jobs` jobs along, each of them with an account.
void fleet(story& s, std::size_t jobs) {
  s.begin("a fleet");
  auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
  auto scheduler = s.token("scheduler", root, 3h);
  std::vector<token_id> tokens;
  std::vector<lease_id> leases;
  for (std::size_t i = 1; i <= jobs; ++i) {
    s.at(instant{std::chrono::milliseconds{i * 10}});
    tokens.push_back(s.token("job" + std::to_string(i), scheduler, 10h));
    if (i % 2 == 0)
      leases.push_back(
          s.lease("account" + std::to_string(i), tokens.back(), "database/creds/app", 5h));
  }
  s.at(3h);
  for (std::size_t i = 0; i < leases.size(); ++i)
    s.end_lease(leases[i], end_cause::ancestor, scheduler, tokens[2 * i + 1]);
  for (auto token : tokens)
    s.end_token(token, end_cause::ancestor, scheduler);
  s.end_token(scheduler, end_cause::deadline);
  s.end();
}

/// Everything that a scenario, a server's answer or a file can bring onto the page is `text`.
void hostile(story& s, const std::string& text) {
  s.begin(text, text);
  auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
  auto app = s.token(text, root, 1h);
  auto job = s.token(text + "2", app, 4h);
  auto keys = s.lease("", job, "aws/creds/" + text, 9h);
  auto left = s.lease(text + "3", root, "aws/creds/" + text, 9h);
  s.at(10min);
  s.emit(lease_renewed{left, 9h, 10h, ttl_bound::increment});
  s.emit(warning_raised{text});
  s.emit(unexpected_refusal{3, text, 403, text});
  s.emit(rule_broken{"always", text, text, 7});
  s.emit(expectation_failed{text, 9, 2, text, text, text});
  s.at(1h);
  s.end_lease(keys, end_cause::ancestor, app, job);
  s.end_token(job, end_cause::ancestor, app);
  s.end_token(app, end_cause::deadline);
  s.end(1, 1, 1);
}

} // namespace

TEST_CASE("the page gives the first cause before the table of all deaths") {
  auto text = body(page(cloud_keys));
  INFO(text);
  auto cause = text.find("expired: its own TTL ran out");
  auto took = text.find("It took along 1 token and 1 lease:");
  auto table = text.find("<table id=\"deaths\"");
  REQUIRE(cause != std::string::npos);
  CHECK(cause < took);
  CHECK(took < table);
  CHECK(has(text, "One cause explains them all"));
  CHECK(has(text, "advertised up to 8h longer"));
}

TEST_CASE("each row of the table says why in words and links the chain down from the first cause") {
  auto text = body(page(cloud_keys));
  INFO(text);
  CHECK(has(text, "Its token <code><bdi>job</bdi></code> was revoked because "
                  "<code><bdi>app</bdi></code> expired"));
  CHECK(has(
      text,
      "<ol class=\"chain\"><li><a href=\"#l1\"><bdi>app</bdi></a> <span>expired at 1h</span></li>"
      "<li><a href=\"#l2\"><bdi>job</bdi></a></li><li><bdi>keys</bdi></li></ol>"));
  CHECK(has(text, "8h less than advertised"));
}

TEST_CASE("a chain of causes sets names apart instead of showing backquotes") {
  auto text = body(page([](story& s) {
    s.begin("revoked");
    auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
    auto app = s.token("app", root, 1h);
    auto job = s.token("job", app, 4h);
    s.at(20min);
    s.ask(root, operation::update, "auth/token/revoke", data_answer({}), [&] {
      s.end_token(job, end_cause::ancestor, app);
      s.end_token(app, end_cause::revoke);
    });
    s.end();
  }));
  INFO(text);
  CHECK(has(text, "<span>was revoked by <code><bdi>root</bdi></code> at 20m</span>"));
  CHECK_FALSE(has(text, "`root`"));
}

TEST_CASE(
    "a lease whose revocation was given up says so in its card, and nothing about what it took") {
  auto text = body(page([](story& s) {
    s.begin("down");
    auto app = s.token("app", {}, 1h);
    auto lease = s.lease("L", app, "db/creds/app", 1min);
    s.at(1min);
    s.emit(lease_ended{lease, end_cause::deadline, {}, {}});
    s.emit(revocation_attempted{lease, 1, false, "down", never});
    s.emit(lease_irrevocable{lease, "down"});
    s.end();
  }));
  INFO(text);
  CHECK(has(text, "0 alive, 1 expired, 0 revoked, 1 irrevocable"));
  CHECK(has(text, "<small>· its revocation was given up</small>"));
  CHECK_FALSE(has(text, "took nothing along"));
  CHECK(has(text, "</svg>revocation given up</li>"));
}

TEST_CASE("the legend explains a revocation that waited if and only if one is drawn") {
  auto page_of_run_until = [](instant last) {
    return body(page([&](story& s) {
      s.begin("waits");
      auto app = s.token("app", {}, 1h);
      s.at(1h);
      s.emit(token_ended{app, end_cause::deadline, {}});
      s.at(last);
      s.end();
    }));
  };
  for (auto last : {instant{1h}, instant{2h}}) {
    auto text = page_of_run_until(last);
    INFO(text);
    CHECK(has(text, "revocation not carried out yet</li>") == (last > 1h));
    CHECK(has(text, "<line class=\"pending\" x1=\"0\" x2=\"26\"") == (last > 1h));
    CHECK(count(text, "<line class=\"pending\"") == (last > 1h ? 2 : 0));
  }
}

TEST_CASE("a run of no time has a short axis, and the legend explains what lies beyond it") {
  auto text = body(page([](story& s) {
    s.begin("instant");
    auto app = s.token("app", {}, 768h);
    s.end_token(app, end_cause::last_use);
    s.end();
  }));
  INFO(text);
  CHECK(has(text, "data-end=\"60000000000\""));
  CHECK(has(text, "advertised end beyond the drawing"));
  CHECK_FALSE(has(body(page(cloud_keys)), "advertised end beyond the drawing"));
}

TEST_CASE("every link on the page leads to something on it") {
  auto text = body(page([](story& s) { fleet(s, 700); }));
  for (auto at = text.find("href=\"#"); at != std::string::npos;
       at = text.find("href=\"#", at + 1)) {
    auto first = at + 7;
    auto target = text.substr(first, text.find('"', first) - first);
    CAPTURE(target);
    CHECK(has(text, "id=\"" + target + '"'));
  }
}

TEST_CASE("no text of a scenario becomes markup, whatever it holds and wherever it stands") {
  auto evil = GENERATE(as<std::string>{}, "</script><img src=x onerror=alert(1)>",
                       "\" onmouseover=\"alert(1)\" x='", "'><svg onload=alert(1)>", "<!--", "]]>",
                       "</title></style><script>alert(1)</script>", "</pre></bdi><b>",
                       "{{{script}}}{{>words}}{{#deaths}}", "&lt;i&gt;&#60;u&#62;",
                       "javascript:alert(1)", "</code><i>");
  CAPTURE(evil);
  html_options options;
  options.replay_command = options.scenario_text = evil;
  auto tame = body(page([](story& s) { hostile(s, "tame"); }, {"tame", "tame"}));
  auto text = body(page([&](story& s) { hostile(s, evil); }, options));
  // The same elements and attributes stand there as with a name that needs no care.
  CHECK(count(text, "<") == count(tame, "<"));
  CHECK(count(text, ">") == count(tame, ">"));
  CHECK(count(text, "\"") == count(tame, "\""));
  CHECK(count(text, "'") == count(tame, "'"));
  CHECK(!has(text, "<img"));
  CHECK(!has(text, "href=\"javascript"));
}

TEST_CASE("control characters and marks that turn direction are shown, not obeyed") {
  std::string evil = "a\x1b[31m\x01\r\n\t";
  evil += std::string_view{"\0", 1};
  evil += "\xe2\x80\xae\xe2\x80\xa8\xe2\x81\xa6\xc2\x85\xff\xc3";
  auto text = body(page([&](story& s) { hostile(s, evil); }));
  for (auto c : text)
    CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
  for (std::string_view mark : {"\xe2\x80\xae", "\xe2\x80\xa8", "\xe2\x81\xa6", "\xc2\x85", "\xff"})
    CHECK(!has(text, mark));
  CHECK(has(text, "\\x1b"));
  CHECK(has(text, "\\u202e"));
}

TEST_CASE("the page lets a browser run its own script and style only, and load nothing") {
  auto text = page(cloud_keys);
  CHECK(has(text, "content=\"default-src 'none'; style-src 'sha256-"));
  CHECK(has(text, "; script-src 'sha256-"));
  CHECK(!has(text, "unsafe-inline"));
  for (std::string_view outside : {"http:", "https:", "@import", " src=", "<link"})
    CHECK(!has(text, outside));
}

TEST_CASE("a failure brings its evidence, the scenario and the command that runs it again") {
  auto failing = [](story& s) {
    s.begin("failing");
    auto app = s.token("app", {}, 1h);
    s.at(2h);
    s.end_token(app, end_cause::deadline);
    s.emit(expectation_failed{"x.yaml", 4, 7, "app", "alive", "expired"});
    s.emit(rule_broken{"L07", "a child ends with its parent", "job outlives app", 0});
    s.end(1, 1, 1);
  };
  html_options options{"lapse run x.yaml --seed 4", "lapse: 1\nname: x\n"};
  auto text = body(page(failing, options));
  INFO(text);
  CHECK(has(text, "FAIL"));
  CHECK(has(text, "1 expectation and 1 rule or property did not hold"));
  CHECK(has(text, "<bdi>x.yaml:4:7</bdi>"));
  CHECK(has(text, "Expired at 1h: its own TTL ran out"));
  CHECK(has(text, "a child ends with its parent"));
  CHECK(has(text, "job outlives app"));
  CHECK(has(text, "lapse run x.yaml --seed 4</pre>"));
  CHECK(has(text, "\nlapse: 1\nname: x\n</pre>"));
}

TEST_CASE("a run that held shows no scenario to copy") {
  auto text = body(page(cloud_keys, {"lapse run x.yaml", "lapse: 1\n"}));
  CHECK(has(text, "PASS"));
  CHECK(!has(text, "lapse run x.yaml"));
  CHECK(!has(text, "lapse: 1"));
}

TEST_CASE("a page of 1,000 tokens is under 2 MB and lists every death") {
  auto text = page([](story& s) { fleet(s, 660); });
  CHECK(text.size() < 2'000'000);
  CHECK(count(text, "<tr id=\"r") + count(text, "<tr data-kind") == 991);
  CHECK(has(text, "<bdi>job313</bdi>"));
}

TEST_CASE("a page of 100,000 tokens sums up what is alike and stays small") {
  auto text = page([](story& s) { fleet(s, 100'000); });
  CHECK(text.size() < 1'000'000);
  CHECK(has(text, "150,001 of 150,002 tokens and secret leases ended"));
  CHECK(has(text, "It took along 100,000 tokens and 50,000 leases:"));
  CHECK(has(text, "×100,000"));
}

TEST_CASE("a page of 100,000 tokens with unlike names under unlike parents is bounded too") {
  auto text = page([](story& s) {
    s.begin("unlike");
    std::vector<token_id> tokens = {s.token("root", {}, duration::zero(), ttl_bound::none)};
    for (std::size_t i = 0; i < 100'000; ++i) {
      std::string name;
      for (auto rest = i; rest > 0 || name.empty(); rest /= 16)
        name += static_cast<char>('a' + rest % 16);
      tokens.push_back(s.token(name, tokens[i * 7 / 8], 1h + i * 1ms, ttl_bound::own));
    }
    s.at(30min);
    s.end();
  });
  CHECK(text.size() < 2'000'000);
  CHECK(has(text, "100,001 of 100,001"));
}

TEST_CASE("the same events give the same bytes") {
  auto tell = [](story& s) { fleet(s, 500); };
  CHECK(page(tell) == page(tell));
}

TEST_CASE("a run without events but its frame is a page too") {
  auto text = body(page([](story& s) {
    s.begin("");
    s.end();
  }));
  CHECK(has(text, "A run without a name"));
  CHECK(has(text, "0 of 0 tokens and secret leases ended"));
}

TEST_CASE("lives of 292 years and of one nanosecond have their places on one axis") {
  auto text = body(page([](story& s) {
    s.begin("long");
    auto root = s.token("root", {}, duration::zero(), ttl_bound::none);
    auto brief = s.token("brief", root, 1ns);
    s.token("long", root, never - 1ns);
    s.at(1ns);
    s.end_token(brief, end_cause::deadline);
    s.at(never - 2ns);
    s.end();
  }));
  CHECK(has(text, "73000d"));
  CHECK(has(text, "Its own TTL ran out"));
}

TEST_CASE("many findings that are alike are counted, not listed") {
  auto text = page([](story& s) {
    s.begin("many");
    for (int i = 0; i < 5'000; ++i)
      s.emit(expectation_failed{"x.yaml", 4, 7, "job" + std::to_string(i), "alive", "expired"});
    s.end(5'000, 5'000);
  });
  CHECK(has(text, "5,000 expectations did not hold"));
  CHECK(has(text, "and 4,990 more like this, "));
  // Who they are: the first and the last of them.
  CHECK(has(text, "job10<"));
  CHECK(has(text, "job4999<"));
  CHECK(text.size() < 200'000);
}
