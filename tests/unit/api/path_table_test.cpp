#include "actors/api/path_table.hpp"
#include "tests/support/catch.hpp"

using namespace lapse;
using namespace lapse::api;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

using table = path_table<int, bool (*)(const field_data&)>;

bool is_there(const field_data& in) { return in.captured("name") == "old"; }

const table& paths() {
  static const table result{
      {.unauthenticated = {"login/*"}, .sudo = {"seal", "raw/*"}},
      {{.pattern = "login/{name}", .fields = {}, .operations = {{operation::update, 1}}},
       {.pattern = "roles/{name}",
        .fields = {{"name"},
                   {"ttl", field_kind::seconds, "1h"},
                   {"deep", field_kind::boolean},
                   {"tags", field_kind::comma_list}},
        .operations = {{operation::read, 2}, {operation::update, 3}},
        .exists = is_there},
       {.pattern = "store/{path*}",
        .fields = {},
        .operations = {{operation::update, 4}},
        .any_fields = true},
       {.pattern = "dark{/path}", .fields = {}, .operations = {}, .not_modelled = "it is dark"},
       {.pattern = "half/{name}",
        .fields = {{"name"}},
        .operations = {{operation::read, 0}, {operation::update, 5}},
        .not_modelled = "the other half"}}};
  return result;
}

request ask(operation op, std::string path, json body = nullptr) {
  request what;
  what.op = op;
  what.path = "m/" + path;
  what.body = std::move(body);
  return what;
}

auto find(const request& what) { return paths().find(std::string_view{what.path}.substr(2), what); }

answer refused(const request& what) {
  auto found = find(what);
  return found ? no_content() : found.error();
}

} // namespace

TEST_CASE("an unknown path is 404, a known one for another operation 405 (R-1203)") {
  CHECK(refused(ask(operation::read, "nowhere")).status == 404);
  CHECK(refused(ask(operation::read, "nowhere")).errors.front() ==
        wrap_error_text("unsupported path"));
  CHECK(refused(ask(operation::list, "roles/a")).status == 405);
  CHECK(find(ask(operation::read, "roles/a"))->handler == 2);
  CHECK(find(ask(operation::create, "roles/a"))->handler == 3);
}

TEST_CASE("the errors of a login path are bare (R-1204)") {
  CHECK(refused(ask(operation::read, "login/amy")).errors.front() == "unsupported operation");
  CHECK(refused(ask(operation::update, "login/a/b")).errors.front() == "unsupported path");
}

TEST_CASE("a path that is left out answers 501 to everything") {
  for (auto op : {operation::read, operation::update, operation::list})
    CHECK(refused(ask(op, "dark/a")).errors.front() == "lapse does not model m/dark/a: it is dark");
  REQUIRE(paths().left_out().size() == 2);
  CHECK(paths().left_out().front().reason == "it is dark");
}

TEST_CASE("of a path that is left out in part the server's other verbs answer 405 (R-1203)") {
  CHECK(refused(ask(operation::read, "half/a")).status == 501);
  CHECK(refused(ask(operation::delete_, "half/a")).status == 405);
  CHECK(find(ask(operation::update, "half/a")).has_value());
  const auto left_out = paths().left_out();
  CHECK(left_out.back().operations == std::vector<operation>{operation::read});
}

TEST_CASE("a list of nothing that has a warning is no error (R-1222)") {
  auto none = nothing_found();
  add_warnings(none, operation::list, {"w"});
  CHECK(none.status == 200);
  CHECK(none.warnings == std::vector<std::string>{"w"});
  auto unread = nothing_found();
  add_warnings(unread, operation::read, {"w"});
  CHECK(unread.status == 404);
}

