#include "sim/explain/what_if.hpp"

#include "actors/http/read_request.hpp"
#include "reports/cause/refusal_words.hpp"
#include "sim/document/load_error.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace lapse::explain {

namespace {

class pause_at final : public run::run_pause {
public:
  pause_at(const run_moment& when, const std::function<void(paused_world&)>& then)
    : when_(when), then_(then) {}

  bool go_on(engine::simulation& world, const run::handle_table& handles, instant next) override {
    ++pauses_;
    // After the scenario's own end `next` is `never`, so a later moment is reached from there.
    if (when_.pause > 0 ? pauses_ < when_.pause : next <= when_.at)
      return true;
    paused_world there{world, handles};
    there.advance(when_.at);
    world.silence_clients();
    then_(there);
    return false;
  }

private:
  const run_moment& when_;
  const std::function<void(paused_world&)>& then_;
  std::uint64_t pauses_ = 0;
};

} // namespace

std::string sys_path_of(std::string_view mount) {
  constexpr std::string_view auth = "auth/";
  if (mount.ends_with('/'))
    mount.remove_suffix(1);
  return mount.starts_with(auth) ? "sys/" + std::string{mount} : "sys/mounts/" + std::string{mount};
}

lives::ledger::slot slot_of(const lives::ledger& lives, const run::bound_handle& handle) {
  return handle.token ? lives.slot_of(handle.token) : lives.slot_of(handle.lease);
}

const lives::life_record* paused_world::find(std::string_view handle) const {
  const auto* bound = handles_.find(handle);
  return bound == nullptr ? nullptr : lives().get(slot_of(lives(), *bound));
}

void paused_world::advance(instant at) {
  if (at > world_.now())
    world_.advance(at);
}

void paused_world::finish(instant at) { world_.finish(at); }

bool paused_world::stands(const lives::life_record& life) const {
  return lives().end_of(life).at == never;
}

credential paused_world::caller(const lives::life_record& life) const {
  const auto* root = lives().find(world_.root().id);
  if (root != nullptr && stands(*root))
    return {world_.root().id, {}};
  return {life.is_lease() ? life.above : life.token(), {}};
}

std::string paused_world::asker(const lives::life_record& life) const {
  return lives().name(caller(life).id);
}

answer paused_world::ask(const lives::life_record& life, std::string path, nlohmann::json body) {
  auto by = caller(life);
  if (!life.is_lease() && by.id == life.token())
    path += "-self";
  else if (!life.is_lease())
    body["token"] = text(life.named());
  else
    body["lease_id"] = text(life.lease_named());
  auto what = http::parse_request("POST", path, std::move(body));
  // Neither a renewal nor a revocation that is not synchronous needs time.
  return world_.ask_now(by, std::make_shared<const request>(std::move(*what))).value();
}

std::shared_ptr<const std::optional<answer>>
paused_world::ask_as_root(std::string_view method, const std::string& path, nlohmann::json body) {
  auto what = http::parse_request(method, path, std::move(body));
  auto got = std::make_shared<std::optional<answer>>();
  world_.ask({world_.root().id, {}}, std::make_shared<const request>(std::move(*what)),
             [got](answer reply) { *got = std::move(reply); });
  return got;
}

answer paused_world::revoke(const lives::life_record& life) {
  return ask(life, life.is_lease() ? "sys/leases/revoke" : "auth/token/revoke",
             life.is_lease() ? nlohmann::json{{"sync", false}} : nlohmann::json::object());
}

answer paused_world::renew(const lives::life_record& life, std::optional<std::string> increment) {
  auto body = nlohmann::json::object();
  if (increment)
    body["increment"] = *increment;
  return ask(life, life.is_lease() ? "sys/leases/renew" : "auth/token/renew", std::move(body));
}

std::string refusal_of(const answer& reply) {
  return reply.errors.empty() ? "status " + std::to_string(reply.status)
                              : cause::readable_error(reply.errors.front());
}

std::optional<explain_error> refused_set_up(const plan::plan& what,
                                            const run::run_outcome& outcome) {
  if (outcome.setup_errors.empty())
    return std::nullopt;
  const auto& first = outcome.setup_errors.front();
  return explain_error{to_string(document::load_error{what.source, first.where, first.text})};
}

void run_up_to(const plan::plan& what, std::optional<std::uint64_t> seed, const run_moment& when,
               const std::function<void(paused_world&)>& then) {
  pause_at pause{when, then};
  run::run_options options;
  options.seed = seed;
  options.pause = &pause;
  static_cast<void>(run::run_plan(what, options));
}

} // namespace lapse::explain
