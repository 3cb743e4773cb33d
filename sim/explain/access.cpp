#include "sim/explain/access.hpp"

#include "sim/document/nearest.hpp"
#include "sim/explain/what_if.hpp"

#include "actors/http/read_request.hpp"
#include "reports/cause/refusal_words.hpp"

#include <fmt/format.h>

#include <utility>

namespace lapse::explain {

namespace {

struct verb_row {
  std::string_view verb;
  std::string_view method;
};
constexpr verb_row verbs[] = {{"read", "GET"},    {"list", "LIST"},   {"write", "POST"},
                              {"update", "POST"}, {"create", "POST"}, {"delete", "DELETE"},
                              {"patch", "PATCH"}, {"scan", "SCAN"}};

/// Empty for a verb that is none.
std::string_view method_of(std::string_view verb) noexcept {
  for (const auto& row : verbs)
    if (row.verb == verb)
      return row.method;
  return {};
}

std::string list_of(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, " "));
}

explained_access described(const request_answered& e, instant at, const lives::ledger& lives) {
  explained_access result;
  result.at = at;
  result.who = lives.name(e.by);
  result.what = fmt::format("{} {}", to_string(e.what->op), e.what->path);
  result.status = e.reply->status;
  if (!e.reply->errors.empty())
    result.error = cause::readable_error(e.reply->errors.front());
  if (const auto* life = lives.find(e.by.id); life != nullptr && life->policies())
    result.held = list_of(*life->policies());
  if (e.caller && e.caller->identity_policies && !e.caller->identity_policies->empty())
    result.held += " and by its entity " + list_of(*e.caller->identity_policies);
  if (e.refused) {
    const auto& reason = e.refused->reason();
    result.why = cause::refusal_words(lives, e.refused, e.by);
    result.remedy = reason.remedy;
    result.rule = reason.rule;
    result.policies = reason.policy;
  } else {
    if (!e.reply->ok())
      result.why = cause::error_words(lives, e.refused, e.by, e.what.get());
    if (e.caller)
      result.policies = list_of(e.caller->granting_policies);
  }
  return result;
}

/// Counts refusals, and keeps one of them.
class refusal_search final : public lives::event_reader {
public:
  explicit refusal_search(std::uint64_t number) : number_(number) {}

  void on_event(const event& e, const lives::ledger& lives) override {
    const auto* answered = std::get_if<request_answered>(&e.body);
    if (answered == nullptr || answered->reply->ok() || !answered->what)
      return;
    if (++count_ == number_)
      found_ = described(*answered, e.at, lives);
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] const std::optional<explained_access>& found() const noexcept { return found_; }

private:
  std::uint64_t number_;
  std::uint64_t count_ = 0;
  std::optional<explained_access> found_;
};

/// Keeps what the latest request came to.
class latest_access final : public lives::event_reader {
public:
  void on_event(const event& e, const lives::ledger& lives) override {
    if (const auto* answered = std::get_if<request_answered>(&e.body); answered && wanted)
      latest = described(*answered, e.at, lives);
  }

  bool wanted = false;
  explained_access latest;
};

/// Makes one request more at a moment, or several, and ends the run.
class access_trial final : public run::run_pause {
public:
  access_trial(const access_question& asked, bool capabilities)
    : asked_(asked), capabilities_(capabilities) {}

