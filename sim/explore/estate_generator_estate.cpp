#include "sim/explore/estate_generator_estate.hpp"

#include "actors/ttl/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lapse {

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

  template <class... Parts>
  void line(fmt::format_string<Parts...> format, Parts&&... parts) {
    fmt::format_to(std::back_inserter(result_.text), format, std::forward<Parts>(parts)...);
    result_.text += '\n';
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
  void add_mount_ttls();
  void add_user(std::string_view type, std::string_view name);
  void add_engine(std::string_view type);

  const estate_features& features_;
  estate_draws& draws_;
  generated_estate result_;
};

void estate_writer::server() {
  std::string text;
  if (has(estate_feature::dev_root))
    text += "  root: dev\n";
  if (draws_.chance(20)) {
    auto limit = result_.spans.back();
    text += fmt::format("  default_lease_ttl: {0}\n  max_lease_ttl: {0}\n", format_duration(limit));
  }
  if (has(estate_feature::revocation_delay)) {
    constexpr std::array<duration, 4> delays = {milliseconds{25}, seconds{1}, seconds{5},
                                                minutes{1}};
    auto delay = draws_.one_of(delays);
    text += fmt::format("  revocation_delay: {}\n", format_duration(delay));
  }
  if (has(estate_feature::revocation_jitter))
    text += "  revocation_jitter: true\n";
  if (has(estate_feature::few_workers)) {
    auto workers = 1 + draws_.below(2);
    text += fmt::format("  revocation_workers: {}\n", workers);
  }
  if (!text.empty())
    result_.text += "server:\n" + text;
}

void estate_writer::policies() {
  constexpr std::array<std::string_view, 4> names = {"maker", "admin", "reader", "narrow"};
  line("policies:");
  for (std::size_t i = 0; i < names.size(); ++i) {
    line("  {}: '{}'", names[i], generated_policy(i));
    result_.policies.emplace_back(names[i]);
  }
}

void estate_writer::add_mount_ttls() {
  if (!draws_.chance(40))
    return;
  auto low = span();
  auto high = at_least(low);
  line("    default_lease_ttl: {}", format_duration(low));
  line("    max_lease_ttl: {}", format_duration(high));
}

void estate_writer::auth() {
  if (!has(estate_feature::login))
    return;
  line("auth:");
  constexpr std::array<std::string_view, 4> types = {"userpass", "approle", "github", "generic"};
  auto only = draws_.below(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != only && !draws_.chance(35))
      continue;
    line("  {}:", types[i]);
    line("    type: {}", types[i]);
    add_mount_ttls();
    if (has(estate_feature::batch) && draws_.chance(20))
      line("    token_type: default-batch");
    auto section = types[i] == "approle" || types[i] == "generic" ? "roles" : "users";
    line("    {}:", section);
    add_user(types[i], "amy");
    if (draws_.chance(50))
      add_user(types[i], "bob");
  }
}

void estate_writer::add_user(std::string_view type, std::string_view name) {
  auto ttl = span();
  auto longest = at_least(ttl);
  std::string text;
  if (draws_.chance(70))
    text += fmt::format("token_ttl: {}, ", format_duration(ttl));
  if (draws_.chance(40))
    text += fmt::format("token_max_ttl: {}, ", format_duration(longest));
  auto batch = has(estate_feature::batch) && draws_.chance(30);
  if (batch)
    text += "token_type: batch, ";
  if (!batch && has(estate_feature::period) && draws_.chance(35))
    text += fmt::format("token_period: {}, ", format_duration(ttl));
  if (has(estate_feature::explicit_maximum) && draws_.chance(30))
    text += fmt::format("token_explicit_max_ttl: {}, ", format_duration(longest));
  if (!batch && has(estate_feature::use_limit) && draws_.chance(25)) {
    auto uses = 1 + draws_.below(4);
    text += fmt::format("token_num_uses: {}, ", uses);
  }
  auto policy = draws_.one_of(result_.policies);
  line("      {}: {{ {}token_policies: [{}] }}", name, text, policy);
  result_.users.push_back({std::string{type}, std::string{name}, ttl});
}

void estate_writer::token_roles() {
  if (!has(estate_feature::token_role))
    return;
  line("token_roles:");
  auto count = 1 + draws_.below(3);
  for (std::size_t i = 1; i <= count; ++i) {
    std::string text;
    auto add = [&](std::string_view key, std::string_view value) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, value);
    };
    auto length = span();
    auto longest = span();
    // A role of batch tokens must be both.
    auto batch = has(estate_feature::batch) && draws_.chance(25);
    if (batch)
      add("token_type", "batch");
    if (batch || (has(estate_feature::orphan) && draws_.chance(50)))
      add("orphan", "true");
    if (batch || (has(estate_feature::unrenewable) && draws_.chance(25)))
      add("renewable", "false");
    if (!batch && has(estate_feature::period) && draws_.chance(40))
      add("token_period", format_duration(length));
    else if (!batch && has(estate_feature::use_limit) && draws_.chance(25))
      add("token_num_uses", "2");
    if (!batch && has(estate_feature::explicit_maximum) && draws_.chance(40))
      add("token_explicit_max_ttl", format_duration(longest));
    if (draws_.chance(20))
      add("path_suffix", "team-a");
    if (draws_.chance(20))
      add("disallowed_policies", "[admin]");
    line("  r{}: {{ {} }}", i, text);
    result_.token_roles.push_back(fmt::format("r{}", i));
  }
}

void estate_writer::secrets() {
  std::string_view heading = "secrets:";
  auto begin = [&] {
    if (!heading.empty())
      line("{}", heading);
    heading = {};
  };
  if (has(estate_feature::kv)) {
    begin();
    auto version = 1 + draws_.below(2);
    line("  kv:\n    type: kv\n    version: {}", version);
    result_.kv_folder = version == 1 ? "kv/" : "kv/data/";
  }
  constexpr std::array<std::pair<estate_feature, std::string_view>, 4> engines = {
      {{estate_feature::database, "database"},
       {estate_feature::aws, "aws"},
       {estate_feature::pki, "pki"},
       {estate_feature::generic, "generic"}}};
  for (auto [feature, type] : engines)
    if (has(feature)) {
      begin();
      add_engine(type);
    }
}

void estate_writer::add_engine(std::string_view type) {
  line("  {}:", type);
  line("    type: {}", type);
  add_mount_ttls();
  line("    roles:");
  auto count = 1 + draws_.below(2);
  for (std::size_t i = 1; i <= count; ++i) {
    auto ttl = span();
    auto longest = at_least(ttl);
    generated_role role{std::string{type}, fmt::format("app{}", i), ttl, true};
    std::string text = fmt::format("default_ttl: {}", format_duration(ttl));
    if (draws_.chance(50))
      text += fmt::format(", max_ttl: {}", format_duration(longest));
    if (type == "pki") {
      role.leased = !draws_.chance(20);
      text += role.leased ? ", generate_lease: true" : "";
    } else if (type == "generic") {
      role.leased = !(has(estate_feature::leaseless) && draws_.chance(40));
      text += role.leased ? "" : ", lease: false";
      if (has(estate_feature::unrenewable) && draws_.chance(30))
        text += ", renewable: false";
    }
    line("      {}: {{ {} }}", role.name, text);
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

} // namespace lapse
