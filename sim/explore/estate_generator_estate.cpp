#include "sim/explore/estate_generator_estate.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lapse::explore {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<duration, 16> all_spans = {
    milliseconds{1500}, seconds{2}, seconds{5}, seconds{10}, seconds{20}, seconds{30},
    minutes{1},         minutes{2}, minutes{5}, minutes{10}, minutes{30}, hours{1},
    hours{2},           hours{8},   hours{24},  hours{720}};

class estate_writer {
public:
  estate_writer(const estate_features& features, estate_draws& draws)
    : features_(features), draws_(draws) {}

  generated_estate write() {
    draw_spans();
    server();
    policies();
    auth();
    token_roles();
    secrets();
    return std::move(result_);
  }

private:
  [[nodiscard]] bool has(estate_feature what) const { return features_.has(what); }

  /// A new section of the file.
  document::document_node& section(std::string_view name) {
    return result_.sections.add(name, document::empty_map());
  }

  [[nodiscard]] duration span() { return draws_.one_of(result_.spans); }

  [[nodiscard]] duration at_least(duration low) {
    auto other = span();
    return std::max(low, other);
  }

  // Three to five neighbours of the list: all short, all long, or in between.
  void draw_spans() {
    auto count = 3 + draws_.below(3);
    auto first = draws_.below(all_spans.size() - count + 1);
    for (std::size_t i = first; i < first + count; ++i)
      result_.spans.push_back(all_spans[i]);
    if (draws_.chance(30)) {
      auto odd_one = draws_.one_of(all_spans);
      result_.spans.push_back(odd_one);
      std::sort(result_.spans.begin(), result_.spans.end());
    }
  }

  void server();
  void policies();
  void auth();
  void token_roles();
  void secrets();
  void add_mount_ttls(document::document_node& mount);
  void add_user(document::document_node& users, std::string_view type, std::string_view name);
  void add_engine(document::document_node& engines, std::string_view type);

  const estate_features& features_;
  estate_draws& draws_;
  generated_estate result_;
};

void add(document::document_node& map, std::string_view key, std::string_view value) {
  map.add(key, document::plain_value(std::string{value}));
}

void add(document::document_node& map, std::string_view key, duration value) {
  add(map, key, ttl::format_duration(value));
}

void estate_writer::server() {
  auto server = document::empty_map();
  if (has(estate_feature::dev_root))
    add(server, "root", "dev");
  if (draws_.chance(20)) {
    auto limit = result_.spans.back();
    add(server, "default_lease_ttl", limit);
    add(server, "max_lease_ttl", limit);
  }
  if (has(estate_feature::revocation_delay)) {
    constexpr std::array<duration, 4> delays = {milliseconds{25}, seconds{1}, seconds{5},
                                                minutes{1}};
    auto delay = draws_.one_of(delays);
    add(server, "revocation_delay", delay);
  }
  if (has(estate_feature::revocation_jitter))
    add(server, "revocation_jitter", "true");
  if (has(estate_feature::few_workers)) {
    auto workers = 1 + draws_.below(2);
    add(server, "revocation_workers", std::to_string(workers));
  }
  if (!server.children.empty())
    result_.sections.add("server", std::move(server));
}

void estate_writer::policies() {
  constexpr std::array<std::string_view, 4> names = {"maker", "admin", "reader", "narrow"};
  auto& policies = section("policies");
  for (std::size_t i = 0; i < names.size(); ++i) {
    add(policies, names[i], generated_policy(i));
    result_.policies.emplace_back(names[i]);
  }
}

void estate_writer::add_mount_ttls(document::document_node& mount) {
  if (!draws_.chance(40))
    return;
  auto low = span();
  auto high = at_least(low);
  add(mount, "default_lease_ttl", low);
  add(mount, "max_lease_ttl", high);
}

void estate_writer::auth() {
  if (!has(estate_feature::login))
    return;
  auto& methods = section("auth");
  constexpr std::array<std::string_view, 4> types = {"userpass", "approle", "github", "generic"};
  auto only = draws_.below(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != only && !draws_.chance(35))
      continue;
    auto& mount = methods.add(types[i], document::empty_map());
    add(mount, "type", types[i]);
    add_mount_ttls(mount);
    if (has(estate_feature::batch) && draws_.chance(20))
      add(mount, "token_type", "default-batch");
    auto roles = types[i] == "approle" || types[i] == "generic";
    auto& users = mount.add(roles ? "roles" : "users", document::empty_map());
    add_user(users, types[i], "amy");
    if (draws_.chance(50))
      add_user(users, types[i], "bob");
  }
}

void estate_writer::add_user(document::document_node& users, std::string_view type,
                             std::string_view name) {
  auto ttl = span();
  auto longest = at_least(ttl);
  auto& user = users.add(name, document::empty_map());
  if (draws_.chance(70))
    add(user, "token_ttl", ttl);
  if (draws_.chance(40))
    add(user, "token_max_ttl", longest);
  auto batch = has(estate_feature::batch) && draws_.chance(30);
  if (batch)
    add(user, "token_type", "batch");
  if (!batch && has(estate_feature::period) && draws_.chance(35))
    add(user, "token_period", ttl);
  if (has(estate_feature::explicit_maximum) && draws_.chance(30))
    add(user, "token_explicit_max_ttl", longest);
  if (!batch && has(estate_feature::use_limit) && draws_.chance(25)) {
    auto uses = 1 + draws_.below(4);
    add(user, "token_num_uses", std::to_string(uses));
  }
  auto policy = draws_.one_of(result_.policies);
  user.add("token_policies", document::sequence_of({document::plain_value(policy)}));
  result_.users.push_back({std::string{type}, std::string{name}, ttl});
}