TEST_CASE("help says what a path is for and what it takes (R-1223)") {
  const auto told = refused(ask(operation::help, "roles/a"));
  CHECK(told.status == 200);
  const auto text = to_json(told, 0)["help"].get<std::string>();
  CHECK(text.starts_with("Request:        roles/a\nMatching Route: ^roles/(?P<name>"));
  CHECK(text.find("    ttl (duration (sec))") != std::string::npos);
  const auto all = to_json(refused(ask(operation::help, "")), 0)["help"].get<std::string>();
  CHECK(all.find("    ^login/(?P<") != std::string::npos);
}

TEST_CASE("a field that cannot be converted is 400 before the handler runs (R-207)") {
  const auto bad = ask(operation::update, "roles/a", {{"ttl", "soon"}});
  CHECK(refused(bad).status == 400);
  CHECK(refused(bad).errors.front() ==
        "Field validation failed: error converting input for field \"ttl\": time: invalid duration "
        "\"soon\"");
}

TEST_CASE("a field reads what the path says, what is sent, or its default") {
  const auto what = ask(operation::update, "roles/a", {{"name", "b"}, {"tags", "x,y"}});
  const auto found = find(what);
  REQUIRE(found.has_value());
  CHECK(found->in.text("name") == "a");
  CHECK(found->in.seconds("ttl") == 1h);
  CHECK_FALSE(found->in.given("ttl"));
  CHECK(found->in.list("tags") == std::vector<std::string>{"x", "y"});
  bool deep = true;
  CHECK_FALSE(found->in.take("deep", deep));
  CHECK(deep);
}

TEST_CASE("null sets a flag to false and says nothing of a duration") {
  const auto what = ask(operation::update, "roles/a", {{"deep", nullptr}, {"ttl", nullptr}});
  const auto found = find(what);
  REQUIRE(found.has_value());
  bool deep = true;
  CHECK(found->in.take("deep", deep));
  CHECK_FALSE(deep);
  CHECK_FALSE(found->in.given("ttl"));
}

TEST_CASE("an answer with a body tells which parameters had no effect (R-207)") {
  const auto what = ask(operation::update, "roles/a", {{"z", 1}, {"b", 2}, {"name", "q"}});
  const auto found = find(what);
  REQUIRE(found.has_value());
  auto full = data_answer(json::object());
  add_warnings(full, what.op, found->warnings());
  REQUIRE(full.warnings.size() == 2);
  CHECK(full.warnings[0] == "Endpoint ignored these unrecognized parameters: [b z]");
  CHECK(full.warnings[1] == "Endpoint replaced the value of these parameters with the values "
                            "captured from the endpoint's path: [name]");
  auto empty = no_content();
  add_warnings(empty, what.op, found->warnings());
  CHECK(empty.warnings.empty());
  const auto free = ask(operation::update, "store/a", {{"z", 1}});
  auto stored = data_answer(json::object());
  add_warnings(stored, free.op, find(free)->warnings());
  CHECK(stored.warnings.empty());
}

TEST_CASE("only a path with an existence check says whether its item exists (R-901)") {
  auto exists = [](const request& what) {
    return paths().exists(std::string_view{what.path}.substr(2), what,
                          [](auto check, const field_data& in) { return check(in); });
  };
  CHECK(exists(ask(operation::update, "roles/old")).value() == true);
  CHECK(exists(ask(operation::update, "roles/new")).value() == false);
  CHECK(exists(ask(operation::update, "store/new")).value() == std::nullopt);
  CHECK(exists(ask(operation::update, "nowhere")).value() == std::nullopt);
  const auto bad = exists(ask(operation::update, "roles/old", {{"deep", "maybe"}}));
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().errors.front() ==
        "error converting input for field \"deep\": '' cannot parse value as 'bool': "
        "strconv.ParseBool: invalid syntax");
}

TEST_CASE("special paths are matched whole, or up to their star") {
  const auto& sudo = paths().special().sudo;
  CHECK(is_special(sudo, "seal"));
  CHECK_FALSE(is_special(sudo, "seal/a"));
  CHECK(is_special(sudo, "raw/a/b"));
  CHECK_FALSE(is_special(sudo, "raw"));
}