  bool go_on(engine::simulation& world, const run::handle_table& handles, instant next) override {
    if (next <= asked_.at.value_or(never) && next != never)
      return true;
    if (asked_.at && *asked_.at > world.now())
      world.advance(*asked_.at);
    const auto* handle = handles.find(asked_.handle);
    const auto nobody = handle == nullptr && asked_.handle == "none";
    if (nobody && capabilities_) {
      problem = "without a token there is nobody to ask about; `--as none 'read PATH'` shows what "
                "the server answers";
      return false;
    }
    if (!nobody && (handle == nullptr || !handle->token)) {
      problem = no_token(handles, handle != nullptr);
      return false;
    }
    if (capabilities_)
      ask_capabilities(world, *handle);
    reader.wanted = true;
    const auto method = method_of(asked_.verb);
    const auto writes = method == "POST" || method == "PATCH";
    auto body = writes ? nlohmann::json::object() : nlohmann::json{};
    if (auto what = http::parse_request(method, asked_.path, std::move(body)))
      static_cast<void>(world.ask_now(nobody ? credential{} : credential{handle->token, {}},
                                      std::make_shared<const request>(std::move(*what))));
    else
      problem = "no server knows such a request";
    reader.wanted = false;
    return false;
  }

  latest_access reader;
  std::string problem;
  std::vector<std::string> capabilities;

private:
  void ask_capabilities(engine::simulation& world, const run::bound_handle& handle) {
    auto what = http::parse_request(
        "POST", "sys/capabilities-accessor",
        {{"accessor", accessor_text(name_of(handle, world.lives()))}, {"paths", {asked_.path}}});
    const auto reply =
        world.ask_now({world.root().id, {}}, std::make_shared<const request>(std::move(*what)));
    const auto* data = reply ? std::get_if<nlohmann::json>(&reply->body) : nullptr;
    if (data == nullptr || !data->is_object() || !data->contains("capabilities"))
      return;
    for (const auto& one : (*data)["capabilities"])
      capabilities.push_back(one.get<std::string>());
  }

  [[nodiscard]] std::string no_token(const run::handle_table& handles, bool bound) const {
    if (bound)
      return document::in_quotes(asked_.handle) + " is no token then";
    std::vector<std::string_view> names;
    for (const auto& one : handles.all())
      names.push_back(one.name);
    return "no handle " + document::in_quotes(asked_.handle) + " is bound by then" +
           document::did_you_mean(asked_.handle, names);
  }

  const access_question& asked_;
  bool capabilities_;
};

std::optional<explain_error> run_trial(const plan::plan& what, const access_question& asked,
                                       access_trial& trial) {
  run::run_options options;
  options.seed = asked.seed;
  options.pause = &trial;
  options.readers.push_back(&trial.reader);
  const auto outcome = run::run_plan(what, options);
  if (auto error = refused_set_up(what, outcome))
    return error;
  if (!trial.problem.empty())
    return explain_error{trial.problem};
  return std::nullopt;
}

} // namespace

bool is_access_verb(std::string_view verb) noexcept { return !method_of(verb).empty(); }

tl::expected<explained_access, explain_error>
explain_refusal(const plan::plan& what, std::uint64_t number, std::optional<std::uint64_t> seed) {
  refusal_search search{number};
  run::run_options options;
  options.seed = seed;
  options.readers.push_back(&search);
  const auto outcome = run::run_plan(what, options);
  if (auto error = refused_set_up(what, outcome))
    return tl::unexpected(std::move(*error));
  if (!search.found())
    return tl::unexpected(explain_error{
        search.count() == 0 ? std::string{"no request of this run was refused"}
                            : fmt::format("there is no refusal {}: {} of this run were refused",
                                          number, search.count())});
  auto result = *search.found();
  result.number = number;
  result.refusals = search.count();
  return result;
}

tl::expected<explained_access, explain_error> explain_access(const plan::plan& what,
                                                             const access_question& asked) {
  access_trial trial{asked, false};
  if (auto error = run_trial(what, asked, trial))
    return tl::unexpected(std::move(*error));
  return trial.reader.latest;
}

tl::expected<std::pair<std::vector<std::string>, explained_access>, explain_error>
explain_capabilities(const plan::plan& what, access_question asked) {
  asked.verb = "read";
  access_trial trial{asked, true};
  if (auto error = run_trial(what, asked, trial))
    return tl::unexpected(std::move(*error));
  return std::pair{trial.capabilities, trial.reader.latest};
}

} // namespace lapse::explain