void estate_writer::token_roles() {
  if (!has(estate_feature::token_role))
    return;
  auto& roles = section("token_roles");
  auto count = 1 + draws_.below(3);
  for (std::size_t i = 1; i <= count; ++i) {
    auto name = fmt::format("r{}", i);
    auto& role = roles.add(name, document::empty_map());
    auto length = span();
    auto longest = span();
    // A role of batch tokens must be both.
    auto batch = has(estate_feature::batch) && draws_.chance(25);
    if (batch)
      add(role, "token_type", "batch");
    if (batch || (has(estate_feature::orphan) && draws_.chance(50)))
      add(role, "orphan", "true");
    if (batch || (has(estate_feature::unrenewable) && draws_.chance(25)))
      add(role, "renewable", "false");
    if (!batch && has(estate_feature::period) && draws_.chance(40))
      add(role, "token_period", length);
    else if (!batch && has(estate_feature::use_limit) && draws_.chance(25))
      add(role, "token_num_uses", "2");
    if (!batch && has(estate_feature::explicit_maximum) && draws_.chance(40))
      add(role, "token_explicit_max_ttl", longest);
    if (draws_.chance(20))
      add(role, "path_suffix", "team-a");
    if (draws_.chance(20))
      role.add("disallowed_policies", document::sequence_of({document::plain_value("admin")}));
    result_.token_roles.push_back(std::move(name));
  }
}

void estate_writer::secrets() {
  auto engines = document::empty_map();
  if (has(estate_feature::kv)) {
    auto version = 1 + draws_.below(2);
    auto& kv = engines.add("kv", document::empty_map());
    add(kv, "type", "kv");
    add(kv, "version", std::to_string(version));
    result_.kv_folder = version == 1 ? "kv/" : "kv/data/";
  }
  constexpr std::array<std::pair<estate_feature, std::string_view>, 4> types = {
      {{estate_feature::database, "database"},
       {estate_feature::aws, "aws"},
       {estate_feature::pki, "pki"},
       {estate_feature::generic, "generic"}}};
  for (auto [feature, type] : types)
    if (has(feature))
      add_engine(engines, type);
  if (!engines.children.empty())
    result_.sections.add("secrets", std::move(engines));
}

void estate_writer::add_engine(document::document_node& engines, std::string_view type) {
  auto& mount = engines.add(type, document::empty_map());
  add(mount, "type", type);
  add_mount_ttls(mount);
  auto& roles = mount.add("roles", document::empty_map());
  auto count = 1 + draws_.below(2);
  for (std::size_t i = 1; i <= count; ++i) {
    auto ttl = span();
    auto longest = at_least(ttl);
    generated_role role{std::string{type}, fmt::format("app{}", i), ttl, true};
    auto& written = roles.add(role.name, document::empty_map());
    add(written, "default_ttl", ttl);
    if (draws_.chance(50))
      add(written, "max_ttl", longest);
    if (type == "pki") {
      role.leased = !draws_.chance(20);
      if (role.leased)
        add(written, "generate_lease", "true");
    } else if (type == "generic") {
      role.leased = !(has(estate_feature::leaseless) && draws_.chance(40));
      if (!role.leased)
        add(written, "lease", "false");
      if (has(estate_feature::unrenewable) && draws_.chance(30))
        add(written, "renewable", "false");
    }
    result_.roles.push_back(std::move(role));
  }
}

} // namespace

std::string generated_policy(std::size_t which) {
  constexpr std::array<std::string_view, generated_policies> texts = {
      // what makes tokens and reads secrets
      R"(path "auth/token/*" { capabilities = ["create", "read", "update"] } )"
      R"(path "+/creds/*" { capabilities = ["read"] } )"
      R"(path "pki/issue/*" { capabilities = ["update"] } )"
      R"(path "kv/*" { capabilities = ["create", "read", "update", "delete", "list"] })",
      // everything, `sudo` too
      R"(path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] })",
      // what reads secrets
      R"(path "+/creds/*" { capabilities = ["read"] } )"
      R"(path "pki/issue/*" { capabilities = ["update"] } )"
      R"(path "sys/leases/*" { capabilities = ["update"] })",
      // what takes away: the best match decides alone (R-904)
      R"(path "database/creds/app1" { capabilities = ["deny"] } )"
      R"(path "auth/token/create" { capabilities = ["update"] )"
      R"(denied_parameters = { "period" = [] } })",
      R"(path "auth/token/create" { capabilities = ["update", "sudo"] })",
      R"(path "kv/*" { capabilities = ["read"] } path "database/*" { capabilities = ["read"] })"};
  return std::string{texts[which % texts.size()]};
}

generated_estate generate_estate(const estate_features& features, estate_draws& draws) {
  return estate_writer{features, draws}.write();
}

} // namespace lapse::explore
