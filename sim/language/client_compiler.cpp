#include "sim/language/client_compiler.hpp"

#include "actors/ttl/duration.hpp"
#include "sim/document/nearest.hpp"
#include "sim/document/scalar.hpp"
#include "sim/language/client_renewal.hpp"
#include "sim/language/expect_compiler.hpp"
#include "sim/language/request_builder.hpp"
#include "sim/language/step_budget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lapse::language {

namespace {

using document::document_node;

constexpr std::int64_t clients_max = 1'000'000;
constexpr std::size_t holds_max = 200;
/// Tokens and secrets of all clients: each has its place from the start. As many as a run lets
/// clients get in all.
constexpr std::int64_t parts_max = 10'000'000;
/// What repeats for ever takes at least so long.
constexpr duration round_min = std::chrono::seconds{1};

/// What stands after the `.` of a handle and is no name of a secret.
constexpr std::array<std::string_view, 4> taken{"lease", "leases", "accessor", "descendants"};

/// The shape check lets no other word through.
clients::reaction to_reaction(std::string_view word) {
  const auto& words = clients::reaction_words;
  const auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? clients::reaction::login
                              : static_cast<clients::reaction>(found - words.begin());
}

/// A value with another key: what a step would have there.
document_node as_key(const document_node& value, std::string_view key) {
  auto result = value;
  result.key = key;
  return result;
}

/// What is left for the families to come.
struct client_budget {
  std::int64_t clients = clients_max;
  std::int64_t parts = parts_max;
};

class family_compiler {
public:
  family_compiler(load_context& context, const document_node& node)
    : context_(context), node_(node) {
    result_.where = node.key_at;
    result_.name = node.key;
  }

  plan::client_family compile(client_budget& left) {
    check_name();
    read_count(left.clients);
    read_start();
    read_login();
    read_holds();
    charge(left.parts);
    read_renewal();
    read_loss();
    read_rounds();
    announce();
    return std::move(result_);
  }

private:
  void report(document::file_position at, const std::string& text) {
    context_.faults.report(at, text);
  }

  void check_name() {
    const auto& name = node_.key;
    if (auto fault = handle_name_fault(name); !fault.empty())
      return report(node_.key_at, fault);
    if (name.find_first_of("#{}") != std::string::npos || name.empty())
      report(node_.key_at, fmt::format("{} names a family of clients; write one word without `#` "
                                       "and braces",
                                       document::in_quotes(name)));
    else if (name.back() >= '0' && name.back() <= '9')
      report(node_.key_at, fmt::format("{} names a family of clients and ends in a digit, where "
                                       "the number of a client follows; write another name",
                                       document::in_quotes(name)));
  }

  void read_count(std::int64_t& left) {
    const auto* count = node_.scalar("count");
    const auto read = context_.fixed_number("count", count).value_or(1);
    if (read < 1)
      return report(count->at, fmt::format("`count` is {}; expected at least 1",
                                           document::in_quotes(count->text)));
    if (read > left)
      return report(count != nullptr ? count->at : node_.key_at,
                    fmt::format("more than {} clients up to here; make fewer", clients_max));
    left -= read;
    result_.terms.count = static_cast<std::uint32_t>(read);
  }

  void read_start() {
    const auto* start = node_.find("start");
    if (start == nullptr)
      return;
    auto& terms = result_.terms;
    if (start->is_scalar()) {
      terms.start = context_.fixed_duration("start", start).value_or(instant{0});
      return;
    }
    terms.start = context_.fixed_duration("at", start->find("at")).value_or(instant{0});
    terms.start_over = context_.fixed_duration("over", start->find("over")).value_or(duration{0});
    terms.random_start = start->text_of("spread") == "random";
  }

  // -- requests ------------------------------------------------------------------------

  plan::request_step build(std::string_view verb, document_node step) {
    request_builder builder{context_, step, *find_verb(verb)};
    builder.nameless();
    return builder.build();
  }

