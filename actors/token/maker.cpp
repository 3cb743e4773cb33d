#include "actors/token/maker.hpp"

#include "actors/policy/policy_set.hpp"
#include "actors/token/token.hpp"

namespace lapse::token {

shared_facts named(token_facts facts, std::uint64_t maker, std::uint64_t ordinal) {
  facts.name.id = made_token(maker, ordinal);
  return std::make_shared<const token_facts>(std::move(facts));
}

runtime::slot_ref bring_up_token(runtime::world_actor& supervisor, server_data& shared,
                                 shared_facts facts, runtime::path_bucket* bucket,
                                 std::unique_ptr<wrapped_answer> wrapped) {
  auto& env = shared.env;
  auto id = facts->name.id;
  auto holds_answer = wrapped != nullptr;
  auto at = env.slots.open(runtime::slot_kind::token, id.value);
  env.slots.enter(at, facts, bucket != nullptr ? *bucket : env.slots.bucket(*facts->path));
  env.touch(id.value, runtime::access::write);
  auto handle = supervisor.spawn<token, caf::lazy_init + caf::hidden + caf::monitored>(
      shared, at, facts, std::move(wrapped));
  env.slots.handle(at, caf::actor_cast<caf::strong_actor_ptr>(std::move(handle)));
  if (env.observed()) {
    env.emit(token_created{std::move(facts)});
    if (holds_answer)
      env.emit(cubbyhole_changed{id, 2});
  }
  return at;
}

void show_made(runtime::environment& env, runtime::exchange& x, const shared_facts& facts,
               std::int64_t uses, bool entity_created, shared_names identity_policies) {
  if (env.observed())
    x.made = std::make_shared<const caller_view>(
        caller_view{facts, facts->uses, false, {}, {}, entity_created, identity_policies});
  //
  x.reply.status = 200;
  x.reply.shape = envelope::normal;
  x.reply.body =
      auth_block{facts, false, std::move(identity_policies), whole_seconds(facts->ttl), uses};
}

shared_names identity_policies_of(server_data& shared, const std::string& entity) {
  auto& known = shared.granted[entity];
  if (const auto version = shared.identities->version_of(entity); known.version != version) {
    auto names = shared.identities->policies_of(entity);
    known = {version, names.empty()
                          ? nullptr
                          : std::make_shared<const std::vector<std::string>>(std::move(names))};
  }
  return known.names;
}

shared_names shown_identity_policies(server_data& shared, const token_facts& facts) {
  auto names = facts.entity ? identity_policies_of(shared, *facts.entity) : nullptr;
  return names ? std::make_shared<const std::vector<std::string>>(
                     policy::sanitize_policies(*names, false))
               : nullptr;
}

} // namespace lapse::token