  void read_login() {
    const auto* login = node_.find("login");
    const auto* create = node_.find("create");
    const auto* token = node_.find("token");
    const auto ways = int{login != nullptr} + int{create != nullptr} + int{token != nullptr};
    if (ways != 1)
      return report(node_.key_at,
                    fmt::format("{} how its clients get their token: write one of `login`, "
                                "`create` and `token`",
                                ways == 0 ? "nothing says" : "two keys say"));
    auto step = document::empty_map();
    step.at = step.key_at = node_.key_at;
    if (login != nullptr && login->is_scalar()) {
      step.add("login", name_node());
      step.add("with", as_key(*login, "with"));
      result_.login = build("login", std::move(step));
      result_.login_words = login->text;
    } else if (create != nullptr && create->is_map()) {
      step.add("create", name_node());
      for (const auto& entry : create->entries())
        step.add(entry.key, entry);
      result_.login = build("create", std::move(step));
      result_.login_words =
          "create" + (create->find("as") != nullptr ? fmt::format(" as {}", create->text_of("as"))
                                                    : std::string{});
    } else if (token != nullptr && token->is_scalar()) {
      // At its own time: the handle may be bound by any step.
      context_.handles.use(context_.counted(token->text), false, token->at, std::nullopt,
                           handle_kind::token);
      result_.given = plan::handle_ref{context_.counted(token->text), token->at};
      result_.terms.given_token = true;
      result_.login_words = "the token " + token->text;
    }
  }

  document_node name_node() const {
    auto result = document::quoted_value(result_.name);
    result.at = result.key_at = node_.key_at;
    return result;
  }

  void read_holds() {
    for (const auto& secret : document::entries_of(node_.find("holds"))) {
      if (std::find(taken.begin(), taken.end(), secret.key) != taken.end())
        report(secret.key_at, fmt::format("a secret may not be named {}, which means something "
                                          "else after a handle; choose another name",
                                          document::in_quotes(secret.key)));
      else if (secret.key.find_first_of(".*#{}") != std::string::npos)
        report(secret.key_at, fmt::format("{} names a secret; write one word without `.`, `*`, `#` "
                                          "and braces",
                                          document::in_quotes(secret.key)));
      if (result_.holds.size() == holds_max)
        return report(secret.key_at,
                      fmt::format("more than {} secrets up to here; make fewer", holds_max));
      if (!secret.is_scalar())
        continue;
      auto step = document::empty_map();
      step.at = step.key_at = secret.key_at;
      step.add("read", as_key(secret, "read"));
      result_.holds.push_back({secret.key, build("read", std::move(step))});
    }
    result_.terms.holds = static_cast<std::uint32_t>(result_.holds.size());
  }

  void charge(std::int64_t& left) {
    const auto& terms = result_.terms;
    const auto parts = std::int64_t{terms.count} * (1 + std::int64_t{terms.holds});
    if (parts > left)
      return report(node_.key_at,
                    fmt::format("more than {} tokens and secrets of clients up to here; make fewer",
                                parts_max));
    left -= parts;
  }

  // -- behavior --------------------------------------------------------------------------

  void read_renewal() {
    auto renewal = compile_client_renewal(context_, node_.find("renew"));
    auto& terms = result_.terms;
    terms.token = std::move(renewal.token);
    terms.secrets = std::move(renewal.secrets);
    result_.renew_words = std::move(renewal.words);
    const auto* every = node_.find("every");
    if (every != nullptr)
      terms.run_every = round("every", every);
    if (terms.token->runs() && every == nullptr)
      report(node_.key_at, "`renew: per_run` needs `every:`, the time from run to run; add it");
    if (every != nullptr && !terms.token->runs())
      report(every->key_at,
             "`every` goes with `renew: per_run`; `restart` makes others begin anew");
  }

  void read_loss() {
    const auto* loss = node_.find("on_loss");
    if (loss == nullptr)
      return;
    auto& terms = result_.terms;
    const auto both = loss->is_scalar();
    const auto* token = both ? loss : loss->scalar("token");
    const auto* holds = both ? loss : loss->scalar("holds");
    if (token != nullptr)
      terms.token_lost = to_reaction(token->text);
    if (holds != nullptr)
      terms.secret_lost = to_reaction(holds->text);
    if (terms.given_token && token != nullptr && token->text == "login")
      report(token->at,
             "a client that was given its token cannot log in; write `stop`, or `login:` "
             "in the place of `token:`");
  }

  /// What something that goes on for ever takes each time.
  duration round(std::string_view key, const document_node* value) {
    const auto read = context_.fixed_duration(key, value);
    if (!read || (*read >= round_min && *read < never / 2))
      return read.value_or(round_min);
    report(value->at,
           fmt::format("`{}` is {}; expected at least 1s", key, document::in_quotes(value->text)));
    return round_min;
  }

  void read_rounds() {
    auto& terms = result_.terms;
    if (const auto* stop = node_.find("stop"); stop != nullptr && stop->is_map()) {
      terms.stop_after = context_.fixed_duration("after", stop->find("after"));
      if (const auto* revoke = stop->find("revoke"))
        terms.stop_revokes = document::to_flag(*revoke).value_or(false);
    }
    if (const auto* restart = node_.find("restart"); restart != nullptr && restart->is_map()) {
      if (const auto* every = restart->find("every"))
        terms.restart_every = round("every", every);
      terms.restart_over =
          context_.fixed_duration("over", restart->find("over")).value_or(duration{0});
    }
  }

  // -- names -----------------------------------------------------------------------------

  /// `web{n}`, `web{n}#{k}`, and the same with `.db`.
  void announce() {
    const auto bind = [&](const std::string& suffix, handle_kind what) {
      plan::counted_text name;
      const auto many = result_.terms.count > 1;
      name.parts.push_back({result_.name, many ? 0 : -1});
      if (!suffix.empty())
        name.parts.push_back({suffix, -1});
      context_.handles.bind_clients(name, node_.key_at, result_.terms.count, what);
      name.parts.push_back({"#", 1});
      context_.handles.bind_clients(name, node_.key_at, result_.terms.count, what);
    };
    bind("", handle_kind::token);
    for (const auto& secret : result_.holds)
      bind("." + secret.name, handle_kind::lease);
  }

  load_context& context_;
  const document_node& node_;
  plan::client_family result_;
};

} // namespace

std::vector<plan::client_family> compile_clients(load_context& context,
                                                 const document_node& scenario) {
  std::vector<plan::client_family> result;
  client_budget left;
  for (const auto& node : document::entries_of(scenario.find("clients")))
    if (node.is_map())
      result.push_back(family_compiler{context, node}.compile(left));
  return result;
}

void check_client_rounds(load_context& context, const std::vector<plan::client_family>& families,
                         instant end) {
  // What is wrong already may be this.
  if (!context.faults.empty())
    return;
  std::int64_t all = 0;
  for (const auto& one : families) {
    const auto& terms = one.terms;
    auto span = std::max(end - later(terms.start, terms.start_over), duration::zero());
    if (terms.stop_after)
      span = std::min(span, *terms.stop_after);
    // Each gets a whole set anew; what renewals and losses add nobody knows before the run.
    std::int64_t rounds = 1;
    for (const auto every : {terms.run_every, terms.restart_every.value_or(duration::zero())})
      if (every > duration::zero())
        rounds = std::max(rounds, 1 + span / every);
    const auto set = std::int64_t{terms.count} * (1 + std::int64_t{terms.holds});
    const auto got = saturated_product(set, rounds);
    const auto before = std::exchange(all, got > parts_max ? parts_max + 1 : all + got);
    if (all > parts_max && before <= parts_max)
      context.faults.report(
          one.where,
          fmt::format("{} get about {} tokens and secrets ({} clients x {} x {} rounds up to {}), "
                      "and a run gives all clients {} at most; have fewer of them, longer rounds "
                      "or a shorter run",
                      document::in_quotes(one.name), got, terms.count, 1 + terms.holds, rounds,
                      ttl::readable_duration(end), parts_max));
  }
}

} // namespace lapse::language
